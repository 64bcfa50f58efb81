"""Findings as pages describe them, with names in place of IDs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.quo import spec
from quo_admin.webhooks import summary
from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.policies import catalog
from quo_admin.webhooks.policies.findings import ShownFinding
from quo_admin.webhooks.policies.rules import MEMBER
from quo_admin.webhooks.policies.warnings import PolicyName
from quo_admin.webhooks.states import State
from quo_admin.workspace.models import Member, Number

# The columns of the second webhook of a pair that pages show
OF_OTHERS = ("quo_id", "label", "events", "resource_ids", "created_or_seen_at")


@dataclass(frozen=True)
class DescribedFinding:
    """One finding with its title. ``other`` is the second webhook of a duplicate pair."""

    webhook: Webhook
    finding: ShownFinding
    title: str
    other: Webhook | None = None

    @property
    def policy(self) -> catalog.Policy:
        return self.finding.policy

    @property
    def state(self) -> State:
        """The mark of the policy, or that the finding is snoozed."""
        if self.acknowledged:
            return State("skip", f"{self.title} (snoozed)")
        return State(self.policy.mark, self.title)

    @property
    def advice(self) -> str:
        """Why it matters and what to do."""
        return f"{self.policy.why} {self.policy.do}"

    @property
    def since(self) -> datetime:
        return self.finding.since

    @property
    def acknowledged(self) -> Acknowledgement | None:
        return self.finding.acknowledged

    @property
    def snooze_url(self) -> str:
        """The page that snoozes or reopens it."""
        page = reverse("webhooks:finding", args=[self.webhook.quo_id, self.policy.name])
        subject = self.finding.subject
        return f"{page}?{urlencode({'subject': subject})}" if subject else page


@dataclass(frozen=True)
class _Names:
    numbers: Mapping[str, str]
    members: Mapping[str, str]
    others: Mapping[str, Webhook]


def describe(
    webhooks: Sequence[Webhook], findings: Mapping[int, Sequence[ShownFinding]]
) -> dict[int, list[DescribedFinding]]:
    """Return the same findings, described. The number of queries is constant."""
    names = _names(webhooks, findings)
    return {
        webhook.pk: [_describe(webhook, finding, names) for finding in findings.get(webhook.pk, ())]
        for webhook in webhooks
    }


def _names(webhooks: Sequence[Webhook], findings: Mapping[int, Sequence[ShownFinding]]) -> _Names:
    every = [finding for many in findings.values() for finding in many]
    ids = {f.subject for f in every if f.policy.name == PolicyName.DOUBLED}
    rows = Webhook.objects.only(*OF_OTHERS)
    others = rows.in_bulk(ids, field_name="quo_id") if ids else {}
    numbers = {f.subject for f in every if f.policy.name == catalog.NUMBER_LEFT}
    for webhook in webhooks if others else ():
        for finding in findings.get(webhook.pk, ()):
            if other := others.get(finding.subject):
                numbers.update(_numbers(webhook, other)[: summary.NAMES_SHOWN])
    about_members = any(_is_about_member(finding) for finding in every)
    creators = {w.user_id for w in webhooks if w.user_id} if about_members else set()
    return _Names(
        Number.objects.names(numbers) if numbers else {},
        Member.objects.names(creators) if creators else {},
        others,
    )


def _is_about_member(finding: ShownFinding) -> bool:
    return finding.policy.name == catalog.CREATOR_LEFT and finding.subject.startswith(MEMBER)


def _describe(webhook: Webhook, finding: ShownFinding, names: _Names) -> DescribedFinding:
    other = None
    what = finding.subject
    if finding.policy.name == PolicyName.DOUBLED:
        other = names.others[finding.subject]
        what = _shared(webhook, other, names.numbers)
    elif finding.policy.name == catalog.NUMBER_LEFT:
        what = names.numbers.get(finding.subject, finding.subject)
    elif finding.policy.name == catalog.HOST_ONCE:
        what = webhook.host
    elif _is_about_member(finding):
        what = f"Its member, {names.members.get(webhook.user_id or '', webhook.user_id)},"
    elif finding.policy.name == catalog.CREATOR_LEFT:
        what = f"{webhook.created_by}, who created it,"
    return DescribedFinding(webhook, finding, finding.policy.title.format(what=what), other)


def _shared(one: Webhook, other: Webhook, names: Mapping[str, str]) -> str:
    """Return what both webhooks send: "Messages received by Sales desk arrive"."""
    events = [event for event in one.events or () if event in (other.events or ())]
    ids = _numbers(one, other)
    labels = [names.get(id, id) for id in ids]
    every = spec.ALL_PHONE_NUMBERS in ids
    parts = [
        *summary.messages(tuple(events)),
        *summary.numbers(labels, all_numbers=every, known=0),
    ]
    return f"{''.join(part.text for part in parts)} arrive"


def _numbers(webhook: Webhook, other: Webhook) -> list[str]:
    """Return the numbers that both webhooks have. A webhook on all numbers has every one."""
    one, two = (dict.fromkeys(each.resource_ids or ()) for each in (webhook, other))
    if spec.ALL_PHONE_NUMBERS in one:
        return list(two)
    return [id for id in one if spec.ALL_PHONE_NUMBERS in two or id in two]
