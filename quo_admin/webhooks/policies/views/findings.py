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
from quo_admin.webhooks.policies.descriptions import Said, say
from quo_admin.webhooks.policies.findings import (
    Count,
    askable,
    counts,
    found,
    fully_acknowledged,
    webhooks_with_finding,
)
from quo_admin.workspace.models import Number

ROWS = 50  # of one policy
ROWS_OF_EACH = 10  # where all policies stand on one page
OF_NUMBERS = [NUMBER_LEFT, ALL_NUMBERS_LEFT]  # asked once the company’s numbers were read
OPEN, ACKNOWLEDGED = "open", "acknowledged"
SHOWN = {"": "All", OPEN: "Open", ACKNOWLEDGED: "Snoozed"}


@dataclass(frozen=True)
class Row:
    """One webhook, and what it breaks one policy with."""

    webhook: Webhook
    findings: list[Said]

    @property
    def acknowledged(self) -> Acknowledgement | None:
        """The one that ends first, where every finding of it is acknowledged."""
        given = [said.acknowledged for said in self.findings if said.acknowledged]
        whole = given and len(given) == len(self.findings)
        return min(given, key=lambda one: one.until) if whole else None


@dataclass(frozen=True)
class Group:
    """One policy's findings: those of the webhooks shown, and how many webhooks break it in all."""

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
    asked = askable()
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
        "kept": []
        if policy
        else [POLICIES[n] for n in counted if n not in unread and not sum(_both(counted[n]))],
        "unread": [POLICIES[name] for name in unread],
        "fresh": freshness(),
        "views": [(word, sums[key], _address(policy, key), key) for key, word in SHOWN.items()],
        "any": _address("", show),
        "unasked": [each for name, each in POLICIES.items() if name not in asked],
        "page": page,
        "live": Webhook.objects.live().count(),
        "broken": sums[""],
    }
    return render(request, "webhooks/policies/findings.html", context)


def _rows(policy: str, show: str) -> WebhookQuerySet:
    """Return the webhooks that break a policy, newest first, as far as they are asked for."""
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
    """Return the policies with their rows; the findings of all of them are looked up together."""
    webhooks = list({webhook.pk: webhook for rows in shown.values() for webhook in rows}.values())
    policies = [POLICIES[name] for name in shown]
    said = say(webhooks, found(webhooks, policies))
    groups = []
    for name, rows in shown.items():
        total = page.paginator.count if page else _shown(counted[name], show)
        groups.append(
            Group(
                policy=POLICIES[name],
                count=counted[name],
                rows=[Row(w, [one for one in said[w.pk] if one.policy.name == name]) for w in rows],
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
    """Return how many rows each view has, over all policies or of one."""
    these = [count for name, count in counted.items() if policy in ("", name)]
    return {show: sum(_shown(count, show) for count in these) for show in SHOWN}


def _address(policy: str, show: str) -> str:
    asked = ({"policy": policy} if policy else {}) | ({"show": show} if show else {})
    return reverse("webhooks:findings") + (f"?{urlencode(asked)}" if asked else "")
