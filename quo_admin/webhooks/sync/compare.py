"""How a webhook at Quo differs from our copy. Pure: no database, no call."""

from collections.abc import Callable
from typing import Any

from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Drift, Webhook

LONGEST = 20  # IDs or events named of a list; Quo can return thousands, and Excel cells are limited
Differences = list[list[str]]  # [field, before, after], safe to show anywhere

BACK = "at Quo again"

REMOTE_FIELDS = (
    *("user_id", "org_id", "label", "status", "url", "created_at", "updated_at", "deleted_at"),
    *("events", "resource_ids"),
)


def in_order(value: list[str] | tuple[str, ...]) -> str:
    return ", ".join(sorted(set(value)))


def _each(ours: Any, theirs: Any) -> tuple[str, str]:
    """Return how two long lists differ: the first items of each, and how many more."""
    shared = set(ours) & set(theirs)
    return _without(ours, shared), _without(theirs, shared)


def _without(value: Any, shared: set[str]) -> str:
    rest = sorted(set(value) - shared)
    parts = [", ".join(rest[:LONGEST])] if rest else []
    parts += [f"{len(rest) - LONGEST:,} more"] if len(rest) > LONGEST else []
    parts += [f"{len(shared):,} in both"] if shared else []
    return " and ".join(parts)


# Quo's columns that do not change by themselves, with their label and how to show them
COMPARED_FIELDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "label": ("label", str),
    "status": ("status", str),
    "url": ("URL", display_url),
    "events": ("events", in_order),
    "resource_ids": ("numbers", in_order),
    "user_id": ("member", str),
    "org_id": ("workspace", str),
}


def is_same(here: Webhook, there: WebhookData) -> bool:
    """Whether there is nothing to store: equal values, and the key sealed with the current
    FIELD_KEYS.
    """
    return (
        all(_plain(getattr(here, name)) == _plain(getattr(there, name)) for name in REMOTE_FIELDS)
        and not (here.missing_since and there.deleted_at is None)
        and there.key is not None
        and sealing.fingerprint(there.key) == here.key_fingerprint
        and here.key_sealed is not None
        and here.sealed_with == sealing.newest_mark()
        and sealing.is_sealed_newly(here.key_sealed)
    )


def differences(here: Webhook, there: WebhookData) -> tuple[str, Differences]:
    """Return the kind of drift and the differences; none if only missing values were added.

    A value that was or is missing is not a difference: we do not know it.
    """
    found: Differences = []
    for name, (word, say) in COMPARED_FIELDS.items():
        ours, theirs = getattr(here, name), getattr(there, name)
        if ours is None or theirs is None or _plain(ours) == _plain(theirs):
            continue
        long = say is in_order and max(len(set(ours)), len(set(theirs))) > LONGEST
        before, after = _each(ours, theirs) if long else (say(ours), say(theirs))
        if after == before:
            after += " (differs in a part that is not shown)"
        found.append([word, before, after])
    if here.missing_since and there.deleted_at is None:
        found.append(["state", "missing at Quo", BACK])
    if there.deleted_at is not None and not here.missing_since:
        return Drift.MISSING, [*found, ["state", "at Quo", "deleted at Quo"]]
    if there.key is not None and here.key_fingerprint:
        mark = sealing.fingerprint(there.key)
        if mark != here.key_fingerprint:
            return Drift.KEY_CHANGED, [*found, ["key", here.key_fingerprint, mark]]
    return (Drift.CHANGED if found else ""), found


def words(found: Differences) -> tuple[str, str]:
    """Return before and after as one line each, for the audit log."""
    return (
        "; ".join(f"{name} {before or 'empty'}" for name, before, _ in found),
        "; ".join(f"{name} {after or 'empty'}" for name, _, after in found),
    )


def _plain(value: Any) -> Any:
    """Return a list in a form to compare: Quo does not define an order."""
    return sorted(set(value)) if isinstance(value, list | tuple) else value
