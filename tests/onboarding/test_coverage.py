"""The coverage grid against one slow and obvious reading of its rules."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.onboarding import coverage
from quo_admin.onboarding.coverage import EVENTS, Day
from quo_admin.onboarding.models import Note
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_number, make_webhook

pytestmark = pytest.mark.django_db

IDS = ["PN1", "PN2", "PN3"]
TODAY = NOON.date()
days_ago = st.integers(0, 6)
webhook = st.fixed_dictionaries(
    {
        "events": st.lists(st.sampled_from([*EVENTS.values(), "call.ringing"]), max_size=3),
        "ids": st.just(["*"]) | st.lists(st.sampled_from([*IDS, "PNelse"]), max_size=3),
        "host": st.sampled_from(["a", "b"]),
        "status": st.sampled_from(["enabled", "disabled", None]),
        "made": days_ago,
        "lived": st.none() | days_ago,
        "unseen": days_ago,
        "end": st.sampled_from(["deleted here", "told by Quo", "missed"]),
    }
)
note = st.fixed_dictionaries(
    {
        "id": st.sampled_from(IDS),
        "event": st.sampled_from(list(EVENTS.values())),
        "given": days_ago,
        "lasted": st.none() | days_ago,
    }
)


def build(webhooks, notes):
    """Store what was drawn. Moments lie an hour apart from the ends of days."""
    for place, w in enumerate(webhooks):
        made = NOON - timedelta(days=w["made"])
        row = make_webhook(
            id=f"WH{place}xx",
            url=f"https://{w['host']}.example/",
            status=w["status"],
            events=w["events"],
            resourceIds=w["ids"],
            createdAt=made.isoformat(),
        )
        told = {"last_seen_at": NOON}
        if w["lived"] is not None:
            ended = made + timedelta(days=w["lived"], hours=1)
            told = {
                "gone_at": ended,
                "last_seen_at": max(made, ended - timedelta(days=w["unseen"])),
            }
            if w["end"] == "deleted here":
                told["gone_by"] = "olga"
            elif w["end"] == "told by Quo":
                told["deleted_at"] = ended - timedelta(hours=1)
        Webhook.objects.filter(pk=row.pk).update(**told)
    for n in notes:
        given = NOON - timedelta(days=n["given"])
        ended = None if n["lasted"] is None else given + timedelta(days=n["lasted"], hours=1)
        if ended is None and Note.objects.holding().filter(number_id=n["id"], event=n["event"]):
            continue
        Note.objects.create(
            number_id=n["id"], event=n["event"], given_by="olga", given_at=given, ended_at=ended
        )


# The obvious reading


def lives(start, end, day):
    """Whether something that was there from start to end was there at any moment of a day."""
    if day is None:
        return end is None
    return start.date() <= day and (end is None or end.date() >= day)


def expected(number_id, event, day):
    """Return the state, and whether a webhook that decides it may have been gone already."""
    sure, all_of_them = [], []
    for w in Webhook.objects.all():
        end = w.deleted_at or w.gone_at
        covers = number_id in (w.resource_ids or []) or "*" in (w.resource_ids or [])
        if event not in (w.events or []) or not covers or not lives(w.made_at, end, day):
            continue
        all_of_them.append(w)
        missed = w.gone_at and not w.gone_by and not w.deleted_at
        if not (day and missed and w.last_seen_at.date() < day):
            sure.append(w)
    noted = any(
        n.number_id == number_id and n.event == event and lives(n.given_at, n.ended_at, day)
        for n in Note.objects.all()
    )
    state = meaning(number_id, all_of_them, noted)
    return state, state != meaning(number_id, sure, noted)


def meaning(number_id, webhooks, noted):
    sending = [w for w in webhooks if w.status == "enabled"]
    urls = [w.url for w in sending]
    if any(urls.count(url) > 1 for url in urls):
        return "doubled"
    if any(number_id in w.resource_ids for w in sending):
        return "reaches"
    if sending:
        return "all"
    if noted:
        return "noted"
    return "disabled" if webhooks else "none"


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    back=st.none() | st.integers(0, 7),
    webhooks=st.lists(webhook, max_size=6),
    notes=st.lists(note, max_size=2),
)
def test_grid_says_what_the_obvious_reading_says_now_and_on_any_day(back, webhooks, notes):
    Webhook.objects.all().delete()
    Note.objects.all().delete()
    Number.objects.all().delete()
    numbers = [make_number(id=id) for id in IDS]
    build(webhooks, notes)
    day = None if back is None else TODAY - timedelta(days=back)
    on = None if day is None else Day(day)

    asked = coverage.with_states(Number.objects.all(), on).in_bulk(field_name="quo_id")
    worked_out = coverage.cells(numbers, on)

    for id in IDS:
        for name, event in EVENTS.items():
            state, unsure = expected(id, event, day)
            cell = worked_out[id][name]
            assert (cell.state, cell.unsure) == (state, unsure)
            assert getattr(asked[id], name) == state


def test_day_holds_the_numbers_that_the_company_had_on_it():
    make_number(id="PNold", createdAt="2026-01-01T00:00:00Z")
    make_number(id="PNnew", createdAt="2026-11-20T00:00:00Z")
    Number.objects.filter(quo_id="PNold").update(gone_at=NOON)

    def ids(*day):
        found = coverage.known_on(Day(date(*day)) if day else None)
        return sorted(found.values_list("quo_id", flat=True))

    assert ids() == ["PNnew"]
    assert ids(2026, 11, 22) == ["PNnew", "PNold"]
    assert ids(2026, 11, 19) == ["PNold"]
    assert ids(2025, 12, 31) == []
