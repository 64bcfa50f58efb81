"""The start page and the planner. Neither calls Quo."""

import re
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from quo_admin.accounts.keep_form_input import login_required_keeping_input
from quo_admin.batches.models import Batch
from quo_admin.csv_export import csv_response
from quo_admin.first_names import first_names
from quo_admin.numbers.filters import Filters
from quo_admin.onboarding import files, services
from quo_admin.onboarding.forms.plan import PlanForm
from quo_admin.onboarding.overview import number_lists, unfinished_batches
from quo_admin.onboarding.preview import plan_preview
from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.create.fields import split_ids
from quo_admin.webhooks.create.picker import picker
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Member, Number, ShortNumber

NAMES_SHOWN = 6  # of the filtered numbers
EXAMPLES = 2  # rows of the template
PREVIEW = "1"  # the button's value; signing in again on the way posts another


@require_safe
@login_required
@permission_required(["webhooks.view_webhook", "workspace.view_number"], raise_exception=True)
def overview(request: HttpRequest) -> HttpResponse:
    context = {"number_lists": number_lists(), "batches": unfinished_batches()}
    return render(request, "onboarding/overview.html", context)


@require_http_methods(["GET", "POST"])
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def new(request: HttpRequest) -> HttpResponse:
    """The form. Its URL keeps the filter of /numbers/ and the draft to replace."""
    filters = Filters.of(request.GET)
    filtered = ShortNumber.read(filters.numbers()) if filters.parameters else []
    before = _before(request)
    if request.POST.get("preview") != PREVIEW:
        form = _filled(request, before, filtered)
        return _page(request, form, filters=filters, before=before)
    left_out = _is_left_out(request)
    form = PlanForm(request.POST, request.FILES, filtered=filtered, left_out=left_out)
    if not form.is_valid():
        return _page(request, form, filters=filters, before=before)
    batch = services.create_draft(
        actor=request.user.get_username(),
        request=form.to_plan_request(),
        form_data=form.to_form_data() | {"query": urlencode(filters.parameters)},
        instead_of=before,
    )
    return redirect(batch)


@require_POST
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def live(request: HttpRequest) -> HttpResponse:
    """The parts of the page that follow the input: what will happen, and the parsed numbers."""
    filters = Filters.of(request.GET)
    filtered = ShortNumber.read(filters.numbers()) if filters.parameters else []
    form = PlanForm(request.POST, filtered=filtered)
    context = {
        "plan_preview": plan_preview(form),
        "chosen": len(split_ids(form.typed("resourceIds"))),
        "live": True,
    }
    return render(request, "onboarding/_preview.html", context)


@require_safe
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def csv_template(request: HttpRequest) -> HttpResponseBase:
    """A CSV template with two of the company's numbers as examples."""
    return csv_response("numbers", files.HEADINGS, _examples())


@require_safe
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def excel_template(request: HttpRequest) -> HttpResponse:
    """The same as a workbook, whose cells are text and keep every digit."""
    return HttpResponse(
        files.excel_template(_examples()),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={
            "Content-Disposition": 'attachment; filename="numbers.xlsx"',
            "Cache-Control": "no-store",
        },
    )


def _examples() -> list[tuple[str | None, str | None]]:
    numbers = Number.objects.current().exclude(number=None)
    return list(numbers.values_list("number", "name")[:EXAMPLES])


def _before(request: HttpRequest) -> Batch | None:
    """Return the batch whose plan is to be edited, or copied if it was started."""
    number = request.GET.get("batch", "")
    known = re.fullmatch("[0-9]{1,18}", number)
    return Batch.objects.filter(pk=number).first() if known else None


def _filled(request: HttpRequest, before: Batch | None, filtered: list[ShortNumber]) -> PlanForm:
    """Return the form with the input so far, with the input of another plan, or with the numbers
    that were selected in a list.
    """
    if "resourceIds" in request.POST:
        return PlanForm.unchecked(request.POST, filtered=filtered)
    ticked = request.POST.getlist("numbers") or request.GET.getlist("numbers")
    initial: dict[str, Any] = {"filter": True, "resourceIds": "\n".join(ticked)}
    if before and not ticked:
        initial |= before.form_data
    return PlanForm(initial=initial, filtered=filtered)


def _typed(request: HttpRequest, form: PlanForm) -> PlanForm:
    """Return the form for the preview: bound to the whole input, even if nothing was submitted."""
    if form.is_bound or "resourceIds" not in request.POST:
        return form
    return PlanForm(request.POST, filtered=form.filtered)


def _is_left_out(request: HttpRequest) -> bool:
    """Whether there was a file larger than the upload limit."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return not request.FILES and length.isdecimal() and int(length) > files.LARGEST


def _page(
    request: HttpRequest, form: PlanForm, *, filters: Filters, before: Batch | None
) -> HttpResponse:
    pick = picker(form.typed("resourceIds"), words=clean(request.POST.get("find", "")))
    members = list(Member.objects.current())
    offered = {member.quo_id for member in members}
    context: dict[str, Any] = {
        "form": form,
        "picker": pick,
        # IDs without a checkbox are shown as pasted.
        "pasted": "\n".join(part for part in (form.list, pick.typed) if part),
        "filters": filters,
        "filtered": first_names(form.filtered, NAMES_SHOWN),
        "before": before,
        "plan_preview": plan_preview(_typed(request, form)),
        "searched": "search" in request.POST,
        "signed_in_again": request.POST.get("preview") == "signed-in-again",
        "members": members,
        "members_chosen": form.typed("userId").splitlines(),
        "member_typed": "\n".join(
            id for id in form.typed("userId").splitlines() if id not in offered
        ),
        "addresses": Webhook.objects.offered_urls(),
    }
    return render(request, "onboarding/new.html", context)
