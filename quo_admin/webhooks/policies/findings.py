"""Findings as pages need them: of one webhook, of a page of webhooks, and their counts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from django.db.models import Count, Exists, OuterRef, Subquery
from django.utils import timezone

from quo_admin.webhooks.models import Acknowledgement, Finding, Webhook
from quo_admin.webhooks.models.finding import FindingQuerySet
from quo_admin.webhooks.policies.catalog import POLICIES, Policy

# The columns of a webhook that its findings are described with
_SHOWN = [
    f"webhook__{column}"
    for column in (
        *("quo_id", "label", "events", "resource_ids", "user_id"),
        *("host", "is_plain_http", "created_by"),
    )
]


class HasPk(Protocol):
    """A webhook, or a row of one."""

    pk: Any


@dataclass(frozen=True)
class ShownFinding:
    """One policy that one webhook breaks: with which subject, since when, and whether snoozed."""

    policy: Policy
    subject: str
    since: datetime
    acknowledged: Acknowledgement | None

    @property
    def open(self) -> bool:
        return self.acknowledged is None


@dataclass(frozen=True)
class PolicyCount:
    """How many webhooks break a policy: with an open finding, and with snoozed ones only.

    ``oldest``: since when the oldest open finding exists.
    """

    open: int = 0
    acknowledged: int = 0
    oldest: datetime | None = None

    @property
    def all(self) -> int:
        return self.open + self.acknowledged


def of_webhook(webhook: Webhook) -> list[ShownFinding]:
    """Return all findings of a webhook in the order of the policies, snoozed ones too."""
    return found([webhook])[webhook.pk]


def open_findings(webhooks: Sequence[HasPk]) -> dict[int, list[ShownFinding]]:
    """Return the open findings of each webhook by primary key, in the order of the policies."""
    return {
        pk: [finding for finding in findings if finding.open]
        for pk, findings in found(webhooks).items()
    }


def open_policies(webhooks: Iterable[HasPk]) -> dict[int, list[Policy]]:
    """Return the policies of the open findings of each webhook that has any, by primary key."""
    rows = Finding.objects.filter(webhook__in=[webhook.pk for webhook in webhooks]).open(today())
    broken: dict[int, set[str]] = {}
    for pk, name in rows.values_list("webhook", "policy"):
        broken.setdefault(pk, set()).add(name)
    return {
        pk: [policy for name, policy in POLICIES.items() if name in names]
        for pk, names in broken.items()
    }


def found(
    webhooks: Iterable[HasPk], policies: Collection[str] = tuple(POLICIES)
) -> dict[int, list[ShownFinding]]:
    """Return the findings of each webhook by primary key, in two queries."""
    findings: dict[int, list[ShownFinding]] = {webhook.pk: [] for webhook in webhooks}
    rows = Finding.objects.filter(webhook__in=list(findings)) if findings else ()
    places = {name: place for place, name in enumerate(POLICIES) if name in policies}
    known = [row for row in rows if row.policy in places]
    acknowledged = _acknowledged(list(findings)) if known else {}
    for row in sorted(known, key=lambda row: (places[row.policy], row.subject)):
        given = acknowledged.get((row.webhook_id, row.policy, row.subject))
        findings[row.webhook_id].append(
            ShownFinding(POLICIES[row.policy], row.subject, row.since, given)
        )
    return findings


def _acknowledged(pks: list[int]) -> dict[tuple[int, str, str], Acknowledgement]:
    rows = Acknowledgement.objects.holding(today()).filter(webhook__in=pks)
    return {(row.webhook_id, row.policy, row.subject): row for row in rows}


def counts() -> dict[str, PolicyCount]:
    """Return for each policy how many webhooks break it.

    Led by indexes: all findings are only counted, and what is snoozed is found from its side.
    """
    of_policy = Finding.objects.filter(policy=OuterRef("policy")).open(today())
    oldest = Subquery(of_policy.order_by("since").values("since")[:1])
    rows = Finding.objects.order_by().values_list("policy")
    counted = rows.annotate(Count("webhook", distinct=True)).annotate(oldest=oldest)
    snoozed = _snoozed_only()
    by_policy = {
        name: PolicyCount(every - snoozed.get(name, 0), snoozed.get(name, 0), since)
        for name, every, since in counted
    }
    return {name: by_policy.get(name, PolicyCount()) for name in POLICIES}


def _snoozed_only() -> dict[str, int]:
    """Return for each policy how many webhooks break it with snoozed findings only."""
    same = Finding.objects.filter(webhook=OuterRef("webhook"), policy=OuterRef("policy"))
    rows = Acknowledgement.objects.holding(today()).filter(
        Exists(same.filter(subject=OuterRef("subject"))), ~Exists(same.open(today()))
    )
    counted = rows.order_by().values_list("policy").annotate(Count("webhook", distinct=True))
    return dict(counted)


def rows_of_policy(policy: str, *, snoozed: bool | None = None) -> FindingQuerySet:
    """Return the last finding of each webhook that breaks a policy, newest first.

    Args:
        snoozed: only webhooks whose findings of the policy are all snoozed, or only the others.
    """
    rows = Finding.objects.filter(policy=policy).last_of_webhook().order_by("-since", "-pk")
    if snoozed is not None:
        same = Finding.objects.filter(webhook=OuterRef("webhook"), policy=policy)
        has_open = Exists(same.open(today()))
        rows = rows.filter(~has_open if snoozed else has_open)
    return rows.select_related("webhook").only("policy", *_SHOWN)


def today() -> date:
    """Return the day on which an acknowledgement must hold (UTC)."""
    return timezone.now().date()
