"""The rows of a batch as its page and its receipt show them: the plan and the outcome."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quo_admin.batches.models import BatchRow
from quo_admin.batches.progress import label
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class Row:
    """One row. ``state`` is one of STATES; ``because`` is the webhook that already covers it."""

    item: BatchRow
    state: str
    numbers: list[Number | str]
    attempt: Attempt | None = None
    because: Webhook | None = None

    @property
    def kind(self) -> str:
        return label(self.state, self.item.batch)[0]

    @property
    def word(self) -> str:
        return label(self.state, self.item.batch)[1]

    @property
    def name(self) -> str:
        """The label, or the first number where the plan gives none."""
        return self.item.label or str(self.numbers[0])

    @property
    def more_numbers(self) -> int:
        return len(self.numbers) - 1

    @property
    def attempt_to_open(self) -> Attempt | None:
        """The attempt, if it has ended and there is no webhook to link to."""
        return self.attempt if not self.webhook and self.state != "sending" else None

    @property
    def spelled(self) -> str:
        """The phone number, if the row has a single number that also has a name."""
        only = self.numbers[0] if len(self.numbers) == 1 else None
        return only.spelled if isinstance(only, Number) and only.name else ""

    @property
    def address(self) -> str:
        return display_url(self.item.payload.get("url"))

    @property
    def planned(self) -> str:
        """What the plan was. A row skipped by the worker was planned as "Create"."""
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
    def outcome(self) -> str:
        """The outcome in a sentence; "" when the state says it all."""
        if self.state == "skipped":
            return self.item.why or ("" if self.item.chosen else "Not selected.")
        if self.state == "failed":
            return self._reason() or self.item.failure
        if self.state == "unknown" and self.attempt:
            return (
                "Several webhooks at Quo match. Decide on its attempt’s page."
                if self.attempt.candidates
                else "Quo did not respond. The worker looks for the webhook at Quo."
            )
        if self.attempt and self.attempt.state == Attempt.State.FOUND:
            return "Found at Quo after the response was lost."
        return self.item.why

    def _reason(self) -> str:
        """Return Quo's error message with the URL shortened, since its path may be a secret."""
        if self.attempt is None:
            return ""
        if self.attempt.state == Attempt.State.NOT_CREATED:
            return "Quo did not respond, and no matching webhook was found."
        return self.attempt.message.replace(self.attempt.payload["url"], self.attempt.address)


def rows(items: Iterable[BatchRow]) -> list[Row]:
    """Return items that were read with ``with_states`` as rows, in three queries."""
    items = list(items)
    attempts = Attempt.objects.filter(token__in=[item.token for item in items])
    by_token = {
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
            by_token.get(item.token),
            others.get(item.because),
        )
        for item in items
    ]
