"""The page of all findings, policy by policy."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.models.freshness import freshness
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies.catalog import ALL_NUMBERS_LEFT, NUMBER_LEFT, POLICIES, Policy
from quo_admin.webhooks.policies.descriptions import DescribedFinding, describe
from quo_admin.webhooks.policies.findings import (
    Count,
    countable,
    counts,
    found,
    fully_acknowledged,
    webhooks_with_finding,
)
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

    @property
    def acknowledged(self) -> Acknowledgement | None:
        """The acknowledgement that ends first, if every finding is acknowledged."""
        given = [f.acknowledged for f in self.findings if f.acknowledged]
        whole = given and len(given) == len(self.findings)
        return min(given, key=lambda one: one.until) if whole else None


@dataclass(frozen=True)
class Group:
    """The findings of one policy: the rows shown, and how many webhooks break it in all."""

    policy: Policy
    count: Count
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
    can_count = countable()
    unread = [] if Number.objects.exists() else OF_NUMBERS
    counted = counts(policy)
    page = None
    groups: list[Group] = []
    if policy and policy in counted:
        page = Paginator(_rows(policy, show), ROWS).get_page(request.GET.get("page"))
        groups = _groups({policy: list(page)}, counted, show, page)
    elif not policy:
        first = {name: list(_rows(name, show)[:ROWS_OF_EACH]) for name in counted}
        groups = _groups(first, counted, show)
    sums = _sums(counted, policy)
    context = {
        "policy": POLICIES.get(policy),
        "show": show,
        "groups": [group for group in groups if group.rows],
        "without_findings": []
        if policy
        else [POLICIES[n] for n in counted if n not in unread and not sum(_both(counted[n]))],
        "not_checked": [POLICIES[name] for name in unread],
        "fresh": freshness(),
        "views": [(word, sums[key], _address(policy, key), key) for key, word in SHOWN.items()],
        "all_url": _address("", show),
        "not_counted": [each for name, each in POLICIES.items() if name not in can_count],
        "page": page,
        "any_webhook": Webhook.objects.live().exists(),
        "total": sums[""],
    }
    return render(request, "webhooks/policies/findings.html", context)


def _rows(policy: str, show: str) -> WebhookQuerySet:
    """Return the webhooks that break a policy, newest first, of the requested view."""
    rows = webhooks_with_finding(policy).newest_first().defer("key_sealed")
    if show == OPEN:
        return rows.exclude(pk__in=fully_acknowledged(policy))
    return rows.filter(pk__in=fully_acknowledged(policy)) if show else rows


def _groups(
    shown: dict[str, list[Webhook]],
    counted: dict[str, Count],
    show: str,
    page: "Page[Webhook] | None" = None,
) -> list[Group]:
    """Return the policies with their rows. All findings are read together."""
    webhooks = list({webhook.pk: webhook for rows in shown.values() for webhook in rows}.values())
    policies = [POLICIES[name] for name in shown]
    described = describe(webhooks, found(webhooks, policies))
    groups = []
    for name, rows in shown.items():
        total = page.paginator.count if page else _shown(counted[name], show)
        groups.append(
            Group(
                policy=POLICIES[name],
                count=counted[name],
                rows=[
                    Row(w, POLICIES[name], [f for f in described[w.pk] if f.policy.name == name])
                    for w in rows
                ],
                more=0 if page else total - len(rows),
                address=_address(name, show),
            )
        )
    return groups


def _both(count: Count) -> tuple[int, int]:
    return count.open, count.acknowledged


def _shown(count: Count, show: str) -> int:
    return {OPEN: count.open, ACKNOWLEDGED: count.acknowledged}.get(show, sum(_both(count)))


def _sums(counted: dict[str, Count], policy: str) -> dict[str, int]:
    """Return how many rows each view has, of all policies or one."""
    these = [count for name, count in counted.items() if policy in ("", name)]
    return {show: sum(_shown(count, show) for count in these) for show in SHOWN}


def _address(policy: str, show: str) -> str:
    query = ({"policy": policy} if policy else {}) | ({"show": show} if show else {})
    return reverse("webhooks:findings") + (f"?{urlencode(query)}" if query else "")
