from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.template import engines

from quo_admin.template_tags import breakable, kind, pairs
from quo_admin.times import ago

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def words(moment, now=NOON):
    return ago(moment, now).split(">")[1].removesuffix("</time")


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=23, minutes=59), "23 h ago"),
        (timedelta(hours=24), "yesterday"),
        (timedelta(hours=36), "yesterday"),
        (timedelta(hours=37), "2 days ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=7), "15 Nov"),
        (timedelta(days=325), "1 Jan"),
        (timedelta(days=326), "31 Dec 2025"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=-5), "in 5 min"),
        (timedelta(hours=-3), "in 3 h"),
        (timedelta(days=-1), "tomorrow"),
        (timedelta(days=-4), "in 4 days"),
        (timedelta(days=-30), "22 Dec"),
        (timedelta(days=-60), "21 Jan 2027"),
    ],
)
def test_time_is_shown_relative_to_now(back, said):
    assert words(NOON - back) == said


def test_time_includes_the_exact_utc_time():
    california = timezone(timedelta(hours=-8))
    moment = datetime(2026, 11, 22, 1, 2, 11, 987654, tzinfo=california)

    assert ago(moment, NOON) == (
        '<time datetime="2026-11-22T09:02:11Z" data-exact="2026-11-22 09:02:11 UTC">2 h ago</time>'
    )


def test_unknown_time_is_rendered_as_an_empty_string():
    assert ago(None) == ""


def test_template_filter_is_relative_to_the_current_time():
    page = engines["django"].from_string("{{ moment|ago }}")

    assert ">2 h ago<" in page.render({"moment": datetime.now(UTC) - timedelta(hours=2)})


def test_fingerprint_is_split_into_two_groups():
    assert pairs("5c795c6c") == "5c79-5c6c"
    assert pairs("") == pairs(None) == ""


def test_host_name_can_wrap_after_each_dot():
    assert breakable("hooks.acme.example") == "hooks.<wbr>acme.<wbr>example"


def test_host_name_is_escaped():
    assert "<script>" not in breakable("<script>.example")


def test_message_level_maps_to_its_css_class():
    assert [kind(level) for level in ("success", "warning", "error", "info")] == [
        "ok",
        "warn",
        "bad",
        "",
    ]
