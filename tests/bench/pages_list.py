"""Every page that tests/bench/pages.py opens, each with its counterpart in the stock admin."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number, Sync
from tests.bench.pages_company import Company, webhook_id
from tests.factories import create_form, plan_form

NOTHING = "nearly empty"
GAPS = ("received", "delivered", "disabled", "doubled", "everywhere", "new", "noted", "porting",
        "restricted")  # fmt: skip


@dataclass(frozen=True)
class Page:
    """One page. ``form`` is posted if there is one. ``stock``: the same in the stock admin."""

    name: str
    address: str
    form: dict[str, Any] | None = None
    stock: str = ""
    by: str = "olga"  # an Operator; "" for nobody


def pages(company: Company, draft: int) -> list[Page]:
    return [
        Page(NOTHING, "/nothing/"),
        Page("home", "/"),
        *of_list(company),
        *of_webhooks(company),
        *of_creating(),
        *of_numbers(company),
        *of_onboarding(draft),
        *of_audit(company),
        *of_the_rest(),
    ]


def of_list(company: Company) -> list[Page]:
    stock = "/stock/webhooks/webhook/"
    number = Number.objects.current().order_by("-pk")[3].quo_id
    host = typical().host
    far = webhook_id(company.webhooks * 4 // 5)
    both = "/webhooks/?status=enabled&event=message.received"
    in_stock = f"{stock}?status__exact=enabled&subscriptions__event__exact=message.received"
    search = "search for a number's ID"
    return [
        Page("list, 25 rows", "/webhooks/?rows=25"),
        Page("list, 50 rows", "/webhooks/", stock=stock),
        Page("list, 100 rows", "/webhooks/?rows=100"),
        Page("list, a page far back", f"/webhooks/?after={far}"),
        Page("list, search for Fresno", "/webhooks/?q=Fresno", stock=f"{stock}?q=Fresno"),
        Page(f"list, {search}", f"/webhooks/?q={number}", stock=f"{stock}?q={number}"),
        Page("list, enabled and received", both, stock=in_stock),
        Page("list, a host", f"/webhooks/?host={host}", stock=f"{stock}?host__exact={host}"),
        Page("list, duplicated", "/webhooks/?finding=doubled"),
        Page("list, sorted by member", "/webhooks/?sort=member", stock=f"{stock}?o=8"),
        Page("list with counts", "/webhooks/?counts=1"),
        Page("facets", "/webhooks/facets/"),
        Page("facets, enabled", "/webhooks/facets/?status=enabled"),
        Page("marks of the list", "/webhooks/states/"),
    ]


def of_webhooks(company: Company) -> list[Page]:
    one, on_all = typical(), webhook_id(company.webhooks // company.on_all)
    http = next(w for w in newest() if w.url.startswith("http:"))
    form = f"/stock/webhooks/webhook/{one.pk}/change/"
    return [
        Page("one webhook", f"/webhooks/{one.quo_id}/", stock=form),
        Page("one webhook, on all numbers", f"/webhooks/{on_all}/"),
        Page("delete a webhook", f"/webhooks/{one.quo_id}/delete/"),
        Page("snooze a finding", f"/webhooks/{http.quo_id}/findings/plain-http/"),
        Page("findings", "/webhooks/findings/"),
        Page("findings, plain HTTP", "/webhooks/findings/?policy=plain-http"),
        Page("findings, duplicated", "/webhooks/findings/?policy=doubled"),
        Page("findings, snoozed", "/webhooks/findings/?policy=disabled&show=acknowledged"),
    ]


def of_creating() -> list[Page]:
    one = typical()
    form = create_form(resourceIds=list(one.resource_ids), url=one.url, accept=[])
    live = "/webhooks/new/live/"
    return [
        Page("create", "/webhooks/new/", stock="/stock/webhooks/webhook/add/"),
        Page("create, as a copy", f"/webhooks/new/?like={one.quo_id}"),
        Page("create, live part", live, form=form),
        Page("create, picker", f"{live}?picker=1", form=form | {"find": "Fresno"}),
        Page("create, preview", "/webhooks/new/", form=form | {"preview": "1"}),
    ]


def of_numbers(company: Company) -> list[Page]:
    stock, current = "/stock/workspace/number/", Number.objects.current().order_by("pk")
    one, host = Number.objects.get(quo_id=typical().resource_ids[0]), typical().host
    day = (company.now - timedelta(days=100)).date()
    member = one.member_ids[0]
    return [
        Page("numbers", "/numbers/", stock=stock),
        Page("numbers, last page", "/numbers/?page=9999"),
        *(Page(f"numbers, filter {gap}", f"/numbers/?gap={gap}") for gap in GAPS),
        Page("numbers, search for Fresno", "/numbers/?q=Fresno", stock=f"{stock}?q=Fresno"),
        Page("numbers, search for a host", f"/numbers/?q={host}"),
        Page("numbers, a member", f"/numbers/?member={member}"),
        Page("numbers, a past day", f"/numbers/?on={day}"),
        Page("numbers, a past day, delivered", f"/numbers/?on={day}&gap=delivered"),
        Page("one number", f"/numbers/{one.quo_id}/", stock=f"{stock}{one.pk}/change/"),
        Page("one number, no webhook", f"/numbers/{current[0].quo_id}/"),
        Page("one number, much used", f"/numbers/{current[2].quo_id}/"),
        Page("one number, a past day", f"/numbers/{one.quo_id}/?on={day}"),
        Page("map", "/numbers/map/"),
        Page("map, delivered, page 2", "/numbers/map/?event=delivered&page=2"),
        Page("map, search for Fresno", "/numbers/map/?q=Fresno"),
        Page("numbers, a host", f"/numbers/?event=received&host={host}"),
        Page("numbers, without a host", "/numbers/?event=received&outcome=nothing"),
        Page("notes", "/numbers/notes/"),
    ]


def of_onboarding(draft: int) -> list[Page]:
    numbers = Number.objects.current()
    ids = list(numbers.values_list("quo_id", flat=True))
    filtered = plan_form(filter="on", resourceIds=[""])
    pasted = "\n".join(number.spelled for number in numbers)
    live, done = "/onboarding/new/live/", Batch.objects.latest("pk").pk
    return [
        Page("onboarding", "/onboarding/"),
        Page("planner", "/onboarding/new/"),
        Page("planner, numbers of a filter", "/onboarding/new/?gap=delivered"),
        Page("planner, edit a draft", f"/onboarding/new/?batch={draft}"),
        Page("planner, live, one number", live, form=plan_form(resourceIds=["", ids[-1]])),
        Page("planner, live, all numbers", live, form=plan_form(resourceIds=["", *ids])),
        Page("planner, live, pasted numbers", live, form=plan_form(pasted=pasted)),
        Page("planner, live, all of a filter", f"{live}?gap=delivered", form=filtered),
        Page("batches", "/batches/", stock="/stock/batches/batch/"),
        Page("draft of a batch", f"/batches/{draft}/"),
        Page("batch", f"/batches/{done}/", stock=f"/stock/batches/batch/{done}/change/"),
        Page("batch, needs attention", f"/batches/{done}/?view=needs"),
        Page("batch, live part", f"/batches/{done}/?live=done-True-None"),
    ]


def of_audit(company: Company) -> list[Page]:
    stock, day = "/stock/audit/entry/", (company.now - timedelta(days=100)).date()
    target = Entry.objects.filter(target__startswith="WH").newest_first()[0].target
    return [
        Page("audit log", "/audit/", stock=stock),
        Page("audit log, search for Fresno", "/audit/?q=Fresno", stock=f"{stock}?q=Fresno"),
        Page("audit log, search without result", "/audit/?q=zzzz", stock=f"{stock}?q=zzzz"),
        Page("audit log, a person", "/audit/?person=ben", stock=f"{stock}?actor__exact=ben"),
        Page("audit log, a webhook", f"/audit/?object={target}"),
        Page("audit log, until a day", f"/audit/?until={day}"),
        Page("audit log, verify", "/audit/verify/"),
        Page("key access", "/webhooks/access/"),
        Page("key access, a person", "/webhooks/access/?person=ben"),
    ]


def of_the_rest() -> list[Page]:
    attempt, sync = Attempt.objects.latest("pk").pk, Sync.objects.latest("pk").pk
    return [
        Page("attempts", "/webhooks/attempts/", stock="/stock/webhooks/attempt/"),
        Page("one attempt", f"/webhooks/attempts/{attempt}/"),
        Page("check a key", "/webhooks/check/"),
        Page("signature debugger", "/webhooks/signature/"),
        Page("syncs", "/sync/"),
        Page("one sync", f"/sync/{sync}/"),
        Page("people", "/admin/auth/user/", by="root"),
        Page("password", "/accounts/password/change/"),
        Page("sign-in", "/accounts/login/", by=""),
    ]


def newest() -> list[Webhook]:
    return list(Webhook.objects.live().order_by("-pk")[:400])


def typical() -> Webhook:
    """Return a new webhook as most are: enabled, for messages of two to ten numbers."""
    return next(
        webhook
        for webhook in newest()
        if webhook.status == "enabled"
        and 2 <= len(webhook.resource_ids) <= 10
        and webhook.events == ["message.received"]
    )
