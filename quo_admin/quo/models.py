"""The one table of this floor: whose turn it is to call Quo."""

from django.db import models


class RateLimit(models.Model):
    """The next free turn of one API key, shared by all processes and machines.

    ``next_at`` is in seconds since 1970 by the database's clock, the only one that they share.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    next_at = models.FloatField(default=0)
