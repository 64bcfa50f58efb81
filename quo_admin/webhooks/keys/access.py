"""Key access: the audit log's reveals, held against the keys that there are now.

A reveal's entry names the key's fingerprint, so one of an earlier key counts no more. A person is
a username of the audit log. Whoever has no active account under that name has left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import (
    CharField,
    Count,
    Exists,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models.functions import Concat, Substr

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.template_tags import pairs
from quo_admin.webhooks.models import Webhook

SHOWN = [Action.KEY_REVEALED, Action.KEYS_HANDED_OVER]
SEEN = [*SHOWN, Action.KEY_COPIED]


@dataclass(frozen=True)
class KeyAccess:
    """One person's looks at one key. Shown and copied: how often each."""

    actor: str
    target: str
    first: datetime | None
    last: datetime | None
    shown: int
    copied: int
    here: bool
    webhook: Webhook | None = None

    @property
    def how(self) -> str:
        if self.shown and self.copied:
            return "Shown and copied"
        return "Copied without showing" if self.copied else "Shown"


def seen_by(webhook: Webhook) -> list[KeyAccess]:
    """Return who has seen the present key of a webhook, the latest first."""
    if not webhook.key_fingerprint:
        return []
    told = f"fingerprint {pairs(webhook.key_fingerprint)}"
    rows = _summed(Entry.objects.filter(target=webhook.quo_id, action__in=SEEN, after=told))
    return _accesses(rows.order_by("-last", "actor"), [webhook])


def current_access(person: str = "") -> QuerySet[Entry, dict[str, Any]]:
    """Return a row for each person and key that still lives; who has left comes first.

    Args:
        person: a username, to see theirs alone.
    """
    return _summed(_live(person)).order_by("here", "actor", "-last", "target")


def accesses(rows: Iterable[dict[str, Any]]) -> list[KeyAccess]:
    """Return rows of ``current_access`` with their webhooks, in one query."""
    rows = list(rows)
    ids = {row["target"] for row in rows}
    return _accesses(rows, Webhook.objects.defer("key_sealed").filter(quo_id__in=ids))


def seen_by_former_users(person: str = "") -> "QuerySet[Entry, tuple[int, str]]":
    """Return (webhook pk, username) for each live key that somebody who has left has seen.

    Args:
        person: a username, to hear of theirs alone.
    """
    pk = Webhook.objects.filter(quo_id=OuterRef("target")).values("pk")[:1]
    left = _live(person).annotate(here=_here(), webhook=Subquery(pk)).filter(here=False)
    return left.order_by().values_list("webhook", "actor").distinct()


def _live(person: str) -> QuerySet[Entry]:
    """Return the reveals whose key is still the one of a webhook that still lives."""
    half = [Substr("key_fingerprint", start, 4, output_field=CharField()) for start in (1, 5)]
    same = Webhook.objects.live().filter(quo_id=OuterRef("target")).exclude(key_fingerprint="")
    told = Concat(Value("fingerprint "), half[0], Value("-"), half[1], output_field=TextField())
    same = same.annotate(told=told).filter(told=OuterRef("after"))
    rows = Entry.objects.filter(Exists(same), action__in=SEEN)
    return rows.filter(actor=person) if person else rows


def _here() -> Exists:
    return Exists(User.objects.filter(username=OuterRef("actor"), is_active=True))


def _summed(rows: QuerySet[Entry]) -> QuerySet[Entry, dict[str, Any]]:
    return (
        rows.annotate(here=_here())
        .order_by()
        .values("actor", "target", "here")
        .annotate(
            first=Min("at"),
            last=Max("at"),
            shown=Count("pk", filter=Q(action__in=SHOWN)),
            copied=Count("pk", filter=Q(action=Action.KEY_COPIED)),
        )
    )


def _accesses(rows: Iterable[dict[str, Any]], webhooks: Iterable[Webhook]) -> list[KeyAccess]:
    known = {webhook.quo_id: webhook for webhook in webhooks}
    return [
        KeyAccess(
            **row | {"first": _moment(row["first"]), "last": _moment(row["last"])},
            webhook=known.get(row["target"]),
        )
        for row in rows
    ]


def _moment(at: str) -> datetime | None:
    """Return the time, or None where the text was tampered with and is no time any more."""
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None
