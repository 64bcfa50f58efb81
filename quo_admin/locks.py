"""One at a time, over all processes: for what must look and write without another in between."""

import zlib

from django.db import connection


def alone(what: str) -> None:
    """Wait until nobody else does this. Held until the outermost transaction ends.

    On SQLite nothing is to do: our transactions are IMMEDIATE and hold the write lock already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(what.encode())])
