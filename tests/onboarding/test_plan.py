"""The plan against one slow and obvious reading of what it has to do."""

import time
from collections import Counter
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quo_admin.onboarding.plan import PARTLY, PlanRequest, plan
from quo_admin.quo.spec import MessageEvent
from quo_admin.webhooks.endpoints import endpoint_hash_of
from quo_admin.webhooks.models import Attempt, Subscription, Webhook
from quo_admin.workspace.models import Number, ShortNumber
from tests.factories import NOON, make_attempt, make_number, make_wanted, make_webhook

pytestmark = pytest.mark.django_db
HERE = "https://hooks.example/quo"
IDS = [f"PN{n}" for n in range(8)]
R, D = MessageEvent
some_ids = st.lists(st.sampled_from(IDS), max_size=5)
some_events = st.lists(st.sampled_from([R, D]), min_size=1, unique=True)
other = st.fixed_dictionaries(
    {
        "events": some_events,
        "ids": some_ids | st.just(["*"]),
        "url": st.sampled_from([HERE, HERE + "/", "https://hooks.example/other"]),
        "status": st.sampled_from(["enabled", "disabled"]),
        "kind": st.sampled_from(["webhook", "gone", "unknown", "rejected"]),
    }
)
wanted = st.fixed_dictionaries(
    {
        "events": some_events.map(lambda events: tuple(e for e in MessageEvent if e in events)),
        "packing": st.sampled_from(["each", "packed", "group"]),
        "cap": st.integers(1, 4),
    }
)


def build(others):
    for place, each in enumerate(others):
        if each["kind"] in {"webhook", "gone"}:
            webhook = make_webhook(
                id=f"WHw{place}",
                url=each["url"],
                status=each["status"],
                events=each["events"],
                resourceIds=each["ids"],
            )
            if each["kind"] == "gone":
                Webhook.objects.filter(pk=webhook.pk).update(missing_since=NOON)
        else:
            wanted = make_wanted(
                url=each["url"], events=tuple(each["events"]), resource_ids=tuple(each["ids"])
            )
            payload = wanted.to_json() | {"status": each["status"]}
            make_attempt(each["kind"], payload=payload)


def already(others, kind, id, event):
    """Whether one of a kind sends this event of this number to the wanted place."""
    return any(
        each["kind"] == kind
        and each["status"] == "enabled"
        and each["url"].rstrip("/") == HERE
        and event in each["events"]
        and (id in each["ids"] or "*" in each["ids"])
        for each in others
    )


@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    requested=st.lists(st.sampled_from(IDS), max_size=14),
    gone=st.sets(st.sampled_from(IDS), max_size=2),
    others=st.lists(other, max_size=4),
    wanted=wanted,
)
def test_every_event_of_every_number_is_created_once_covered_or_blocked(
    requested, gone, others, wanted
):
    for model in (Attempt, Webhook, Number):
        model.objects.all().delete()
    numbers = {
        id: make_number(id=id, groupId=f"GR{n % 3}" if n else None) for n, id in enumerate(IDS)
    }
    Number.objects.filter(quo_id__in=gone).update(missing_since=NOON)
    numbers = {number.quo_id: number for number in Number.objects.all()}
    build(others)

    rows = plan(PlanRequest(numbers=[numbers[id] for id in requested], url=HERE, **wanted)).rows()

    check_ends(rows, requested, gone, others, wanted["events"])
    created = [row for row in rows if row.plan == "create"]
    assert rows[: len(created)] == created
    for row in created:
        assert row.wanted.resource_ids == tuple(number.quo_id for number in row.numbers)
        assert (row.wanted.events, row.wanted.url) == (row.events, HERE)
    check_packing(created, **wanted)


def check_ends(rows, requested, gone, others, events):
    """Every event of every number that was asked for ends once, and as it has to."""
    ends = {"create": Counter(), "skip": Counter(), "blocked": Counter()}
    for row in rows:
        ends[row.plan].update((n.quo_id, event) for n in row.numbers for event in row.events)
    for id in set(requested):
        for event in events:
            covered = already(others, "webhook", id, event)
            if id in gone or (not covered and already(others, "unknown", id, event)):
                wanted = (0, 0, 1)
            elif covered:
                whole = all(already(others, "webhook", id, each) for each in events)
                wanted = (0, 1 if whole else 0, 0)
            else:
                wanted = (1, 0, 0)
            assert tuple(ends[kind][id, event] for kind in ends) == wanted
    assert {id for counts in ends.values() for id, _ in counts} == set(requested)


def check_packing(created, *, packing, cap, events):
    """Webhooks are as large as they should be: one number, a full pack, or a whole group."""
    if packing == "each":
        assert all(len(row.numbers) == 1 for row in created)
    elif packing == "packed":
        assert all(len(row.numbers) <= cap for row in created)
        for _, packs in groupby(created, key=lambda row: row.events):
            assert all(len(row.numbers) == cap for row in list(packs)[:-1])
    else:
        groups = [({n.group_id for n in row.numbers}, row.events) for row in created]
        assert all(len(group) == 1 for group, _ in groups)
        assert len(groups) == len({(*group, events) for group, events in groups})


def test_order_of_the_numbers_is_kept():
    numbers = [make_number(id=id) for id in ("PNb", "PNa", "PNc")]

    rows = plan(PlanRequest(numbers=[*numbers, numbers[0]], events=(R,), url=HERE)).rows()

    assert [row.wanted.resource_ids for row in rows] == [("PNb",), ("PNa",), ("PNc",)]


def test_omitted_rows_have_a_reason_and_the_covering_webhook():
    here, gone, waited = (make_number(id=f"PN{name}") for name in ("here", "gone", "wait"))
    Number.objects.filter(pk=gone.pk).update(missing_since=NOON)
    gone.refresh_from_db()
    make_webhook(id="WHcrm", label="CRM", url=HERE, events=[R], resourceIds=["PNhere"])
    make_webhook(id="WHout", label=None, url=HERE, events=[D], resourceIds=["PNhere"])
    payload = make_wanted(url=HERE, resource_ids=("PNwait",)).to_json()
    attempt = make_attempt("unknown", payload=payload)

    rows = plan(PlanRequest(numbers=[here, gone, waited], events=(R, D), url=HERE)).rows()

    assert [(row.plan, row.why, row.because) for row in rows] == [
        ("create", PARTLY, ""),
        ("skip", "Already sent to this endpoint by “CRM” and “WHout”.", "WHcrm"),
        ("blocked", "This number is no longer one of your numbers.", ""),
        (
            "blocked",
            f"Attempt {attempt.pk} is not finished and may create a webhook for it.",
            "",
        ),
    ]


@pytest.fixture
def large(db):
    """5,000 numbers, and 10,000 webhooks of which a tenth go to the wanted place."""
    Number.objects.bulk_create(
        Number(
            quo_id=f"PN{n}", name=f"Line {n}", first_seen_at=NOON, last_seen_at=NOON, group_id="GR"
        )
        for n in range(5000)
    )
    Webhook.objects.bulk_create(
        Webhook(
            quo_id=f"WH{n}",
            label=f"Webhook {n}",
            status="enabled",
            endpoint_hash="elsewhere" if n % 10 else endpoint_hash_of(HERE),
            created_or_seen_at=NOON,
            first_seen_at=NOON,
            last_seen_at=NOON,
        )
        for n in range(10_000)
    )
    Subscription.objects.bulk_create(
        Subscription(
            webhook=webhook,
            event=R,
            resource_id=f"PN{n % 5000}",
            endpoint_hash=webhook.endpoint_hash,
        )
        for n, webhook in enumerate(Webhook.objects.order_by("pk"))
    )


def test_query_count_is_two_for_five_thousand_numbers(large, django_assert_num_queries):
    numbers = ShortNumber.read(Number.objects.all())

    with django_assert_num_queries(2):
        began = time.perf_counter()
        rows = plan(
            PlanRequest(numbers=numbers, events=(R, D), url=HERE, pattern="{name} – {number}")
        ).rows()
        took = time.perf_counter() - began

    assert len(rows) == 5000
    assert sum(row.wanted.events == (D,) for row in rows) == 500
    assert took < 10  # seconds; a tenth of it and less on a machine of one's own
