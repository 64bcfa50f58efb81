from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.quo.types import clean
from quo_admin.workspace import services
from quo_admin.workspace.models import Member, Number, Sweep

ROWS = 100


@require_safe
@login_required
@permission_required("workspace.view_number", raise_exception=True)
def numbers(request: HttpRequest) -> HttpResponse:
    words = clean(request.GET.get("q", ""))
    here = Number.objects.here()
    page = Paginator(here.search(words), ROWS).get_page(request.GET.get("page"))
    names = {member.quo_id: str(member) for member in Member.objects.all()}
    rows = [
        (number, [names.get(id, id) for id in cast("list[str]", number.member_ids)])
        for number in page
    ]
    context = {
        "words": words,
        "page": page,
        "rows": rows,
        "known": here.count(),
        "whole": Sweep.objects.newest_whole(),
        "newest": Sweep.objects.newest(),
    }
    return render(request, "workspace/numbers.html", context)


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("workspace.add_sweep", raise_exception=True)
def sweep(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":  # who signed in on the way lands here, and presses once more
        return redirect("workspace:numbers")
    try:
        reading = services.sweep(actor=request.user.get_username())
    except services.SweepFailed as exc:
        messages.error(request, str(exc))
    else:
        messages.success(
            request, f"Read {reading.members} members and {reading.numbers} numbers from Quo."
        )
    return redirect("workspace:numbers")
