"""Findings: on the page of all of them, on a webhook's page, and counted."""

from datetime import timedelta
from unittest.mock import ANY

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.audit.services import record
from quo_admin.webhooks.models import Acknowledgement, Finding, MemberList
from quo_admin.webhooks.policies import findings
from quo_admin.webhooks.store import store
from tests.factories import (
    NOON,
    make_member,
    make_number,
    make_sync,
    make_webhook,
    make_webhook_data,
    update_webhooks,
)
from tests.words import text

pytestmark = pytest.mark.django_db
HTTP = "http://plain.example/quo"


def add_acknowledgement(webhook, policy, subject="", days=30):
    today = timezone.now().date()
    return Acknowledgement.objects.create(
        webhook=webhook,
        policy=policy,
        subject=subject,
        reason="Known to the archive team",
        until=today + timedelta(days=days),
        given_at=timezone.now(),
        given_by="olga",
    )


def make_webhook_without_findings(**changes):
    """A webhook that breaks no policy, together with the second one on its host."""
    url = "https://example.com/quo/"
    make_webhook(resourceIds=["PNother"], url=url + "other")
    return make_webhook(**({"resourceIds": ["PN1"], "url": url} | changes))


def page(browser, query=""):
    return browser.get(f"/webhooks/findings/{query}")


def test_policies_have_a_fixed_order_and_complete_texts():
    assert list(findings.POLICIES) == [
        *("plain-http", "all-numbers", "many-numbers", "disabled", "unreachable", "doubled"),
        *(
            "number-left",
            "all-numbers-left",
            "host-once",
            "creator-left",
            "key-seen-by-former-user",
        ),
    ]
    for name, policy in findings.POLICIES.items():
        assert len(name) <= Acknowledgement._meta.get_field("policy").max_length
        assert policy.why.endswith(".")
        assert policy.do.endswith(".")


def test_unknown_policy_has_no_findings(viewer):
    make_webhook(url=HTTP)

    assert not viewer.get("/webhooks/?finding=no-such-policy").context["rows"]


# The page of all findings


def test_page_without_findings_shows_a_message(viewer):
    make_webhook_without_findings()
    for id in ("PN1", "PNother"):
        make_number(id=id)

    assert "No findings." in text(page(viewer))


def test_page_without_webhooks_shows_an_empty_state(viewer):
    words = text(page(viewer))

    assert "No webhooks yet." in words
    assert "kept" not in words


def test_page_groups_findings_by_policy_with_reason_and_remedy(viewer):
    make_webhook_without_findings()
    make_webhook(label="Old relay", url="http://example.com/x")

    response = page(viewer)

    words = text(response)
    assert (
        "Webhooks over plain HTTP 1 open, oldest just now . The endpoint URL begins with http://"
        in words
    )
    assert "Ask the team that runs the endpoint for an https:// URL" in words
    assert ">Old relay</a>" in response.content.decode()
    assert "In order" in words
    assert "Duplicate deliveries None" in words


def test_duplicate_webhooks_link_to_each_other(viewer):
    make_number(id="PN1", name="Sales desk")
    one = make_webhook(label="CRM inbound", resourceIds=["PN1", "PN2"])
    two = make_webhook(label="Sales copy", resourceIds=["*"])

    response = page(viewer, "?policy=doubled")

    words = text(response)
    for named, other in ((one, two), (two, one)):
        assert f"{named} {named.quo_id}" in words
        assert f'also through <a href="{other.get_absolute_url()}">' in response.content.decode()
    assert "Messages received by Sales desk and PN2 arrive twice" in words


def test_at_most_fifty_duplicates_of_one_number_are_listed():
    webhooks = [make_webhook(resourceIds=["PN1"]) for _ in range(53)]

    first = {webhook.quo_id for webhook in webhooks[:51]} - {webhooks[0].quo_id}
    assert {f.subject for f in findings.of_webhook(webhooks[0])} == first
    assert {f.subject for f in findings.of_webhook(webhooks[-1])} == {
        webhook.quo_id for webhook in webhooks[:50]
    }


def test_number_policies_are_not_checked_before_numbers_are_synced(viewer):
    make_webhook_without_findings()
    make_webhook(status="disabled", url="https://example.com/off", resourceIds=["PN1"])

    words = text(page(viewer))

    assert "Webhooks without any current number None" not in words
    assert (
        "Not checked until the first sync of numbers: Webhooks with a number that was removed"
        in words
    )
    assert "Numbers were not synced yet." in text(page(viewer, "?policy=number-left"))
    for id in ("PN1", "PNother"):
        make_number(id=id)
    assert "Webhooks without any current number None" in text(page(viewer))


def test_page_names_members_whose_list_failed(viewer):
    make_sync()
    MemberList.objects.create(member_id="US4kQm81", requested_at=NOON, failure="Forbidden")

    for query in ("", "?policy=disabled"):
        assert "US4kQm81’s webhooks were never read: Forbidden." in text(page(viewer, query))


def test_long_policy_section_is_truncated_and_links_to_all_findings(viewer):
    for _ in range(12):
        make_webhook(url=HTTP, resourceIds=["PN1"], status="disabled")

    response = page(viewer)

    assert '<a href="/webhooks/findings/?policy=disabled">2 more</a>' in response.content.decode()
    assert "12 open" in text(response)
    assert "1 to 12 of 12" in text(page(viewer, "?policy=disabled"))


def test_policy_page_is_paginated_and_links_to_the_webhook_list(viewer, monkeypatch):
    monkeypatch.setattr("quo_admin.webhooks.policies.views.findings.ROWS", 5)
    for _ in range(12):
        make_webhook(url=HTTP, resourceIds=["PN1"])

    first, last = page(viewer, "?policy=plain-http"), page(viewer, "?policy=plain-http&page=3")

    assert "1 to 5 of 12" in text(first)
    assert "?policy=plain-http&amp;page=2" in first.content.decode()
    assert "/webhooks/?finding=plain-http" in first.content.decode()
    assert "11 to 12 of 12" in text(last)


def test_open_and_acknowledged_findings_are_separate(viewer):
    stands, open_one = (
        make_webhook(label=label, url="http://a.example/", resourceIds=[id])
        for label, id in (("Stands", "PN1"), ("Open", "PN2"))
    )
    add_acknowledgement(stands, "plain-http")

    only_open = page(viewer, "?policy=plain-http&show=open")
    acknowledged = page(viewer, "?policy=plain-http&show=acknowledged")

    assert stands.quo_id not in text(only_open)
    assert open_one.quo_id in text(only_open)
    assert open_one.quo_id not in text(acknowledged)
    assert "Snoozed until" in text(acknowledged)
    assert "All 2 Open 1 Snoozed 1" in text(acknowledged)


@pytest.mark.parametrize("show", ["open", "acknowledged"])
def test_empty_filter_result_links_to_all_findings(viewer, show):
    webhook = make_webhook(url="http://example.com/x", resourceIds=["PN1"])
    if show == "open":
        add_acknowledgement(webhook, "plain-http")

    response = page(viewer, f"?policy=plain-http&show={show}")

    assert "findings for this policy" in text(response)
    assert 'href="/webhooks/findings/?policy=plain-http">Show all' in response.content.decode()


def test_policy_without_findings_shows_a_message(viewer):
    make_webhook_without_findings()

    assert "No webhook breaks this policy." in text(page(viewer, "?policy=plain-http"))


@pytest.mark.parametrize(
    "query", ["?policy=%00", "?policy=x&show=y", "?page=x", "?policy=disabled&page=9"]
)
def test_invalid_query_parameters_are_ignored(viewer, query):
    make_webhook(status="disabled")

    assert page(viewer, query).status_code == 200


def test_page_shows_only_the_host_of_a_url(viewer):
    make_webhook(url="http://hooks.example/quo?token=hush")

    assert "hush" not in page(viewer).content.decode()


def test_query_count_of_page_is_constant(viewer, django_assert_max_num_queries):
    query = []
    for rows in (2, 9):
        for place in range(rows):
            make_webhook(url=HTTP, resourceIds=["*"], status="enabled", userId=f"US{place}")
            make_webhook(status="disabled", resourceIds=[f"PNleft{place}"])
        make_number()
        with django_assert_max_num_queries(80) as queries:
            page(viewer)
        query.append(len(queries))

    assert query[0] == query[1]


def test_since_stays_while_the_finding_exists():
    webhook = make_webhook(url=HTTP, resourceIds=["PN1"])
    Finding.objects.update(since=NOON)

    store(make_webhook_data(id=webhook.quo_id, url=HTTP, label="New", resourceIds=["PN1"]))
    assert findings.of_webhook(webhook)[0].since == NOON

    store(make_webhook_data(id=webhook.quo_id, url="https://example.com/quo"))
    store(make_webhook_data(id=webhook.quo_id, url=HTTP))
    assert findings.of_webhook(webhook)[0].since > NOON


def test_page_shows_since_when_and_the_oldest_open_finding(viewer):
    old, new = (make_webhook(url=HTTP, resourceIds=[id]) for id in ("PN1", "PN2"))
    Finding.objects.filter(webhook=old).update(since=timezone.now() - timedelta(days=3))

    assert "2 open, oldest 3 days ago" in text(page(viewer))
    words = text(page(viewer, "?policy=plain-http"))
    assert words.index(new.quo_id) < words.index(old.quo_id)
    add_acknowledgement(old, "plain-http")
    assert "1 open, 1 snoozed, oldest just now" in text(page(viewer))


# What pages of others ask


def test_query_count_of_row_findings_is_constant(
    django_assert_num_queries,
):
    make_number(id="PN1")
    rows = [make_webhook(url=HTTP, resourceIds=["PN1", "PNleft"]) for _ in range(50)]

    for some in (rows[:1], rows):
        with django_assert_num_queries(2):  # findings, acknowledgements
            found_by_pk = findings.open_findings(some)
        assert {len(found_by_pk[row.pk]) for row in some} == {2 + 49}
        assert found_by_pk[some[0].pk][0].policy.short == "Not encrypted"


def test_first_findings_exclude_acknowledged_findings():
    webhook = make_webhook(url="http://example.com/", resourceIds=["PN1"])
    add_acknowledgement(webhook, "plain-http")

    assert [finding.policy.name for finding in findings.open_findings([webhook])[webhook.pk]] == [
        "host-once"
    ]


def test_counts_separate_open_findings_from_acknowledged_ones():
    make_webhook_without_findings()
    one, two = (make_webhook(url="http://example.com/a", resourceIds=[id]) for id in ("PN5", "PN6"))
    add_acknowledgement(one, "plain-http")
    add_acknowledgement(two, "plain-http", days=-1)

    assert findings.counts()["plain-http"] == findings.PolicyCount(1, 1, ANY)
    assert findings.counts()["disabled"] == findings.PolicyCount()


def test_new_duplicate_is_open_when_the_previous_one_is_acknowledged():
    one, two = (make_webhook(resourceIds=["PN1"]) for _ in range(2))
    add_acknowledgement(one, "doubled", two.quo_id)
    add_acknowledgement(two, "doubled", one.quo_id)
    assert findings.counts()["doubled"] == findings.PolicyCount(acknowledged=2)

    third = make_webhook(resourceIds=["PN1"])

    assert findings.counts()["doubled"] == findings.PolicyCount(3, 0, ANY)
    assert [f.subject for f in findings.open_findings([one])[one.pk]] == [third.quo_id]


def test_second_number_that_left_is_open_when_first_is_acknowledged():
    make_number(id="PN1")
    webhook = make_webhook_without_findings(resourceIds=["PN1", "PNold", "PNolder"])
    add_acknowledgement(webhook, "number-left", "PNold")

    assert [f.subject for f in findings.of_webhook(webhook) if f.open] == ["PNolder"]


def test_changed_host_is_open_when_the_previous_one_is_acknowledged():
    webhook = make_webhook(url="https://right.example/")
    add_acknowledgement(webhook, "host-once", "right.example")
    assert not findings.of_webhook(webhook)[0].open

    store(make_webhook_data(id=webhook.quo_id, url="https://wrong.example/"), now=NOON)

    assert [f.subject for f in findings.of_webhook(webhook) if f.open] == ["wrong.example"]


def test_second_creator_who_left_is_open_when_first_is_acknowledged():
    make_member(id="US1")
    webhook = make_webhook_without_findings(userId="US2")
    add_acknowledgement(webhook, "creator-left", "member US2")
    assert not findings.of_webhook(webhook)[0].open

    update_webhooks(webhook, user_id="US3", created_by="otto")

    assert [f.subject for f in findings.of_webhook(webhook) if f.open] == [
        "member US3",
        "staff otto",
    ]


def test_long_host_is_truncated_in_acknowledgement(operator):
    webhook = make_webhook(url=f"https://{'a' * 300}.example/")
    address = operator.get(webhook.get_absolute_url()).context["findings"][0].snooze_url

    operator.post(address, {"reason": "known", "until": timezone.now().date()})

    assert Acknowledgement.objects.get().subject == "a" * 255
    assert not findings.of_webhook(webhook)[0].open


def test_finding_reopens_after_the_acknowledgement_ends():
    webhook = make_webhook_without_findings(url="http://example.com/quo")

    add_acknowledgement(webhook, "plain-http", days=0)
    assert not findings.of_webhook(webhook)[0].open
    Acknowledgement.objects.update(until=timezone.now().date() - timedelta(days=1))
    assert findings.of_webhook(webhook)[0].open


# The webhook's page


def test_webhook_page_shows_findings_with_reason_and_remedy(viewer):
    webhook = make_webhook(label="Relay", url="http://example.com/x", resourceIds=["PN1"])
    make_webhook(label="Copy", url="http://example.com/x", resourceIds=["PN1"])

    response = viewer.get(webhook.get_absolute_url())

    words = text(response)
    assert "2 findings" in words
    assert "Not encrypted: anyone on the network path can read its deliveries" in words
    assert "Messages received by PN1 arrive twice" in words
    assert "Copy also sends them to this URL since" in words
    assert "All duplicate deliveries" in words
    assert 'href="/webhooks/findings/?policy=doubled"' in response.content.decode()
    assert "Snooze" not in words


def test_webhook_page_without_findings_has_no_findings_section(viewer):
    assert "Findings" not in text(
        viewer.get(make_webhook_without_findings().get_absolute_url())
    ).replace("Findings</a>", "")


def test_finding_names_members_who_left(viewer):
    User.objects.create_user("otto", is_active=False)
    make_member(id="US1")
    make_member(id="US2", firstName="Lena", lastName="Brandt", role="member")
    type(make_member(id="US3")).objects.filter(quo_id="US2").update(missing_since=NOON)
    webhook = make_webhook_without_findings(userId="US2")
    values = f"fingerprint {webhook.key_fingerprint[:4]}-{webhook.key_fingerprint[4:]}"
    record(actor="otto", action=Action.KEY_COPIED, target=webhook.quo_id, after=values)
    update_webhooks(webhook, created_by="otto")

    words = text(viewer.get(webhook.get_absolute_url()))

    assert "Its member, Lena Brandt, left the company" in words
    assert "otto, who created it, left the company" in words
    assert "otto, a former user, has seen its key" in words
    assert "3 findings" in words


def test_missing_webhook_has_no_findings(viewer):
    webhook = make_webhook(url=HTTP, status="disabled")
    update_webhooks(missing_since=NOON)

    assert findings.of_webhook(webhook) == []


def test_number_count_policies_apply_to_message_and_call_events(viewer):
    ids = [f"PN{n}" for n in range(11)]
    for event in ("message.failed", "call.completed"):
        make_webhook(id=f"WHall{event}", events=["message.received", event], resourceIds=["*"])
        make_webhook(id=f"WHmany{event}", events=[event], resourceIds=ids)
    make_webhook(id="WHcontacts", events=["contact.updated"], resourceIds=None)

    for policy, kind in (("all-numbers", "all"), ("many-numbers", "many")):
        found = Finding.objects.filter(policy=policy).values_list("webhook__quo_id", flat=True)
        assert set(found) == {f"WH{kind}message.failed", f"WH{kind}call.completed"}
    assert "Numbers that you add later are included" in text(page(viewer, "?policy=all-numbers"))
