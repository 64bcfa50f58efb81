"""Key access: who has seen which current key, from the audit log.

The entry of a reveal names the key's fingerprint, so reveals of an earlier key do not count. A
person is a username in the audit log. Without an active account, that person has left.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, groupby
from operator import itemgetter
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
    TextField,
    Value,
)
from django.db.models.functions import Concat, Substr
from django.db.models.lookups import In
from django.utils.html import format_html

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry, NamesKey
from quo_admin.template_tags import pairs
from quo_admin.times import ago, displays_the_same
from quo_admin.webhooks.models import Finding, Webhook
from quo_admin.webhooks.models.expressions import WithoutIndex

Rows = QuerySet[Entry, dict[str, Any]]
KEY_SEEN_BY_FORMER_USER = "key-seen-by-former-user"  # the policy whose findings name these people
SHOWN = [Action.KEY_REVEALED, Action.KEYS_HANDED_OVER]
SEEN = [*SHOWN, Action.KEY_COPIED]


@dataclass(frozen=True)
class KeyAccess:
    """How often one person was shown one key, or copied it. ``here``: the account is active."""

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

    @property
    def summary(self) -> str:
        """How, how often and when: "shown 2 times, first 3 days ago, last 2 h ago"."""
        how, last = self.how.lower(), ago(self.last)
        if self.first == self.last:
            return format_html("{} {}", how, last)
        how = f"{how} {self.shown + self.copied} times"
        if displays_the_same(self.first, self.last):
            return format_html("{}, {}", how, last)
        return format_html("{}, first {}, last {}", how, ago(self.first), last)


def seen_by(webhook: Webhook) -> list[KeyAccess]:
    """Return who has seen the current key of a webhook, latest first."""
    if not webhook.key_fingerprint:
        return []
    marker = f"fingerprint {pairs(webhook.key_fingerprint)}"
    rows = _summed(Entry.objects.filter(target=webhook.quo_id, action__in=SEEN, after=marker))
    return _accesses(rows.order_by("-last", "actor"), [webhook])


def current_access(person: str = "") -> list[Rows]:
    """Return a row for each person and current key: of people who have left, then of the others.

    Led by the index ``entry_by_key``, in its order, so that a page reads no more than it shows.

    Args:
        person: a username, to return only theirs.
    """
    left = Finding.objects.filter(policy=KEY_SEEN_BY_FORMER_USER).values("subject")
    rows = _live(person)
    parts = rows.filter(actor__in=left), rows.exclude(actor__in=left)
    return [_summed(part).order_by("actor", "target") for part in parts]


def accesses(rows: Iterable[dict[str, Any]]) -> list[KeyAccess]:
    """Return rows of ``current_access``, each person's latest first, with their webhooks."""
    people = groupby(rows, key=itemgetter("actor"))
    latest = [sorted(seen, key=itemgetter("last"), reverse=True) for _, seen in people]
    ids = {row["target"] for seen in latest for row in seen}
    webhooks = Webhook.objects.only("quo_id", "label", "host", "key_fingerprint")
    return _accesses(chain.from_iterable(latest), webhooks.filter(quo_id__in=ids))


def count_seen_by_former_users(person: str = "") -> int:
    """Return how many current keys somebody who has left has seen; with a username, that person."""
    findings = Finding.objects.filter(policy=KEY_SEEN_BY_FORMER_USER)
    if person:
        findings = findings.filter(subject=person)
    return findings.values("webhook").distinct().count()


def _live(person: str) -> QuerySet[Entry]:
    """Return the reveals of keys that are still the current key of an existing webhook."""
    half = [Substr("key_fingerprint", start, 4, output_field=CharField()) for start in (1, 5)]
    same = Webhook.objects.live().filter(quo_id=OuterRef("target")).exclude(key_fingerprint="")
    marker = Concat(Value("fingerprint "), half[0], Value("-"), half[1], output_field=TextField())
    same = same.annotate(marker=marker).filter(marker=OuterRef("after"))
    seen: Any = In(WithoutIndex("action"), SEEN)
    rows = Entry.objects.filter(NamesKey("after"), seen, Exists(same))
    return rows.filter(actor=person) if person else rows


def _summed(rows: QuerySet[Entry]) -> Rows:
    return (
        rows.order_by()
        .values("actor", "target")
        .annotate(
            first=Min("at"),
            last=Max("at"),
            shown=Count("pk", filter=Q(action__in=SHOWN)),
            copied=Count("pk", filter=Q(action=Action.KEY_COPIED)),
        )
        .annotate(here=Exists(User.objects.filter(username=OuterRef("actor"), is_active=True)))
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
    """Return the time, or None if the text was tampered with and is not a time."""
    try:
        return datetime.fromisoformat(at)
    except ValueError:
        return None
