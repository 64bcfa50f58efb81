"""The choices of the audit log's filters: every person in it, and every action by its kind."""

from django.db import connection

from quo_admin.audit.actions import Action
from quo_admin.audit.filters import NOBODY

# Each name costs one index lookup; DISTINCT would read the whole index. Technique:
# https://wiki.postgresql.org/wiki/Loose_indexscan; SQLite does the same.
ACTORS = """
WITH RECURSIVE found(actor) AS (
  SELECT MIN(actor) FROM audit_entry
  UNION ALL
  SELECT (SELECT MIN(actor) FROM audit_entry WHERE actor > found.actor) FROM found
  WHERE found.actor IS NOT NULL
)
SELECT actor FROM found WHERE actor IS NOT NULL
"""

# The prefix of an action's value, up to the dot, and what actions of that kind are about.
KINDS = {
    "sign_in": "Signing in",
    "sign_out": "Signing in",
    "password": "Signing in",
    "permission": "Signing in",
    "person": "People and groups",
    "group": "People and groups",
    "sync": "Syncs",
    "drift": "Syncs",
    "webhook": "Webhooks",
    "attempt": "Webhooks",
    "key": "Keys",
    "signature": "Keys",
    "batch": "Batches",
    "number": "Numbers",
    "finding": "Findings",
    "list": "Exports and checks",
    "audit_log": "Exports and checks",
}


def actor_names(chosen: str = "") -> list[str]:
    """Return every person in the audit log, and the chosen one if it is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(ACTORS)
        values = {actor or NOBODY for (actor,) in cursor.fetchall()}
    return sorted((values | {chosen}) - {""}, key=str.casefold)


def acts(chosen: str = "") -> dict[str, list[tuple[str, str]]]:
    """Return value and label of every action, by kind. An unknown chosen one comes last."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for value, words in Action.choices:
        kinds.setdefault(KINDS[value.partition(".")[0]], []).append((value, str(words)))
    if chosen and chosen not in Action.values:
        kinds["Other"] = [(chosen, chosen)]
    return kinds
