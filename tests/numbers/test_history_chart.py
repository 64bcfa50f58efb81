"""The picture of a number's webhook history: where its bars and gaps are, and what it says."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quo_admin.numbers import history
from quo_admin.numbers.history_chart import draw
from quo_admin.numbers.time_axis import LEFT, MAX_TICKS, RIGHT, SHORTEST, Axis, uncovered
from quo_admin.webhooks.models import Webhook
from tests.factories import make_number, make_webhook
from tests.numbers.test_coverage_page import text

pytestmark = pytest.mark.django_db
AT = "/numbers/PN1/"


def march(day, hour=0):
    return datetime(2026, 3, day, hour, tzinfo=UTC)


NOW = march(21)  # 20 days after the first webhook, so that a day is a 20th of the axis


def place(day):
    return pytest.approx(LEFT + (RIGHT - LEFT) * (day - 1) / 20, abs=0.01)


@pytest.fixture(autouse=True)
def desk(db):
    return make_number(id="PN1", name="Front desk")


def existed(begins, ends=None, *, seen=None, by="olga", **changes):
    """A webhook that was deleted here or, by nobody, was found missing; days are of March."""
    webhook = make_webhook(createdAt=march(begins).isoformat(), **changes)
    webhook.missing_since = march(ends) if ends else None
    webhook.last_seen_at = march(seen) if seen else webhook.last_seen_at
    webhook.deleted_by = by if ends else ""
    webhook.save()
    return Webhook.objects.get(pk=webhook.pk)


def drawn(desk, *webhooks, complete=True, now=NOW):
    return draw(desk, webhooks, now=now, complete=complete)


def gaps(group):
    return [(gap.begins, gap.ends, gap.is_certain) for gap in group.gaps]


# Bars


def test_bar_runs_from_begin_to_end_with_a_tick_at_both(desk):
    received, _ = drawn(desk, existed(1), existed(6, 11)).groups

    bar = received.bars[1]

    assert (bar.sure.left, bar.sure.right) == (place(6), place(11))
    assert bar.ticks == (place(6), place(11))
    assert bar.unsure == ()
    assert bar.period == "6 Mar 2026 to 11 Mar 2026"


def test_existing_webhook_reaches_the_right_edge_without_a_tick(desk):
    received, _ = drawn(desk, existed(1)).groups

    [bar] = received.bars

    assert (bar.sure.left, bar.sure.right) == (LEFT, RIGHT)
    assert bar.ticks == (LEFT,)
    assert bar.period == "1 Mar 2026 to now"


def test_webhook_found_missing_is_uncertain_since_it_was_last_seen(desk):
    received, _ = drawn(desk, existed(1, 14, seen=10, by="")).groups

    [bar] = received.bars

    assert (bar.sure.left, bar.sure.right) == (place(1), place(10))
    assert [(part.left, part.right) for part in bar.unsure] == [(place(10), place(14))]
    assert bar.ticks == (place(1), place(14))
    assert bar.period == "1 Mar 2026 to 10 Mar 2026, at most 14 Mar 2026"


def test_end_that_quo_dated_is_certain(desk):
    webhook = existed(1, 14, seen=10, by="", deletedAt=march(12).isoformat())

    [bar] = drawn(desk, webhook).groups[0].bars

    assert bar.unsure == ()
    assert bar.sure.right == place(12)


def test_unknown_start_is_dashed_and_has_no_tick(desk):
    webhook = existed(1)
    webhook.created_at = None

    [bar] = drawn(desk, webhook).groups[0].bars

    assert [part.right for part in bar.unsure] == [bar.sure.left]
    assert 0 <= bar.unsure[0].left < LEFT
    assert bar.ticks == ()
    assert bar.period == "Before 1 Mar 2026 to now"


def test_webhook_is_drawn_in_the_group_of_each_of_its_events(desk):
    both = existed(1, events=["message.received", "message.delivered"])
    delivered = existed(2, events=["message.delivered"])

    chart = drawn(desk, both, delivered)

    assert [group.label for group in chart.groups] == ["Message received", "Message delivered"]
    assert [[bar.webhook for bar in group.bars] for group in chart.groups] == [
        [both],
        [both, delivered],
    ]


def test_rows_do_not_overlap(desk):
    events = ["message.received", "message.delivered"]
    chart = drawn(desk, *(existed(day, events=events) for day in range(1, 6)))

    tops = [bar.text_y for group in chart.groups for bar in group.bars]
    bottoms = [bar.tick_bottom for group in chart.groups for bar in group.bars]

    assert tops == sorted(set(tops))
    assert all(bottom < top for bottom, top in zip(bottoms, tops[1:], strict=False))
    assert chart.groups[0].bottom < chart.groups[1].y
    assert bottoms[-1] <= chart.height


def test_bars_say_in_words_what_sets_them_apart(desk):
    plain, star, off, odd = (
        drawn(desk, existed(1, **changes)).groups[0].bars[0]
        for changes in (
            {},
            {"resourceIds": ["*"]},
            {"status": "disabled"},
            {"status": "paused"},
        )
    )

    assert plain.marks == ()
    assert star.marks == ("on all numbers",)
    assert off.marks == ("disabled",)
    assert odd.marks == ("status unknown",)
    assert [bar.is_enabled for bar in (plain, star, off, odd)] == [True, True, False, False]


def test_end_before_the_start_has_no_negative_width(desk):
    webhook = existed(10, deletedAt=march(2).isoformat())

    [bar] = drawn(desk, webhook).groups[0].bars

    assert bar.sure.width == 0


# Gaps


def test_time_between_two_webhooks_is_a_gap(desk):
    received, _ = drawn(desk, existed(11), existed(1, 6)).groups

    [gap] = received.gaps

    assert (gap.begins, gap.ends, gap.is_certain) == (march(6), march(11), True)
    assert (gap.segment.left, gap.segment.right) == (place(6), place(11))
    assert received.summary == "1 gap"


def test_uncertain_end_makes_a_possible_gap(desk):
    received, _ = drawn(desk, existed(16), existed(1, 11, seen=6, by="")).groups

    assert gaps(received) == [(march(6), march(11), False), (march(11), march(16), True)]
    assert received.summary == "1 gap, 1 possible gap"


def test_other_webhook_covers_an_uncertain_end(desk):
    received, _ = drawn(desk, existed(5), existed(1, 11, seen=6, by="")).groups

    assert received.gaps == ()
    assert received.summary == "No gaps"


def test_disabled_webhook_does_not_cover(desk):
    received, _ = drawn(desk, existed(6), existed(1, status="disabled")).groups

    assert gaps(received) == [(march(1), march(6), True)]


def test_event_without_webhooks_is_one_gap(desk):
    _, delivered = drawn(desk, existed(1)).groups

    assert delivered.bars == ()
    assert gaps(delivered) == [(march(1), NOW, True)]
    assert delivered.description == (
        "Message delivered: no webhooks. 1 gap: 1 Mar 2026 to 21 Mar 2026."
    )


def test_short_gap_can_be_seen(desk):
    last = existed(20, 21)  # found deleted an instant ago
    [gap] = drawn(desk, last, existed(1, 20), now=NOW + timedelta(seconds=5)).groups[0].gaps

    assert gap.segment.width == pytest.approx(SHORTEST)
    assert gap.segment.right <= RIGHT


def test_gaps_are_known_only_while_the_number_existed(desk):
    desk.created_at, desk.missing_since = march(6), march(16)

    received, delivered = drawn(desk, existed(1, 11)).groups

    assert gaps(received) == [(march(11), march(16), True)]
    assert (delivered.lane.left, delivered.lane.right) == (place(6), place(16))


def test_gaps_are_known_only_since_the_last_end_if_webhooks_are_left_out(desk):
    chart = drawn(desk, existed(16), existed(1, 11), complete=False)

    assert gaps(chart.groups[0]) == [(march(11), march(16), True)]
    assert chart.caption.endswith("Gaps are marked from 11 Mar 2026.")

    chart = drawn(desk, existed(16), complete=False)

    assert chart.groups[0].lane is None
    assert chart.groups[0].summary == ""
    assert chart.caption.endswith("Older webhooks are not shown. Gaps are not marked.")


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], [(2, 20)]),
        ([(1, 21)], []),
        ([(1, 5), (4, 9)], [(9, 20)]),
        ([(10, 12), (3, 4)], [(2, 3), (4, 10), (12, 20)]),
        ([(3, 15), (4, 6)], [(2, 3), (15, 20)]),
        ([(20, 21), (1, 2)], [(2, 20)]),
    ],
)
def test_uncovered_returns_what_no_interval_covers(covered, left):
    found = uncovered([(march(a), march(b)) for a, b in covered], (march(2), march(20)))

    assert found == [(march(a), march(b)) for a, b in left]


# The axis


@pytest.mark.parametrize(
    ("length", "labels"),
    [
        (timedelta(hours=5), ["10 Mar"]),
        (timedelta(days=3), ["10 Mar", "11 Mar", "12 Mar", ""]),
        (timedelta(days=20), ["10 Mar", "17 Mar", "24 Mar"]),
        (timedelta(days=100), ["Apr 2026", "May 2026", "Jun 2026"]),
        (timedelta(days=365 * 4), ["2027", "2028", "2029", ""]),
    ],
)
def test_axis_has_few_labels_of_days_months_or_years(length, labels):
    axis = Axis(march(10), march(10) + length)

    assert [tick.label for tick in axis.ticks] == labels


@pytest.mark.parametrize("days", [0.01, 1, 4, 5, 9, 10, 69, 70, 150, 700, 4000, 40_000, 700_000])
def test_axis_has_at_most_five_ticks(days):
    axis = Axis(march(10), march(10) + timedelta(days=days))

    assert len(axis.ticks) <= MAX_TICKS
    assert all(LEFT <= tick.x <= RIGHT for tick in axis.ticks)


def test_axis_ends_later_if_a_time_is_in_the_future(desk):
    received, _ = drawn(desk, existed(20), now=march(15)).groups

    assert all(LEFT <= x <= RIGHT for bar in received.bars for x in bar.ticks)


# The page


def test_page_shows_the_picture_with_its_title_and_description(viewer):
    existed(1, 11, seen=6, by="", label="Old <desk>")
    existed(16, label="New desk", resourceIds=["*"])
    existed(2, label="Off", status="disabled")

    page = viewer.get(AT).content.decode()
    picture = page[page.index("<figure") : page.index("</figure>")]

    assert 'role="img" aria-labelledby="history-title" aria-describedby="history-desc"' in picture
    assert '<title id="history-title">Webhook history of Front desk, 1 Mar 2026 to now</title>' in (
        picture
    )
    words = text(viewer.get(AT))
    assert "Message received: 3 webhooks, 1 on all numbers, 1 disabled, 1 ended." in words
    assert (
        "1 gap, 1 possible gap: 6 Mar 2026 to 11 Mar 2026 (possible), 11 Mar 2026 to 16 Mar 2026."
    ) in words
    assert "Old &lt;desk&gt;" in picture
    assert picture.count('class="off"') == 2  # the bar and its key
    assert "Not enabled when last seen" in picture
    assert "style=" not in picture
    assert page.index("</figure>") < page.index("Webhooks with their start and end")


def test_page_of_a_number_without_webhooks_has_no_picture(viewer):
    assert "<figure" not in viewer.get(AT).content.decode()


def test_long_name_is_cut_in_the_picture_only(viewer):
    make_webhook(label="x" * 60)

    page = viewer.get(AT).content.decode()

    assert ">" + "x" * 39 + "…<" in page
    assert "x" * 60 in page


def test_picture_has_no_more_webhooks_than_the_table(viewer, monkeypatch):
    monkeypatch.setattr(history, "SPANS", 2)
    for day in (1, 2, 3):
        existed(day)

    page = viewer.get(AT).content.decode()
    picture = page[page.index("<figure") : page.index("</figure>")]

    assert picture.count('class="name"') == 2
    assert "Gaps are not marked." in picture


def test_drawing_asks_no_query(desk):
    webhooks = [existed(day, events=["message.received"]) for day in (1, 2, 3)]

    with CaptureQueriesContext(connection) as queries:
        chart = drawn(desk, *webhooks)
        assert chart.description
        assert chart.keys

    assert len(queries) == 0
