"""Changes of webhooks, and what is kept up to date with them in the same transaction.

Whatever changes a webhook does it in ``changing``. Apps that keep rows about webhooks listen to
``webhooks_changed``.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from django.db import transaction
from django.dispatch import Signal

from quo_admin import locks
from quo_admin.webhooks.models import Subscription, Webhook

# Sent with ``pks``, the webhooks that changed, and ``reach``, what they reach or did before.
webhooks_changed = Signal()


@dataclass(frozen=True)
class Reach:
    """The hosts and numbers (Quo's IDs, ``*`` for all) that some webhooks have."""

    hosts: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()

    @classmethod
    def of(cls, pks: Collection[int]) -> "Reach":
        if not pks:
            return cls()
        hosts = Webhook.objects.filter(pk__in=pks).exclude(host="").values_list("host", flat=True)
        numbers = Subscription.objects.filter(webhook__in=pks).values_list("resource_id", flat=True)
        return cls(frozenset(hosts), frozenset(numbers.distinct()))

    def __or__(self, other: "Reach") -> "Reach":
        return Reach(self.hosts | other.hosts, self.numbers | other.numbers)


@dataclass
class Change:
    """The webhooks that a transaction changes."""

    pks: set[int] = field(default_factory=set)
    before: Reach = field(default_factory=Reach)

    def add(self, *pks: int) -> None:
        """Include webhooks: existing ones before they change, new ones once they are stored."""
        new = set(pks) - self.pks
        self.before |= Reach.of(new)
        self.pks |= new


_current: ContextVar[Change | None] = ContextVar("change", default=None)


@contextmanager
def changing() -> Iterator[Change]:
    """Change webhooks, one process at a time, and update what is kept about them at the end.

    Within another ``changing``, it is a part of that one. The lock comes before that of the audit
    log, everywhere; otherwise two processes could wait for each other.
    """
    if outer := _current.get():
        yield outer
        return
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        change = Change()
        token = _current.set(change)
        try:
            yield change
        finally:
            _current.reset(token)
        if change.pks:
            reach = change.before | Reach.of(change.pks)
            webhooks_changed.send(sender=Webhook, pks=frozenset(change.pks), reach=reach)
