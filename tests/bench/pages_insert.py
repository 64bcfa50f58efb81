"""Writing the rows of tests/bench/pages.py, some at once."""

from collections.abc import Iterable
from itertools import islice

from django.db import models

AT_ONCE = 2000  # rows written together


def insert(rows: Iterable[models.Model]) -> None:
    rows = iter(rows)
    while some := list(islice(rows, AT_ONCE)):
        type(some[0])._default_manager.bulk_create(some)
