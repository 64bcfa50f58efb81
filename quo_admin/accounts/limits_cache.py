"""The cache in the database, which holds nothing but counters of limits."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connection
from django.utils import timezone

from quo_admin import clock

LONGEST_LIMIT = timedelta(minutes=5)  # of ACCOUNT_RATE_LIMITS; no counter is kept longer


class LimitsCache(DatabaseCache):
    """Deletes counters that would be kept too long: they were stored while a clock was ahead.

    Otherwise somebody who mistyped a password then could not sign in until that time.
    """

    _table: str

    def get_many(self, keys: Iterable[str], version: int | None = None) -> dict[str, Any]:
        self._delete_too_late()
        return super().get_many(keys, version)

    def add(self, *args: Any, **kwargs: Any) -> bool:
        self._delete_too_late()
        return super().add(*args, **kwargs)

    def _delete_too_late(self) -> None:
        latest = (timezone.now() + LONGEST_LIMIT + clock.TOLERANCE).replace(microsecond=0)
        table = connection.ops.quote_name(self._table)
        with connection.cursor() as cursor:
            cursor.execute(
                f"DELETE FROM {table} WHERE expires > %s",  # noqa: S608 (the name of a table)
                [connection.ops.adapt_datetimefield_value(latest)],
            )
