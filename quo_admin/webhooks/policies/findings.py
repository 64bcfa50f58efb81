"""Findings as pages need them: of one webhook, of a page of them, and how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies.catalog import POLICIES, Policy
from quo_admin.webhooks.policies.queries import BREAKING, subjects
from quo_admin.webhooks.policies.warnings import PolicyName

# Webhooks; beyond, counting what breaks these policies would keep a page for seconds.
MOST = {
    policy: 250_000
    for policy in POLICIES
    if policy not in (PolicyName.PLAIN_HTTP, PolicyName.DISABLED)
}
MOST[PolicyName.DOUBLED] = 50_000


@dataclass(frozen=True)
class Finding:
    """One policy that one webhook breaks, with what or whom, and who lets it stand."""

    policy: Policy
    subject: str
    acknowledged: Acknowledgement | None

    @property
    def open(self) -> bool:
        return self.acknowledged is None


@dataclass(frozen=True)
class Count:
    """How many webhooks break a policy: with a finding that is open, and with none that is."""

    open: int
    acknowledged: int


def webhooks_with_finding(policy: str) -> WebhookQuerySet:
    """Return the webhooks that break this policy, acknowledged or not; of no such policy none."""
    return BREAKING[policy]() if policy in BREAKING else Webhook.objects.none()


def of_webhook(webhook: Webhook) -> list[Finding]:
    """Return all its findings in the order of the policies, those that are acknowledged too."""
    return found([webhook])[webhook.pk]


def first_findings(webhooks: Sequence[Webhook]) -> dict[int, list[Finding]]:
    """Return the open findings of each, by its pk, in the order of the policies."""
    return {
        pk: [finding for finding in findings if finding.open]
        for pk, findings in found(webhooks).items()
    }


def found(
    webhooks: Iterable[Webhook], policies: Iterable[Policy] = tuple(POLICIES.values())
) -> dict[int, list[Finding]]:
    """Return the findings of each webhook, by its pk. The number of queries is constant."""
    pks = [webhook.pk for webhook in webhooks]
    names = [policy.name for policy in policies]
    broken = subjects(names, pks) if pks else set()
    acknowledged = _acknowledged(pks) if broken else {}
    findings: dict[int, list[Finding]] = {pk: [] for pk in pks}
    for policy, pk, subject in sorted(broken, key=lambda one: (names.index(one[0]), *one[1:])):
        letting = acknowledged.get((pk, policy, subject))
        findings[pk].append(Finding(POLICIES[policy], subject, letting))
    return findings


def _acknowledged(pks: list[int]) -> dict[tuple[int, str, str], Acknowledgement]:
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(webhook__in=pks)
    return {(row.webhook_id, row.policy, row.subject): row for row in rows}


def askable() -> dict[str, Policy]:
    """Return the policies that can be asked of all webhooks at once, however many there are."""
    last = Webhook.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {name: policy for name, policy in POLICIES.items() if last <= MOST.get(name, last)}


def counts(policy: str = "") -> dict[str, Count]:
    """Return for each policy that can be asked of all, in their order, how many webhooks break it.

    Args:
        policy: to count this one alone.
    """
    counted = {}
    for name in askable():
        if policy not in ("", name):
            continue
        broken = webhooks_with_finding(name)
        acknowledged = broken.filter(pk__in=fully_acknowledged(name)).count()
        counted[name] = Count(broken.count() - acknowledged, acknowledged)
    return counted


def fully_acknowledged(policy: str) -> list[int]:
    """Return the webhooks of which every finding of this policy is acknowledged.

    Only those that somebody acknowledged anything of are looked at, and people make few of these.
    """
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(policy=policy)
    held = set(rows.values_list("policy", "webhook", "subject"))
    broken = subjects([policy], {pk for _, pk, _ in held}) if held else set()
    return list({pk for _, pk, _ in broken} - {pk for _, pk, _ in broken - held})
