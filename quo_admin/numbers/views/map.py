"""The map of where messages go."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.filter_chips import chips
from quo_admin.numbers.filters import Filters
from quo_admin.numbers.map import draw
from quo_admin.numbers.map_counts import on_all_numbers
from quo_admin.numbers.views.coverage import READS, fresh
from quo_admin.webhooks.models.webhook import EVENT_WORDS
from quo_admin.workspace.models import Member, Number


@require_safe
@login_required
@permission_required(READS, raise_exception=True)
def where_messages_go(request: HttpRequest) -> HttpResponse:
    """The map, with the filters of /numbers/ and ``?event=delivered`` for the other event."""
    filters = Filters.of(request.GET).without_destination()
    event = request.GET.get("event", "")
    event = event if event in EVENTS else "received"
    parameters = filters.parameters
    context = fresh(None) | {
        "map": draw(filters, event, request.GET.get("page")),
        "on_all": on_all_numbers(event),
        "filters": filters,
        "event": EVENT_WORDS[EVENTS[event]],
        "chips": chips(filters, {"event": event}, gap=True),
        "events": [
            (name, EVENT_WORDS[each], "?" + urlencode(parameters | {"event": name}))
            for name, each in EVENTS.items()
        ],
        "members": Member.objects.current(),
        "known": bool(parameters) or Number.objects.current().exists(),
    }
    return render(request, "numbers/map.html", context)
