"""Noting that a webhook made in the Quo app serves numbers, and taking that back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from quo_admin.accounts.keep_form_input import login_required_keeping_input
from quo_admin.numbers import services
from quo_admin.numbers.forms import MOST, NoteForm
from quo_admin.numbers.models import Note
from quo_admin.quo.types import clean
from quo_admin.workspace.models import Number


@require_http_methods(["GET", "POST"])
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def note(request: HttpRequest) -> HttpResponse:
    """The form for the numbers that were picked, and what its button does."""
    posted = request.method == "POST"
    asked = request.POST if posted else request.GET
    ids = [clean(id) for id in asked.getlist("numbers")][:MOST]
    numbers = list(Number.objects.current().filter(quo_id__in=ids))
    if not numbers:
        messages.info(
            request, "Select the numbers that a Quo app webhook covers, then add the note."
        )
        return redirect("numbers:list")
    form = NoteForm(request.POST if posted else None)
    if "preview" not in request.POST and form.is_valid():
        count = services.note(
            actor=request.user.get_username(), numbers=numbers, **form.cleaned_data
        )
        messages.success(request, _done(numbers, count))
        return (
            redirect("numbers:detail", numbers[0].quo_id)
            if len(numbers) == 1
            else redirect("numbers:list")
        )
    return render(request, "numbers/note.html", {"form": form, "numbers": numbers})


@require_http_methods(["GET", "POST"])
@login_required
@permission_required("webhooks.add_webhook", raise_exception=True)
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    note = get_object_or_404(Note, pk=number)
    if request.method == "POST":  # who signed in on the way lands on the page, and presses again
        if services.take_back(actor=request.user.get_username(), note=note):
            messages.success(request, "The note was removed.")
        else:
            messages.info(request, f"{note.ended_by or 'Somebody'} already removed this note.")
    if Number.objects.filter(quo_id=note.number_id).exists():
        return redirect("numbers:detail", note.number_id)
    return redirect("numbers:list")


def _done(numbers: list[Number], count: int) -> str:
    if not count:
        return "This was already noted."
    named = str(numbers[0]) if len(numbers) == 1 else f"{count} numbers"
    return f"Note saved for {named}."
