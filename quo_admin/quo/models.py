"""The table of the rate limiter."""

from django.db import models


class RateLimit(models.Model):
    """The next free turn of one API key, shared by all processes and machines.

    ``next_at`` is in seconds since 1970 by the database's clock, which they all share.
    """

    key_hash = models.CharField(max_length=64, primary_key=True)
    next_at = models.FloatField(default=0)
