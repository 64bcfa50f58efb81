"""Changes of webhooks, and what is kept up to date with them in the same transaction.

Whatever changes a webhook does it in ``changing``. Apps that keep rows about webhooks listen to
``webhooks_changed``.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import NamedTuple

from django.db import transaction
from django.dispatch import Signal

from quo_admin import locks
from quo_admin.webhooks.models import Webhook

# Sent with ``pks``, the webhooks that changed, and ``changed``, the deliveries that began or ended.
webhooks_changed = Signal()


class Delivery(NamedTuple):
    """One event of one number (Quo's ID, ``*`` for all) of a webhook, and whether it is sent."""

    pk: int
    is_missing: bool
    is_deleted: bool
    status: str | None
    host: str
    endpoint_hash: str
    event: str | None
    number: str | None


Reach = frozenset[Delivery]  # what some webhooks send


def _reach(pks: Collection[int]) -> Reach:
    """Return what these webhooks send, in one query; one row at least for each of them."""
    rows = Webhook.objects.filter(pk__in=pks).values_list(
        *("pk", "missing_since", "deleted_at", "status", "host", "endpoint_hash"),
        *("subscriptions__event", "subscriptions__resource_id"),
    )
    return frozenset(
        Delivery(pk, missing is not None, deleted is not None, *rest)
        for pk, missing, deleted, *rest in (rows if pks else ())
    )


@dataclass
class Change:
    """The webhooks that a transaction changes."""

    pks: set[int] = field(default_factory=set)
    before: Reach = frozenset()

    def add(self, *pks: int) -> None:
        """Include existing webhooks. Call this before they change."""
        new = set(pks) - self.pks
        self.before |= _reach(new)
        self.pks |= new

    def add_new(self, *pks: int) -> None:
        """Include webhooks that this transaction created."""
        self.pks |= set(pks)


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
            changed = change.before ^ _reach(change.pks)
            webhooks_changed.send(sender=Webhook, pks=frozenset(change.pks), changed=changed)
