"""Notes about webhooks created in the Quo app: the list, adding one, and removing one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from quo_admin.accounts.keep_form_input import login_required_keeping_input
from quo_admin.numbers import services
from quo_admin.numbers.forms import MOST, NoteForm
from quo_admin.numbers.models import Note
from quo_admin.quo.storable_text import clean
from quo_admin.workspace.models import Number

ROWS = 50


@require_safe
@login_required
@permission_required(["webhooks.view_webhook", "workspace.view_number"], raise_exception=True)
def notes(request: HttpRequest) -> HttpResponse:
    """List the current notes, newest first."""
    current = Note.objects.holding().order_by("-pk")
    page = Paginator(current, ROWS).get_page(request.GET.get("page"))
    numbers = Number.objects.named(note.number_id for note in page)
    rows = [(note, numbers.get(note.number_id)) for note in page]
    return render(request, "numbers/notes.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def note(request: HttpRequest) -> HttpResponse:
    """The form for the selected numbers, and saving the note."""
    posted = request.method == "POST"
    parameters = request.POST if posted else request.GET
    ids = [clean(id) for id in parameters.getlist("numbers")][:MOST]
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
    if request.method == "POST":  # after signing in on the way, one presses the button again
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
