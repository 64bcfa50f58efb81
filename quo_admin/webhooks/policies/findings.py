"""Findings as pages need them: of one webhook, of a page of webhooks, and their counts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils import timezone

from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies.catalog import POLICIES, Policy
from quo_admin.webhooks.policies.rules import BREAKING, subjects
from quo_admin.webhooks.policies.warnings import PolicyName

# Webhooks. With more than these, counting the findings of a policy would take seconds.
MOST = {
    policy: 250_000
    for policy in POLICIES
    if policy not in (PolicyName.PLAIN_HTTP, PolicyName.DISABLED)
}
MOST[PolicyName.DOUBLED] = 50_000


class HasPk(Protocol):
    """A webhook, or a row of one."""

    pk: Any


@dataclass(frozen=True)
class Finding:
    """One policy that one webhook breaks, with its subject, and whether it is snoozed."""

    policy: Policy
    subject: str
    acknowledged: Acknowledgement | None

    @property
    def open(self) -> bool:
        return self.acknowledged is None


@dataclass(frozen=True)
class Count:
    """How many webhooks break a policy: with an open finding, and with snoozed ones only."""

    open: int
    acknowledged: int


def webhooks_with_finding(policy: str) -> WebhookQuerySet:
    """Return the webhooks that break this policy, snoozed or not."""
    return BREAKING[policy]() if policy in BREAKING else Webhook.objects.none()


def of_webhook(webhook: Webhook) -> list[Finding]:
    """Return all findings of a webhook in the order of the policies, snoozed ones too."""
    return found([webhook])[webhook.pk]


def first_findings(webhooks: Sequence[HasPk]) -> dict[int, list[Finding]]:
    """Return the open findings of each webhook by primary key, in the order of the policies."""
    return {
        pk: [finding for finding in findings if finding.open]
        for pk, findings in found(webhooks).items()
    }


def found(
    webhooks: Iterable[HasPk], policies: Iterable[Policy] = tuple(POLICIES.values())
) -> dict[int, list[Finding]]:
    """Return the findings of each webhook by primary key. The number of queries is constant."""
    pks = [webhook.pk for webhook in webhooks]
    names = [policy.name for policy in policies]
    broken = subjects(names, pks) if pks else set()
    acknowledged = _acknowledged(pks) if broken else {}
    findings: dict[int, list[Finding]] = {pk: [] for pk in pks}
    for policy, pk, subject in sorted(broken, key=lambda row: (names.index(row[0]), *row[1:])):
        given = acknowledged.get((pk, policy, subject))
        findings[pk].append(Finding(POLICIES[policy], subject, given))
    return findings


def _acknowledged(pks: list[int]) -> dict[tuple[int, str, str], Acknowledgement]:
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(webhook__in=pks)
    return {(row.webhook_id, row.policy, row.subject): row for row in rows}


def countable() -> dict[str, Policy]:
    """Return the policies whose findings can be counted, given how many webhooks there are."""
    last = Webhook.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {name: policy for name, policy in POLICIES.items() if last <= MOST.get(name, last)}


def counts(policy: str = "") -> dict[str, Count]:
    """Return for each countable policy how many webhooks break it.

    Args:
        policy: count only this one.
    """
    counted = {}
    for name in countable():
        if policy not in ("", name):
            continue
        broken = webhooks_with_finding(name)
        acknowledged = broken.filter(pk__in=fully_acknowledged(name)).count()
        counted[name] = Count(broken.count() - acknowledged, acknowledged)
    return counted


def fully_acknowledged(policy: str) -> list[int]:
    """Return the webhooks whose findings of this policy are all snoozed.

    Only webhooks with an acknowledgement are read, and there are few of these.
    """
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(policy=policy)
    held = set(rows.values_list("policy", "webhook", "subject"))
    broken = subjects([policy], {pk for _, pk, _ in held}) if held else set()
    return list({pk for _, pk, _ in broken} - {pk for _, pk, _ in broken - held})
