"""Locks over all processes, for what must read and write without another process in between."""

import zlib

from django.db import connection

# Around every change of a webhook, and of what is kept about webhooks.
WEBHOOKS = "change webhooks"


def exclusive(what: str) -> None:
    """Wait until nobody else does this. Held until the outermost transaction ends.

    Not needed on SQLite: our transactions are IMMEDIATE and hold the write lock already.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(what.encode())])
