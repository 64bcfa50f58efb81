from itertools import groupby

from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.keys import access as questions
from quo_admin.webhooks.keys.access_pages import page_of

LONGEST_NAME = 150  # characters, as in Django's usernames


@require_safe
@login_required
@permission_required(["audit.view_entry", "webhooks.view_webhook"], raise_exception=True)
def access(request: HttpRequest) -> HttpResponse:
    """Which current keys each person has seen."""
    person = clean(request.GET.get("person", "")).strip()[:LONGEST_NAME]
    page, more = page_of(questions.current_access(person), request.GET.get("page"))
    rows = questions.accesses(page.object_list)
    accounts = User.objects.in_bulk({row.actor for row in rows}, field_name="username")
    context = {
        "person": person,
        "page": page,
        "more": more,
        "people": [
            (name, accounts.get(name), list(seen))
            for name, seen in groupby(rows, key=lambda row: row.actor)
        ],
        "left": questions.count_seen_by_former_users(person),
    }
    return render(request, "webhooks/keys/access.html", context)
