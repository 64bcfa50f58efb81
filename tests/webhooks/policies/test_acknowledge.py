"""Letting a finding stand for a while, and taking that back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.webhooks.models import Acknowledgement
from quo_admin.webhooks.policies import findings
from tests.factories import make_webhook, update_webhooks
from tests.words import text

pytestmark = pytest.mark.django_db


def day(days):
    return (timezone.now().date() + timedelta(days=days)).isoformat()


def answer(**changes):
    return {"reason": "The archive team knows", "until": day(30)} | changes


@pytest.fixture
def clear():
    """A webhook over plain http, to a host that another sends to as well."""
    make_webhook(resourceIds=["PN9"])
    return make_webhook(label="Relay", url="http://example.com/x?token=hush", resourceIds=["PN1"])


@pytest.fixture
def pair():
    return [make_webhook(label=label, resourceIds=["PN1"]) for label in ("CRM", "Copy")]


def address(webhook, policy="plain-http", subject=""):
    requested = f"?subject={subject}" if subject else ""
    return f"/webhooks/{webhook.quo_id}/findings/{policy}/{requested}"


def audit_log(action):
    return list(Entry.objects.filter(action=action).order_by("number"))


def test_finding_links_to_a_form_that_defaults_to_ninety_days(operator, clear):
    assert (
        f'href="{address(clear)}">Snooze' in operator.get(clear.get_absolute_url()).content.decode()
    )

    page = operator.get(address(clear)).content.decode()

    assert f'value="{day(90)}"' in page
    assert "Not encrypted: anyone on the network path can read its deliveries" in page


def test_acknowledged_finding_shows_author_end_date_and_reason(operator, clear):
    response = operator.post(address(clear), answer(), follow=True)

    words = text(response)
    assert response.redirect_chain == [(clear.get_absolute_url(), 302)]
    assert f"Snoozed until {day(30)}: Not encrypted: anyone on the network path can read" in words
    assert "The archive team knows" in words
    assert f"Until {day(30)}, by olga" in words
    assert ">Snooze</a>" not in response.content.decode()
    assert "1 finding" not in words


def test_audit_log_records_policy_end_date_and_reason(operator, clear):
    operator.post(address(clear), answer())

    entry = audit_log(Action.FINDING_ACKNOWLEDGED)[0]
    assert (entry.actor, entry.target, entry.label) == ("olga", clear.quo_id, "Relay")
    assert (entry.before, entry.after) == (
        "",
        f"plain-http, until {day(30)}: The archive team knows",
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, "Reason: Enter a reason."),
        ({"reason": "   "}, "Reason: Enter a reason."),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"until": ""}, "Snooze until: Enter a date."),
        ({"until": "soon"}, "Snooze until: Enter a date, such as"),
        ({"until": "2020-01-01"}, "Enter today or a later date."),
        ({"until": "9999-12-31"}, "or an earlier date"),
    ],
)
def test_invalid_input_shows_errors_and_is_kept(operator, clear, typed, said):
    response = operator.post(address(clear), answer(**typed))

    assert said in text(response)
    assert "The finding was not snoozed." in text(response)
    kept = answer(**typed)
    assert kept["reason"].strip() in response.content.decode()
    assert f'value="{kept["until"]}"' in response.content.decode() or not kept["until"]
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize(("days", "kept"), [(0, 1), (365, 1), (366, 0), (-1, 0)])
def test_end_date_must_be_between_today_and_one_year_ahead(operator, clear, days, kept):
    operator.post(address(clear), answer(until=day(days)))

    assert Acknowledgement.objects.count() == kept


def test_finding_can_be_reopened_and_audit_log_records_it(operator, clear):
    operator.post(address(clear), answer())
    assert 'name="take_back"' in operator.get(clear.get_absolute_url()).content.decode()

    response = operator.post(address(clear), {"take_back": "1"}, follow=True)

    assert "Reopened: Not encrypted: anyone on the network path can read its deliveries." in text(
        response
    )
    assert "Snooze" in text(response)
    assert not Acknowledgement.objects.exists()
    entry = audit_log(Action.FINDING_REOPENED)[0]
    assert entry.before.startswith("plain-http, until ")
    assert entry.after == "open again"


def test_open_finding_cannot_be_reopened(operator, clear):
    operator.post(address(clear), {"take_back": "1"})

    assert audit_log(Action.FINDING_REOPENED) == []


def test_acknowledging_again_replaces_date_and_reason_but_audit_keeps_both(operator, clear):
    operator.post(address(clear), answer())
    assert "The archive team knows" in operator.get(address(clear)).content.decode()

    operator.post(address(clear), answer(reason="Moved to May", until=day(60)))

    assert Acknowledgement.objects.get().reason == "Moved to May"
    entry = audit_log(Action.FINDING_ACKNOWLEDGED)[1]
    assert "The archive team knows" in entry.before
    assert "Moved to May" in entry.after


def test_duplicate_pair_is_acknowledged_and_reopened_for_both_webhooks(operator, pair):
    one, two = pair

    operator.post(address(one, "doubled", two.quo_id), answer())

    for webhook in pair:
        assert [finding.open for finding in findings.of_webhook(webhook)] == [False]
    assert [entry.target for entry in audit_log(Action.FINDING_ACKNOWLEDGED)] == [
        one.quo_id,
        two.quo_id,
    ]
    operator.post(address(two, "doubled", one.quo_id), {"take_back": "1"})
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_finding_that_no_longer_exists_gives_a_message(operator, pair, method):
    one, two = pair
    update_webhooks(two, status="disabled")

    response = getattr(operator, method)(address(one, "doubled", two.quo_id), answer(), follow=True)

    assert "This finding no longer exists." in text(response)
    assert not Acknowledgement.objects.exists()


@pytest.mark.parametrize("subject", ["WHother", "%00", "x" * 3000])
def test_unknown_subject_is_not_acknowledged(operator, pair, subject):
    operator.post(address(pair[0], "doubled", subject), answer())

    assert not Acknowledgement.objects.exists()


def test_unknown_policy_or_webhook_returns_404(operator, clear):
    assert operator.get(address(clear, "no-such-policy")).status_code == 404
    assert operator.get("/webhooks/WHnone/findings/plain-http/").status_code == 404


def test_viewer_cannot_acknowledge(viewer, clear):
    assert viewer.post(address(clear), answer()).status_code == 403
    assert "Snooze" not in text(viewer.get(clear.get_absolute_url()))


def test_reason_with_markup_is_escaped(operator, clear):
    response = operator.post(address(clear), answer(reason="<b>bold</b>"), follow=True)

    assert "<b>bold" not in response.content.decode()
