"""Which hosts are used by one webhook only."""

from collections import defaultdict
from collections.abc import Collection

from django.db import connection

from quo_admin.chunks import in_chunks
from quo_admin.quo import spec
from quo_admin.webhooks.models import Webhook

AT_ONCE = 100  # hosts of one query; SQLite limits the parts of a union to 500
_FIRST_TWO = f"""SELECT * FROM (
SELECT host, id FROM {Webhook._meta.db_table}
WHERE host = %s AND missing_since IS NULL AND (status IS NULL OR status <> %s) LIMIT 2) first"""  # noqa: S608 (the name of a table)


def webhooks_of_hosts(hosts: Collection[str]) -> dict[str, list[int]]:
    """Return the webhooks of each host that may send, two at most.

    A query with a limit for each host, sent together: a host may have thousands of webhooks.
    """
    found: dict[str, list[int]] = defaultdict(list)
    names = sorted(set(hosts) - {""})
    for chunk in in_chunks(names, AT_ONCE):
        values = [value for host in chunk for value in (host, spec.Status.DISABLED.value)]
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join([_FIRST_TWO] * len(chunk)), values)
            for host, pk in cursor.fetchall():
                found[host].append(pk)
    return found
