"""A system check: stored keys that cannot be decrypted."""

from typing import Any

from django.core.checks import CheckMessage, Warning
from django.db import DatabaseError

from quo_admin.webhooks.keys.services.rotation import unreadable_keys


def check_stored_keys(*, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Warn about keys that none of FIELD_KEYS can decrypt. Needs ``check --database default``."""
    if not databases:
        return []
    try:
        count = unreadable_keys().count()
    except DatabaseError:
        return []  # expected: not migrated yet
    if not count:
        return []
    return [
        Warning(
            f"{count:,} stored key{' cannot' if count == 1 else 's cannot'} be decrypted with "
            "FIELD_KEYS.",
            hint="Add the entry that they were encrypted with to FIELD_KEYS, and run "
            "manage.py rotate_keys. Of webhooks that exist at Quo, a sync stores the keys again.",
            id="webhooks.W001",
        )
    ]
