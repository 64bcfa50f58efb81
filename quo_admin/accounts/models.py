"""People and groups are Django's; ours is only how often a person was deactivated."""

from django.contrib.auth.models import User
from django.db import models


class Deactivations(models.Model):
    """How often a person was deactivated. Written by the trigger in ``deactivation.py`` alone."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True)
    count = models.IntegerField()

    class Meta:
        default_permissions = ()
