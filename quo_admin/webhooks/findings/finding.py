"""Findings as pages need them: of one webhook, of a page of them, and how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from quo_admin.webhooks.findings.house import RULES, HouseRule
from quo_admin.webhooks.findings.questions import BREAKING, subjects
from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.rules import Rule

# Webhooks; beyond, counting what breaks these rules would keep a page for seconds.
MOST = {rule: 250_000 for rule in RULES if rule not in (Rule.PLAIN_HTTP, Rule.DISABLED)}
MOST[Rule.DOUBLED] = 50_000


@dataclass(frozen=True)
class Finding:
    """One rule that one webhook breaks, with what or whom, and who lets it stand."""

    rule: HouseRule
    subject: str
    acknowledged: Acknowledgement | None

    @property
    def open(self) -> bool:
        return self.acknowledged is None


@dataclass(frozen=True)
class Count:
    """How many webhooks break a rule: with a finding that is open, and with none that is."""

    open: int
    acknowledged: int


def webhooks_breaking(rule: str) -> WebhookQuerySet:
    """Return the webhooks that break this rule, acknowledged or not; of no such rule none."""
    return BREAKING[rule]() if rule in BREAKING else Webhook.objects.none()


def of_webhook(webhook: Webhook) -> list[Finding]:
    """Return all its findings in the order of the rules, those that are acknowledged too."""
    return found([webhook])[webhook.pk]


def first_findings(webhooks: Sequence[Webhook]) -> dict[int, list[Finding]]:
    """Return the open findings of each, by its pk, in the order of the rules."""
    return {
        pk: [finding for finding in findings if finding.open]
        for pk, findings in found(webhooks).items()
    }


def found(
    webhooks: Iterable[Webhook], rules: Iterable[HouseRule] = tuple(RULES.values())
) -> dict[int, list[Finding]]:
    """Return the findings of each webhook, by its pk. The number of queries is constant."""
    pks = [webhook.pk for webhook in webhooks]
    names = [rule.name for rule in rules]
    broken = subjects(names, pks) if pks else set()
    acknowledged = _acknowledged(pks) if broken else {}
    findings: dict[int, list[Finding]] = {pk: [] for pk in pks}
    for rule, pk, subject in sorted(broken, key=lambda one: (names.index(one[0]), *one[1:])):
        letting = acknowledged.get((pk, rule, subject))
        findings[pk].append(Finding(RULES[rule], subject, letting))
    return findings


def _acknowledged(pks: list[int]) -> dict[tuple[int, str, str], Acknowledgement]:
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(webhook__in=pks)
    return {(row.webhook_id, row.rule, row.subject): row for row in rows}


def askable() -> dict[str, HouseRule]:
    """Return the rules that can be asked of all webhooks at once, however many there are."""
    last = Webhook.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    return {name: rule for name, rule in RULES.items() if last <= MOST.get(name, last)}


def counts(rule: str = "") -> dict[str, Count]:
    """Return for each rule that can be asked of all, in their order, how many webhooks break it.

    Args:
        rule: to count this one alone.
    """
    counted = {}
    for name in askable():
        if rule not in ("", name):
            continue
        broken = webhooks_breaking(name)
        acknowledged = broken.filter(pk__in=settled(name)).count()
        counted[name] = Count(broken.count() - acknowledged, acknowledged)
    return counted


def settled(rule: str) -> list[int]:
    """Return the webhooks of which every finding of this rule is acknowledged.

    Only those that somebody acknowledged anything of are looked at, and people make few of these.
    """
    rows = Acknowledgement.objects.holding(timezone.now().date()).filter(rule=rule)
    held = set(rows.values_list("rule", "webhook", "subject"))
    broken = subjects([rule], {pk for _, pk, _ in held}) if held else set()
    return list({pk for _, pk, _ in broken} - {pk for _, pk, _ in broken - held})
