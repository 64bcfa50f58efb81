"""The rows of the webhook list: what each cell shows."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.text import Truncator

from quo_admin.template_tags import breakable, pairs
from quo_admin.times import ago
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
LABEL_LENGTH = 120  # characters


@dataclass(frozen=True)
class Row:
    """One webhook of the list: what each cell shows, ready for a template that is run 100 times.

    Attributes:
        states: status and drift.
        numbers: the first line of the cell, and a second one or "".
        created: how long ago Quo created it, or we first saw it.
        findings: the states of its open findings; the row has room for the first of them at most.
    """

    pk: int
    url: str
    label: str
    quo_id: str
    is_missing: bool
    states: list[State]
    events: str
    numbers: tuple[str, str]
    endpoint: str
    fingerprint: str
    member: str
    created: str
    created_by: str
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
    numbers = Number.objects.named(ids)
    members = Member.objects.names({webhook.user_id for webhook in webhooks if webhook.user_id})
    now = timezone.now()
    return [
        Row(
            pk=webhook.pk,
            url=webhook.get_absolute_url(),
            label=_shortened(str(webhook)),
            quo_id=webhook.quo_id,
            is_missing=webhook.missing_since is not None,
            states=_states(webhook, fresh, first),
            events=breakable(webhook.event_list),
            numbers=_numbers(webhook, numbers),
            endpoint=breakable(("http://" if webhook.is_plain_http else "") + webhook.host),
            fingerprint=pairs(webhook.key_fingerprint),
            member=members.get(webhook.user_id or "", ""),
            created=ago(webhook.created_or_seen_at, now),
            created_by=webhook.created_by,
            findings=[
                State(finding.policy.mark, finding.policy.short)
                for finding in (findings or {}).get(webhook.pk, ())
            ],
        )
        for webhook in webhooks
    ]


def _shortened(label: str) -> str:
    return label if len(label) <= LABEL_LENGTH else Truncator(label).chars(LABEL_LENGTH)


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
