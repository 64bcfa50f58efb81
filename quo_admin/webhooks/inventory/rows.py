"""The rows of the webhook list: what each cell shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.freshness import Freshness
from quo_admin.webhooks.policies.findings import ShownFinding
from quo_admin.webhooks.states import (
    STATES_SHOWN,
    State,
    drift_state,
    existed_before,
    status_state,
)
from quo_admin.workspace.models import Member, Number, Sync

NUMBERS_SHOWN = 2  # in a cell


@dataclass(frozen=True)
class Row:
    """One webhook of the list.

    Attributes:
        states: status and drift.
        findings: the states of its open findings; the row has room for the first of them at most.
        numbers: the first line of the cell, and a second one or "".
    """

    webhook: Webhook
    states: list[State]
    events: str
    numbers: tuple[str, str]
    endpoint: str
    member: str
    findings: list[State] = field(default_factory=list)

    @property
    def findings_shown(self) -> list[State]:
        return self.findings[: max(STATES_SHOWN - len(self.states), 0)]

    @property
    def findings_hidden(self) -> list[State]:
        return self.findings[len(self.findings_shown) :]

    @property
    def hidden_labels(self) -> str:
        return ", ".join(state.label for state in self.findings_hidden)


def list_rows(
    webhooks: Sequence[Webhook],
    fresh: Freshness,
    *,
    first: Sync | None,
    findings: dict[int, list[ShownFinding]] | None = None,
) -> list[Row]:
    """Return the rows, in two queries.

    Args:
        first: the first sync; what existed before is not marked row by row.
        findings: open findings by primary key, if they are known already.
    """
    ids = {id for webhook in webhooks for id in (webhook.resource_ids or ())[:NUMBERS_SHOWN]}
    numbers = Number.objects.in_bulk(ids, field_name="quo_id")
    members = Member.objects.in_bulk({w.user_id for w in webhooks}, field_name="quo_id")
    return [
        Row(
            webhook=webhook,
            states=_states(webhook, fresh, first),
            events=webhook.event_list,
            numbers=_numbers(webhook, numbers),
            endpoint=("http://" if webhook.is_plain_http else "") + webhook.host,
            member=str(members.get(webhook.user_id or "") or ""),
            findings=[
                State(finding.policy.mark, finding.policy.short)
                for finding in (findings or {}).get(webhook.pk, ())
            ],
        )
        for webhook in webhooks
    ]


def _states(webhook: Webhook, fresh: Freshness, first: Sync | None) -> list[State]:
    drift = None if existed_before(webhook, first) else drift_state(webhook)
    status = status_state(webhook, stale=fresh.is_stale(webhook))
    return [status, drift] if drift else [status]


def _numbers(webhook: Webhook, known: dict[str, Number]) -> tuple[str, str]:
    """Return the first number and, below it, the second, a count, or how the first is spelled."""
    if webhook.covers_all_numbers:
        return "All numbers", "including numbers added later"
    ids = webhook.resource_ids or []
    if not ids:
        return "", ""
    first = known.get(ids[0])
    if len(ids) > NUMBERS_SHOWN:
        second = f"and {len(ids) - 1} more"
    elif len(ids) == NUMBERS_SHOWN:
        second = str(known.get(ids[1], ids[1]))
    else:
        second = first.spelled if first and first.name else ""
    return str(first or ids[0]), second
