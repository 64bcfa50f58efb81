"""The coverage grid against one slow and obvious reading of its rules."""

from datetime import date, timedelta
from itertools import combinations, compress, product

import pytest
from django.db.models import BooleanField, ExpressionWrapper
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quo_admin.numbers.coverage import EVENTS
from quo_admin.numbers.coverage_cells import cells
from quo_admin.numbers.coverage_filters import states_on, with_states
from quo_admin.numbers.day import Day, known_on
from quo_admin.numbers.models import Note
from quo_admin.numbers.update import update as update_coverage
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Number
from tests.factories import NOON, make_number, make_webhook, update_webhooks

pytestmark = pytest.mark.django_db

IDS = ["PN1", "PN2", "PN3"]
TODAY = NOON.date()
DAYS = [None, *(TODAY - timedelta(days=ago) for ago in range(4))]
days_ago = st.integers(0, 2)
webhook = st.fixed_dictionaries(
    {
        "events": st.lists(st.sampled_from([*EVENTS.values(), "call.ringing"]), max_size=3),
        "ids": st.just(["*"]) | st.lists(st.sampled_from([*IDS, "PNelse"]), max_size=3),
        "host": st.sampled_from(["a", "a", "b"]),  # much is enabled and goes to one place
        "status": st.sampled_from(["enabled", "enabled", "enabled", "disabled", None]),
        "created": days_ago,
        "hour": st.sampled_from([-8, -4, 0]),  # beside noon
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
        made = NOON - timedelta(days=w["created"], hours=-w["hour"])
        row = make_webhook(
            id=f"WH{place}xx",
            url=f"https://{w['host']}.example/",
            status=w["status"],
            events=w["events"],
            resourceIds=w["ids"],
            createdAt=made.isoformat(),
        )
        details = {"last_seen_at": NOON}
        if w["lived"] is not None:
            ended = made + timedelta(days=w["lived"], hours=1)
            details = {
                "missing_since": ended,
                "last_seen_at": max(made, ended - timedelta(days=w["unseen"])),
            }
            if w["end"] == "deleted here":
                details["deleted_by"] = "olga"
            elif w["end"] == "told by Quo":
                details["deleted_at"] = ended - timedelta(minutes=30)
        update_webhooks(row, **details)
    for n in notes:
        given = NOON - timedelta(days=n["given"])
        ended = None if n["lasted"] is None else given + timedelta(days=n["lasted"], hours=1)
        if ended is None and Note.objects.holding().filter(number_id=n["id"], event=n["event"]):
            continue
        Note.objects.create(
            number_id=n["id"], event=n["event"], given_by="olga", given_at=given, ended_at=ended
        )
    update_coverage(IDS)


# The obvious reading


def lives(start, end, day):
    """Whether something that was there from start to end was there at any moment of a day."""
    if day is None:
        return end is None
    return start.date() <= day and (end is None or end.date() >= day)


def expected(webhooks, notes, number_id, event, day):
    """Return the state, and whether a webhook that decides it may have been gone already."""
    sure, all_of_them = [], []
    for w in webhooks:
        end = w.deleted_at or w.missing_since
        covers = number_id in (w.resource_ids or []) or "*" in (w.resource_ids or [])
        if event not in (w.events or []) or not covers or not lives(w.created_or_seen_at, end, day):
            continue
        all_of_them.append(w)
        missed = w.missing_since and not w.deleted_by and not w.deleted_at
        if not (day and missed and w.last_seen_at.date() < day):
            sure.append(w)
    noted = any(
        n.number_id == number_id and n.event == event and lives(n.given_at, n.ended_at, day)
        for n in notes
    )
    state = meaning(number_id, all_of_them, noted)
    return state, state != meaning(number_id, sure, noted)


def meaning(number_id, webhooks, noted):
    sending = [w for w in webhooks if w.status == "enabled"]
    if any(at_once(one, other) for one, other in combinations(sending, 2)):
        return "duplicated"
    if any(number_id in w.resource_ids for w in sending):
        return "covered"
    if sending:
        return "all-numbers"
    if noted:
        return "noted"
    return "only-disabled" if webhooks else "not-covered"


def at_once(one, other):
    """Whether both sent to the same place at any moment: one that replaced another did not."""
    begins = max(one.created_or_seen_at, other.created_or_seen_at)
    ends = [end for w in (one, other) if (end := w.deleted_at or w.missing_since)]
    return one.url == other.url and all(begins < end for end in ends)


def found_in(day, name):
    """Return for each number the states for which a filter finds it."""
    if day is None:
        return {
            id: [state]
            for id, state in with_states(Number.objects.all()).values_list("quo_id", name)
        }
    conditions = states_on(EVENTS[name], Day(day))
    marked = Number.objects.annotate(
        **{f"is_{place}": wrapped(each) for place, each in enumerate(conditions.values())}
    )
    rows = marked.values_list("quo_id", *(f"is_{place}" for place in range(len(conditions))))
    return {id: list(compress(conditions, found)) for id, *found in rows}


def wrapped(condition):
    return ExpressionWrapper(condition, BooleanField())


def one_day(**changes):
    """A webhook that was there for an hour of yesterday."""
    details = {"events": [EVENTS["received"]], "ids": ["PN1"], "host": "a", "status": "enabled"}
    times = {"created": 1, "lived": 0, "unseen": 0, "end": "deleted here"}
    return details | times | changes


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@example(webhooks=[one_day(hour=-4), one_day(hour=0)], notes=[])
@example(webhooks=[one_day(hour=-4), one_day(hour=0, ids=["*"])], notes=[])
@example(webhooks=[one_day(hour=hour, ids=["*"]) for hour in (-4, 0)], notes=[])
@example(  # one of two may have been deleted before yesterday
    webhooks=[
        one_day(hour=0, created=2, lived=2, unseen=2, end="missed"),
        one_day(hour=0, created=2, lived=None),
    ],
    notes=[],
)
@given(webhooks=st.lists(webhook, min_size=2, max_size=6), notes=st.lists(note, max_size=2))
def test_coverage_matches_the_reference_implementation_on_any_day(webhooks, notes):
    Webhook.objects.all().delete()
    Note.objects.all().delete()
    Number.objects.all().delete()
    numbers = [make_number(id=id) for id in IDS]
    build(webhooks, notes)
    stored = list(Webhook.objects.all()), list(Note.objects.all())

    for day in DAYS:
        worked_out = cells(numbers, None if day is None else Day(day))
        requested = {name: found_in(day, name) for name in EVENTS}
        for id, (name, event) in product(IDS, EVENTS.items()):
            state, unsure = expected(*stored, id, event, day)
            cell = worked_out[id][name]
            assert (cell.state, cell.uncertain) == (state, unsure)
            assert bool(cell.absence) == unsure
            assert requested[name][id] == [state]


@pytest.mark.parametrize("scope", [["PN1"], ["*"]], ids=["number_count", "all numbers"])
@pytest.mark.parametrize(("hour", "state"), [("09", "duplicated"), ("10", "covered")])
def test_webhook_replaced_on_the_day_is_not_a_duplicate(scope, hour, state):
    make_number(id="PN1")
    make_webhook(createdAt="2026-03-01T08:00:00Z", resourceIds=["PN1"])
    Webhook.objects.update(missing_since="2026-03-12T10:00:00Z", deleted_by="olga")
    make_webhook(createdAt=f"2026-03-12T{hour}:00:00Z", resourceIds=scope)
    on = Day(date(2026, 3, 12))

    found = Number.objects.filter(states_on(EVENTS["received"], on)[state])
    cell = cells(list(found), on)["PN1"]["received"]

    assert (cell.state, list(cell.hosts)) == (state, ["example.com"])


def test_known_on_returns_the_numbers_of_that_day():
    make_number(id="PNold", createdAt="2026-01-01T00:00:00Z")
    make_number(id="PNnew", createdAt="2026-11-20T00:00:00Z")
    Number.objects.filter(quo_id="PNold").update(missing_since=NOON)

    def ids(*day):
        found = known_on(Day(date(*day)) if day else None)
        return sorted(found.values_list("quo_id", flat=True))

    assert ids() == ["PNnew"]
    assert ids(2026, 11, 22) == ["PNnew", "PNold"]
    assert ids(2026, 11, 19) == ["PNold"]
    assert ids(2025, 12, 31) == []
