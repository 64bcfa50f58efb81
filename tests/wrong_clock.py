"""A clock that is wrong for a while, forward or back, by a day or a year."""

import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from quo_admin import clock

FORWARD = [timedelta(days=1), timedelta(days=365)]
BACK = [-jump for jump in FORWARD]
forward = pytest.mark.parametrize("jump", FORWARD, ids=["day", "year"])
forward_and_back = pytest.mark.parametrize(
    "jump", FORWARD + BACK, ids=["day", "year", "day-back", "year-back"]
)


@contextmanager
def clock_off(by):
    """Let the clocks of this machine and of the database be wrong meanwhile; Quo's is right."""
    real_now, real_time, database_now = timezone.now, time.time, clock.now
    of_database = database_now if connection.vendor == "postgresql" else real_now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: real_now() + by)
        patch.setattr(time, "time", lambda: real_time() + by.total_seconds())
        patch.setattr(clock, "now", lambda: of_database() + by)
        yield
