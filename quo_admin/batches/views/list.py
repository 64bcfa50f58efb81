"""The list of batches, drafts included, and of those that need a person."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.batches.progress import STATES, Progress
from quo_admin.batches.queries import WORDS, address, in_state
from quo_admin.quo import rate_limiter

ROWS_PER_PAGE = 25


@require_safe
@login_required
@permission_required(["webhooks.view_webhook", "workspace.view_number"], raise_exception=True)
def batches(request: HttpRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    show = show if show in WORDS else ""
    found = {kind: in_state(kind) for kind in WORDS}
    page = Paginator(found[show].order_by("-pk"), ROWS_PER_PAGE).get_page(request.GET.get("page"))
    counts = _counts(page)
    rows = [
        Progress(
            batch, dict.fromkeys(STATES, 0) | counts[batch.pk], rate_limiter.CALLS_PER_SECOND, True
        )
        for batch in page
    ]
    context = {
        "page": page,
        "rows": rows,
        "show": show,
        "word": WORDS[show],
        "views": [(k, WORDS[k], address(k), found[k].count()) for k in WORDS],
    }
    return render(request, "batches/list.html", context)


def _counts(batches: Iterable[Batch]) -> dict[int, dict[str, int]]:
    """Return for each batch how many rows are in each state, in one query."""
    items = BatchRow.objects.filter(batch__in=list(batches))
    rows: Any = items.with_states(now=timezone.now()).order_by()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for batch, state, count in rows.values_list("batch", "state").annotate(n=Count("pk")):
        found[batch][state] = count
    return found
