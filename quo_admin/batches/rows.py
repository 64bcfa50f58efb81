"""The rows of a batch as a page and the receipt tell them: the plan, and what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quo_admin.batches.models import BatchRow
from quo_admin.batches.progress import said
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class Row:
    """One row. ``state`` is one of STATES; ``because`` the webhook that covers it already."""

    item: BatchRow
    state: str
    numbers: list[Number | str]
    attempt: Attempt | None = None
    because: Webhook | None = None

    @property
    def kind(self) -> str:
        return said(self.state, self.item.batch)[0]

    @property
    def word(self) -> str:
        return said(self.state, self.item.batch)[1]

    @property
    def spelled(self) -> str:
        """The number, where it is one and has a name besides."""
        only = self.numbers[0] if len(self.numbers) == 1 else None
        return only.spelled if isinstance(only, Number) and only.name else ""

    @property
    def address(self) -> str:
        return display_url(self.item.payload.get("url"))

    @property
    def planned(self) -> str:
        """What the plan said; a row that was skipped when its turn came was to be created."""
        if not self.item.chosen:
            return "Not selected"
        return "Create" if self.item.over else self.item.get_plan_display()

    @property
    def webhook(self) -> Webhook | None:
        return self.attempt.webhook if self.attempt else None

    @property
    def at(self) -> datetime | None:
        return (self.attempt.ended_at or self.attempt.started_at) if self.attempt else None

    @property
    def says(self) -> str:
        """What became of it, in a sentence; nothing where its state says all."""
        if self.state == "skipped":
            return self.item.why or ("" if self.item.chosen else "Not selected.")
        if self.state == "failed":
            return self._told() or self.item.failure
        if self.state == "unknown" and self.attempt:
            return (
                "Several webhooks at Quo match. Decide on its attempt’s page."
                if self.attempt.candidates
                else "Quo did not respond. The worker looks for the webhook at Quo."
            )
        if self.attempt and self.attempt.state == Attempt.State.FOUND:
            return "Found at Quo after the response was lost."
        return self.item.why

    def _told(self) -> str:
        """Return Quo's words without the URL, should they repeat it: its path may be a secret."""
        if self.attempt is None:
            return ""
        if self.attempt.state == Attempt.State.NOT_CREATED:
            return "Quo did not respond, and no matching webhook was found."
        return self.attempt.message.replace(self.attempt.payload["url"], self.attempt.address)


def rows(items: Iterable[BatchRow]) -> list[Row]:
    """Return these items of a batch, which came by ``with_states``, as rows, in three queries."""
    items = list(items)
    attempts = Attempt.objects.filter(token__in=[item.token for item in items])
    tried = {
        each.token: each for each in attempts.select_related("webhook").defer("webhook__key_sealed")
    }
    ids = {id for item in items for id in item.numbers}
    known = Number.objects.in_bulk(ids, field_name="quo_id")
    others = Webhook.objects.defer("key_sealed").in_bulk(
        {item.because for item in items if item.because}, field_name="quo_id"
    )
    return [
        Row(
            item,
            item.state,  # type: ignore[attr-defined]
            [known.get(id, id) for id in item.numbers],
            tried.get(item.token),
            others.get(item.because),
        )
        for item in items
    ]
