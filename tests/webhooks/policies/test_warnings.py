from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.policies.warnings import PolicyName, warnings_for
from tests.factories import NOON, make_number, make_wanted, make_webhook

pytestmark = pytest.mark.django_db


def unconfirmed(**changes):
    wanted = make_wanted(**({"resource_ids": ("PN1",)} | changes))
    return {finding.policy: finding for finding in warnings_for(wanted)}


def test_ordinary_webhook_gives_no_warnings():
    assert unconfirmed() == {}


@pytest.mark.parametrize("url", ["http://example.com/quo", "HTTP://example.com"])
def test_plain_http_warns(url):
    assert list(unconfirmed(url=url)) == [PolicyName.PLAIN_HTTP]


def test_all_numbers_warning_shows_the_number_count():
    make_number()

    finding = unconfirmed(resource_ids=("*",))[PolicyName.ALL_NUMBERS]

    assert finding.title == "All numbers: 1 now, and numbers added later"


def test_more_than_ten_numbers_warn_and_ten_do_not():
    ids = tuple(f"PN{n}" for n in range(11))

    assert list(unconfirmed(resource_ids=ids)) == [PolicyName.MANY_NUMBERS]
    assert unconfirmed(resource_ids=ids[:10]) == {}


def test_disabled_webhook_warns():
    assert list(unconfirmed(status=spec.Status.DISABLED)) == [PolicyName.DISABLED]


def test_duplicate_warning_names_the_webhook_and_the_numbers():
    make_webhook(label="Old desk", resourceIds=["PN1", "PN2"])

    finding = unconfirmed(resource_ids=("PN1", "PN3"))[PolicyName.DOUBLED]

    assert finding.title == "Every message will arrive twice for one number"
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
def test_duplicate_warning_ignores_formatting(there):
    make_webhook(**({"resourceIds": ["PN1"]} | there))

    assert list(unconfirmed()) == [PolicyName.DOUBLED]


def test_webhook_on_all_numbers_duplicates_webhooks_of_single_numbers():
    make_webhook(resourceIds=["PN9"])

    assert PolicyName.DOUBLED in unconfirmed(resource_ids=("*",))


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
def test_duplicate_warning_is_absent_without_duplicate_deliveries(there):
    make_webhook(**({"resourceIds": ["PN1"]} | there))

    assert unconfirmed() == {}


def test_disabled_duplicate_warns_too():
    make_webhook(resourceIds=["PN1"], status="disabled")

    assert PolicyName.DOUBLED in unconfirmed(status=spec.Status.DISABLED)


def test_missing_webhook_gives_no_duplicate_warning():
    make_webhook(resourceIds=["PN1"])
    Webhook.objects.update(missing_since=NOON)

    assert unconfirmed() == {}


@pytest.mark.parametrize("state", ["sending", "unknown"])
def test_attempt_that_may_have_created_a_webhook_warns(state):
    attempt = begin(state)

    assert f"attempt {attempt.pk}" in unconfirmed()[PolicyName.DOUBLED].reason


def test_attempt_that_ends_between_two_reads_still_warns(monkeypatch):
    attempt, ask = begin("sending"), warnings._rows_of

    def ended_meanwhile(wanted):
        attempt.end(Attempt.State.CREATED, webhook=make_webhook(resourceIds=["PN1"]))
        return ask(wanted)

    monkeypatch.setattr(warnings, "_rows_of", ended_meanwhile)

    assert PolicyName.DOUBLED in unconfirmed()


def test_rejected_attempt_does_not_warn():
    begin("rejected")

    assert unconfirmed() == {}


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
    @settings(max_examples=30, deadline=None)
    @given(
        there=st.lists(st.tuples(EVENTS, IDS, URLS, STATUS), max_size=4),
        wanted=st.tuples(EVENTS, IDS, URLS, STATUS),
    )
    def test_duplicate_warning_matches_duplicate_deliveries_exactly(self, there, wanted):
        for events, ids, url, status in there:
            make_webhook(events=events, resourceIds=ids, url=url, status=status)
        events, ids, url, status = wanted

        warned = PolicyName.DOUBLED in {
            finding.policy
            for finding in warnings.warnings_for(
                make_wanted(events=tuple(events), resource_ids=tuple(ids), url=url, status=status)
            )
        }

        assert warned == any(
            set(e) & set(events)
            and ("*" in i or "*" in ids or set(i) & set(ids))
            and u.rstrip("/") == url.rstrip("/")
            and s == status
            for e, i, u, s in there
        )
