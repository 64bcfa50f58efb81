from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quo_admin.quo import spec
from quo_admin.webhooks import rules
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.rules import Rule, findings
from tests.factories import NOON, make_number, make_wanted, make_webhook

pytestmark = pytest.mark.django_db


def spoken(**changes):
    wanted = make_wanted(**({"resource_ids": ("PN1",)} | changes))
    return {finding.rule: finding for finding in findings(wanted)}


def test_ordinary_webhook_breaks_no_rule():
    assert spoken() == {}


@pytest.mark.parametrize("url", ["http://example.com/quo", "HTTP://example.com"])
def test_plain_http_speaks(url):
    assert list(spoken(url=url)) == [Rule.PLAIN_HTTP]


def test_all_numbers_says_how_many_that_is():
    make_number()

    finding = spoken(resource_ids=("*",))[Rule.ALL_NUMBERS]

    assert finding.title == "All numbers: 1 now, and those bought later"


def test_more_than_ten_numbers_speak_and_ten_do_not():
    ids = tuple(f"PN{n}" for n in range(11))

    assert list(spoken(resource_ids=ids)) == [Rule.MANY_NUMBERS]
    assert spoken(resource_ids=ids[:10]) == {}


def test_disabled_speaks():
    assert list(spoken(status=spec.Status.DISABLED)) == [Rule.DISABLED]


def test_doubled_names_the_webhook_and_the_numbers():
    make_webhook(label="Old desk", resourceIds=["PN1", "PN2"])

    finding = spoken(resource_ids=("PN1", "PN3"))[Rule.DOUBLED]

    assert finding.title == "Every text will arrive twice for one number"
    assert "“Old desk” already sends" in finding.reason


@pytest.mark.parametrize(
    "there",
    [
        {"url": "https://EXAMPLE.com:443/quo/"},
        {"resourceIds": ["*"]},
        {"events": ["message.delivered", "message.received"]},
        {"status": None},
    ],
)
def test_doubled_speaks_whatever_the_spelling(there):
    make_webhook(**({"resourceIds": ["PN1"]} | there))

    assert list(spoken()) == [Rule.DOUBLED]


def test_all_numbers_double_whatever_is_there():
    make_webhook(resourceIds=["PN9"])

    assert Rule.DOUBLED in spoken(resource_ids=("*",))


@pytest.mark.parametrize(
    "there",
    [
        {"url": "https://example.com/other"},
        {"url": "http://example.com/quo"},
        {"resourceIds": ["PN2"]},
        {"events": ["message.delivered"]},
        {"status": "disabled"},  # sends nothing, so nothing arrives twice
    ],
)
def test_doubled_keeps_silent_where_nothing_arrives_twice(there):
    make_webhook(**({"resourceIds": ["PN1"]} | there))

    assert spoken() == {}


def test_second_disabled_one_is_doubled_too():
    make_webhook(resourceIds=["PN1"], status="disabled")

    assert Rule.DOUBLED in spoken(status=spec.Status.DISABLED)


def test_webhook_that_is_gone_doubles_nothing():
    make_webhook(resourceIds=["PN1"])
    Webhook.objects.update(gone_at=NOON)

    assert spoken() == {}


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_attempt_that_may_have_made_one_speaks(state):
    attempt = begin(state)

    assert f"attempt {attempt.pk}" in spoken()[Rule.DOUBLED].reason


def test_attempt_that_ends_between_the_two_questions_is_seen_all_the_same(monkeypatch):
    attempt, ask = begin("sending"), rules._rows_of

    def ended_meanwhile(wanted):
        attempt.end(Attempt.State.CREATED, webhook=make_webhook(resourceIds=["PN1"]))
        return ask(wanted)

    monkeypatch.setattr(rules, "_rows_of", ended_meanwhile)

    assert Rule.DOUBLED in spoken()


def test_attempt_that_was_refused_keeps_silent():
    begin("refused")

    assert spoken() == {}


def begin(state):
    wanted = make_wanted(resource_ids=("PN1", "PN2"))
    attempt = Attempt.objects.begin(actor="ada", wanted=wanted, token=uuid4())
    if state != "sending":
        attempt.end(Attempt.State(state))
    return attempt


IDS = st.one_of(st.just(["*"]), st.lists(st.sampled_from(["PN1", "PN2", "PN3"]), min_size=1))
EVENTS = st.lists(st.sampled_from(list(spec.MessageEvent)), min_size=1, unique=True)
URLS = st.sampled_from(["https://example.com/quo", "https://example.com/quo/", "https://b.example"])
STATUS = st.sampled_from(list(spec.Status))


class DoubledIsWhatASlowReaderSays(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(
        there=st.lists(st.tuples(EVENTS, IDS, URLS, STATUS), max_size=4),
        wanted=st.tuples(EVENTS, IDS, URLS, STATUS),
    )
    def test_doubled_speaks_exactly_where_a_text_would_arrive_twice(self, there, wanted):
        for events, ids, url, status in there:
            make_webhook(events=events, resourceIds=ids, url=url, status=status)
        events, ids, url, status = wanted

        said = Rule.DOUBLED in {
            finding.rule
            for finding in rules.findings(
                make_wanted(events=tuple(events), resource_ids=tuple(ids), url=url, status=status)
            )
        }

        assert said == any(
            set(e) & set(events)
            and ("*" in i or "*" in ids or set(i) & set(ids))
            and u.rstrip("/") == url.rstrip("/")
            and s == status
            for e, i, u, s in there
        )
