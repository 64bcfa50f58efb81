"""Snoozing a finding until a day, with a reason, and reopening it."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.policies.findings import ShownFinding
from quo_admin.webhooks.policies.warnings import PolicyName


def acknowledge(
    *, actor: str, webhook: Webhook, finding: ShownFinding, reason: str, until: date
) -> None:
    """Snooze a finding, replacing an earlier reason. A duplicate pair is snoozed on both sides."""
    given = {"reason": reason, "until": until, "given_by": actor, "given_at": timezone.now()}
    with transaction.atomic():
        for one, subject in _sides(webhook, finding):
            which: dict[str, Any] = {"policy": finding.policy.name, "subject": subject}
            before = one.acknowledgements.filter(**which).first()
            after, _ = one.acknowledgements.update_or_create(**which, defaults=given)
            _record(actor, Action.FINDING_ACKNOWLEDGED, before, after)


def take_back(*, actor: str, webhook: Webhook, finding: ShownFinding) -> bool:
    """Reopen a finding, on both sides of a duplicate pair. Returns whether it was snoozed."""
    taken = False
    with transaction.atomic():
        for one, subject in _sides(webhook, finding):
            for before in one.acknowledgements.filter(policy=finding.policy.name, subject=subject):
                before.delete()
                _record(actor, Action.FINDING_REOPENED, before, None)
                taken = True
    return taken


def _sides(webhook: Webhook, finding: ShownFinding) -> list[tuple[Webhook, str]]:
    sides = [(webhook, finding.subject)]
    if finding.policy.name == PolicyName.DOUBLED:
        others = Webhook.objects.filter(quo_id=finding.subject).defer("key_sealed")
        sides += [(other, webhook.quo_id) for other in others]
    return sides


def _record(
    actor: str, action: Action, before: Acknowledgement | None, after: Acknowledgement | None
) -> None:
    webhook = (before or after).webhook  # type: ignore[union-attr]
    audit.record(
        actor=actor,
        action=action,
        target=webhook.quo_id,
        label=str(webhook),
        before=_words(before),
        after=_words(after) or "open again",
    )


def _words(given: Acknowledgement | None) -> str:
    if given is None:
        return ""
    what = f"{given.policy} {given.subject}".strip()
    return f"{what}, until {given.until}: {given.reason}"
