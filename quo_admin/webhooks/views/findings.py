"""The page of all findings, rule by rule."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from quo_admin.webhooks.findings import (
    RULES,
    Count,
    HouseRule,
    askable,
    counts,
    found,
    settled,
    webhooks_breaking,
)
from quo_admin.webhooks.findings.house import ALL_NUMBERS_GONE, NUMBER_LEFT
from quo_admin.webhooks.findings.said import Said, say
from quo_admin.webhooks.freshness import freshness
from quo_admin.webhooks.models import Acknowledgement, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.workspace.models import Number

ROWS = 50  # of one rule
ROWS_OF_EACH = 10  # where all rules stand on one page
OF_NUMBERS = [NUMBER_LEFT, ALL_NUMBERS_GONE]  # asked once the company’s numbers were read
OPEN, ACKNOWLEDGED = "open", "acknowledged"
SHOWN = {"": "All", OPEN: "Open", ACKNOWLEDGED: "Acknowledged"}


@dataclass(frozen=True)
class Row:
    """One webhook, and what it breaks one rule with."""

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
    """One rule's findings: those of the webhooks shown, and how many webhooks break it in all."""

    rule: HouseRule
    count: Count
    rows: list[Row]
    more: int
    address: str


@require_safe
@login_required
@permission_required("webhooks.view_webhook", raise_exception=True)
def findings(request: HttpRequest) -> HttpResponse:
    rule = request.GET.get("rule", "")
    show = request.GET.get("show", "")
    rule, show = rule if rule in RULES else "", show if show in SHOWN else ""
    asked = askable()
    unread = [] if Number.objects.exists() else OF_NUMBERS
    counted = counts(rule)
    page = None
    groups: list[Group] = []
    if rule and rule in counted:
        page = Paginator(_rows(rule, show), ROWS).get_page(request.GET.get("page"))
        groups = _groups({rule: list(page)}, counted, show, page)
    elif not rule:
        first = {name: list(_rows(name, show)[:ROWS_OF_EACH]) for name in counted}
        groups = _groups(first, counted, show)
    sums = _sums(counted, rule)
    context = {
        "rule": RULES.get(rule),
        "show": show,
        "groups": [group for group in groups if group.rows],
        "kept": []
        if rule
        else [RULES[n] for n in counted if n not in unread and not sum(_both(counted[n]))],
        "unread": [RULES[name] for name in unread],
        "fresh": freshness(),
        "views": [(word, sums[key], _address(rule, key), key) for key, word in SHOWN.items()],
        "any": _address("", show),
        "unasked": [each for name, each in RULES.items() if name not in asked],
        "page": page,
        "live": Webhook.objects.live().count(),
        "broken": sums[""],
    }
    return render(request, "webhooks/findings.html", context)


def _rows(rule: str, show: str) -> WebhookQuerySet:
    """Return the webhooks that break a rule, newest first, as far as they are asked for."""
    rows = webhooks_breaking(rule).newest_first().defer("key_sealed")
    if show == OPEN:
        return rows.exclude(pk__in=settled(rule))
    return rows.filter(pk__in=settled(rule)) if show else rows


def _groups(
    shown: dict[str, list[Webhook]],
    counted: dict[str, Count],
    show: str,
    page: "Page[Webhook] | None" = None,
) -> list[Group]:
    """Return the rules with their rows; the findings of all of them are looked up together."""
    webhooks = list({webhook.pk: webhook for rows in shown.values() for webhook in rows}.values())
    rules = [RULES[name] for name in shown]
    said = say(webhooks, found(webhooks, rules))
    groups = []
    for name, rows in shown.items():
        total = page.paginator.count if page else _shown(counted[name], show)
        groups.append(
            Group(
                rule=RULES[name],
                count=counted[name],
                rows=[Row(w, [one for one in said[w.pk] if one.rule.name == name]) for w in rows],
                more=0 if page else total - len(rows),
                address=_address(name, show),
            )
        )
    return groups


def _both(count: Count) -> tuple[int, int]:
    return count.open, count.acknowledged


def _shown(count: Count, show: str) -> int:
    return {OPEN: count.open, ACKNOWLEDGED: count.acknowledged}.get(show, sum(_both(count)))


def _sums(counted: dict[str, Count], rule: str) -> dict[str, int]:
    """Return how many rows each view has, over all rules or of one."""
    these = [count for name, count in counted.items() if rule in ("", name)]
    return {show: sum(_shown(count, show) for count in these) for show in SHOWN}


def _address(rule: str, show: str) -> str:
    asked = ({"rule": rule} if rule else {}) | ({"show": show} if show else {})
    return reverse("webhooks:findings") + (f"?{urlencode(asked)}" if asked else "")
