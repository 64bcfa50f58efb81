"""The page of all findings, policy by policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from quo_admin.webhooks.models import Acknowledgement, Finding, Webhook
from quo_admin.webhooks.models.finding import FindingQuerySet
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.webhooks.policies.catalog import ALL_NUMBERS_LEFT, NUMBER_LEFT, POLICIES, Policy
from quo_admin.webhooks.policies.descriptions import DescribedFinding, describe
from quo_admin.webhooks.policies.findings import PolicyCount, counts, found, rows_of_policy
from quo_admin.webhooks.states import State
from quo_admin.workspace.models import Number

ROWS = 50  # of one policy
ROWS_OF_EACH = 10  # on the page of all policies
TITLES_SHOWN = 3  # findings of one webhook
OF_NUMBERS = [NUMBER_LEFT, ALL_NUMBERS_LEFT]  # not checked before the first sync of numbers
OPEN, ACKNOWLEDGED = "open", "acknowledged"
SHOWN = {"": "All", OPEN: "Open", ACKNOWLEDGED: "Snoozed"}


@dataclass(frozen=True)
class Row:
    """One webhook and its findings of one policy."""

    webhook: Webhook
    policy: Policy
    findings: list[DescribedFinding]

    @property
    def shown(self) -> list[DescribedFinding]:
        return self.findings[:TITLES_SHOWN]

    @property
    def more(self) -> int:
        return max(len(self.findings) - TITLES_SHOWN, 0)

    @property
    def endpoint(self) -> str:
        return ("http://" if self.webhook.is_plain_http else "") + self.webhook.host

    @property
    def since(self) -> datetime:
        """Since when the newest of them exists."""
        return max(finding.since for finding in self.findings)

    @property
    def state(self) -> State:
        if self.acknowledged:
            return State("skip", "Snoozed")
        return State(self.policy.mark, self.policy.short)

    @property
    def snooze_url(self) -> str:
        """The page that snoozes the finding; the webhook's page if there are several."""
        if len(self.findings) == 1:
            return self.findings[0].snooze_url
        return f"{self.webhook.get_absolute_url()}#findings"

    @cached_property
    def acknowledged(self) -> Acknowledgement | None:
        """The acknowledgement that ends first, if every finding is acknowledged."""
        given = [f.acknowledged for f in self.findings if f.acknowledged]
        whole = given and len(given) == len(self.findings)
        return min(given, key=lambda one: one.until) if whole else None


@dataclass(frozen=True)
class Group:
    """The findings of one policy: the rows shown, and how many webhooks break it in all."""

    policy: Policy
    count: PolicyCount
    rows: list[Row]
    more: int
    address: str


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def findings(request: HttpRequest) -> HttpResponse:
    policy = request.GET.get("policy", "")
    show = request.GET.get("show", "")
    policy, show = policy if policy in POLICIES else "", show if show in SHOWN else ""
    unread = [] if Number.objects.exists() else OF_NUMBERS
    counted = counts()
    page = None
    if policy:
        paginator = Paginator(_rows(policy, show), ROWS)
        vars(paginator)["count"] = _shown(counted[policy], show)  # known already
        page = paginator.get_page(request.GET.get("page"))
        groups = _groups({policy: list(page)}, counted, show)
    else:
        first = {
            name: list(_rows(name, show)[:ROWS_OF_EACH]) for name in counted if counted[name].all
        }
        groups = _groups(first, counted, show)
    sums = _sums(counted, policy)
    context = {
        "policy": POLICIES.get(policy),
        "show": show,
        "groups": [group for group in groups if group.rows],
        "without_findings": []
        if policy
        else [POLICIES[n] for n in counted if n not in unread and not counted[n].all],
        "not_checked": [POLICIES[name] for name in unread],
        "fresh": freshness(),
        "views": [(word, sums[key], _address(policy, key), key) for key, word in SHOWN.items()],
        "all_url": _address("", show),
        "page": page,
        "may_snooze": request.user.has_perm("webhooks.add_webhook"),
        "any_webhook": Webhook.objects.live().exists(),
        "total": sums[""],
    }
    return render(request, "webhooks/policies/findings.html", context)


def _rows(policy: str, show: str) -> FindingQuerySet:
    """Return the last finding of each webhook that breaks a policy, of the requested view."""
    return rows_of_policy(policy, snoozed=show == ACKNOWLEDGED if show else None)


def _groups(
    shown: dict[str, list[Finding]], counted: dict[str, PolicyCount], show: str
) -> list[Group]:
    """Return the policies with their rows. All findings are read together."""
    every = (finding.webhook for rows in shown.values() for finding in rows)
    webhooks = list({webhook.pk: webhook for webhook in every}.values())
    described = describe(webhooks, found(webhooks, shown.keys()))
    groups = []
    for name, rows in shown.items():
        policy = POLICIES[name]
        groups.append(
            Group(
                policy=policy,
                count=counted[name],
                rows=[_row(finding.webhook, policy, described) for finding in rows],
                more=_shown(counted[name], show) - len(rows),
                address=_address(name, show),
            )
        )
    return groups


def _row(
    webhook: Webhook, policy: Policy, described: Mapping[int, Sequence[DescribedFinding]]
) -> Row:
    return Row(webhook, policy, [one for one in described[webhook.pk] if one.policy == policy])


def _shown(count: PolicyCount, show: str) -> int:
    return {OPEN: count.open, ACKNOWLEDGED: count.acknowledged}.get(show, count.all)


def _sums(counted: dict[str, PolicyCount], policy: str) -> dict[str, int]:
    """Return how many rows each view has, of all policies or one."""
    these = [count for name, count in counted.items() if policy in ("", name)]
    return {show: sum(_shown(count, show) for count in these) for show in SHOWN}


def _address(policy: str, show: str) -> str:
    query = ({"policy": policy} if policy else {}) | ({"show": show} if show else {})
    return reverse("webhooks:findings") + (f"?{urlencode(query)}" if query else "")
