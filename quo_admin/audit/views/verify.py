"""Verifying the audit log on a page, a few seconds per request."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from quo_admin.audit import triggers, verification
from quo_admin.audit.forms import VerifyForm
from quo_admin.audit.models import Entry
from quo_admin.audit.status import Status
from quo_admin.audit.verification import Verification


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("audit.view_entry", raise_exception=True)
def verify(request: HttpRequest) -> HttpResponse:
    if request.method == "GET" and "at" in request.GET:
        return _continue(request)
    form = VerifyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        started = verification.begin(
            by=request.user.get_username(), earlier=form.cleaned_data["earlier"]
        )
        return redirect(_address(started))
    return _form_page(request, form)


def _form_page(request: HttpRequest, form: VerifyForm, *, lost: bool = False) -> HttpResponse:
    context = {
        "form": form,
        "lost": lost,
        "head": Entry.objects.head(),
        "status": Status.read(),
    }
    return render(request, "audit/verify.html", context)


def _continue(request: HttpRequest) -> HttpResponse:
    """Verify one chunk, and let the browser request the next one by itself."""
    try:
        step = verification.resume(request.GET["at"], by=request.user.get_username())
    except verification.InvalidToken:
        return _form_page(request, VerifyForm(), lost=True)
    if step.result:
        context = {"result": step.result, "here": step.verification, "unlocked": triggers.missing()}
        return render(request, "audit/verified.html", context)
    context = {"here": step.verification, "next": _address(step.verification)}
    response = render(request, "audit/verifying.html", context)
    response["Refresh"] = f"1; url={context['next']}"
    return response


def _address(here: Verification) -> str:
    return f"{reverse('audit:verify')}?at={here.token}"
