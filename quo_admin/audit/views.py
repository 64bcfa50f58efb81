import re

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from quo_admin.audit.models import Entry

ROWS = 50


@require_safe
@login_required
@permission_required("audit.view_entry", raise_exception=True)
def entries(request: HttpRequest) -> HttpResponse:
    head = Entry.objects.head()
    before = _cursor(request.GET.get("before", "")) or head.number + 1
    rows = list(Entry.objects.filter(number__lt=before).newest_first()[:ROWS])
    oldest = rows[-1].number if rows else 0
    context = {
        "head": head,
        "entries": rows,
        "oldest": oldest,
        "newer": _newer(before, head.number),
        "older": f"?before={oldest}" if oldest > 1 else "",
    }
    return render(request, "audit/list.html", context)


def _newer(before: int, last: int) -> str:
    """Return the address of the page before this one, or nothing on the first."""
    if before > last:
        return ""
    above = before + ROWS
    return f"?before={above}" if above <= last else reverse("audit:list")


def _cursor(text: str) -> int | None:
    """Return the number below which the page begins; nothing asked is None.

    Raises:
        Http404: the text is no number that an entry can have.
    """
    if not text:
        return None
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Http404
    return int(text)
