"""A number's page: where its texts go, went on a day, and what names it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quo_admin.numbers.history import NAMED
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Number
from tests.factories import (
    NOON,
    make_attempt,
    make_batch,
    make_member,
    make_note,
    make_number,
    make_wanted,
    make_webhook,
)
from tests.numbers.test_coverage_page import text

pytestmark = pytest.mark.django_db
AT = "/numbers/PN1/"


@pytest.fixture(autouse=True)
def desk(db):
    return make_number(id="PN1", name="Front desk")


def ended(quo_id, **values):
    Webhook.objects.filter(quo_id=quo_id).update(**values)


def missed(**changes):
    """A webhook that was last seen on the 10th of March and missed on the 14th."""
    make_webhook(**{"id": "WHgone", "createdAt": "2026-01-05T00:00:00Z"} | changes)
    ended(
        changes.get("id", "WHgone"),
        last_seen_at="2026-03-10T12:00:00Z",
        missing_since="2026-03-14T12:00:00Z",
    )


@pytest.mark.parametrize(
    ("webhooks", "says"),
    [
        ([], "Messages received by Front desk are not covered by any webhook."),
        ([{}], "Messages received by Front desk are sent to example.com ."),
        (
            [{"url": f"https://{host}.example/"} for host in "abc"],
            "Messages received by Front desk are sent to a.example , b.example and c.example .",
        ),
        ([{}, {}], "Messages received by Front desk are sent to example.com , twice."),
        (
            [{"status": "disabled"}],
            "Messages received by Front desk would be sent to example.com , but the webhook "
            "is disabled.",
        ),
    ],
)
def test_page_summarizes_coverage_in_one_sentence(viewer, webhooks, says):
    for webhook in webhooks:
        make_webhook(**webhook)

    words = text(viewer.get(AT))

    assert says in words
    assert "Messages delivered from Front desk are not covered by any webhook." in words


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("2026-01-04", "on 4 January 2026 were not covered by any webhook."),
        ("2026-03-10", "on 10 March 2026 were sent to example.com ."),
        ("2026-03-12", "on 12 March 2026 were possibly sent to example.com ."),
        ("2026-03-14", "on 14 March 2026 were possibly sent to example.com ."),
        ("2026-03-15", "on 15 March 2026 were not covered by any webhook."),
    ],
)
def test_url_with_a_date_shows_past_coverage(viewer, day, says):
    missed()

    response = viewer.get(f"{AT}?on={day}")

    assert f"Messages received by Front desk {says}" in text(response)


def test_uncertain_coverage_names_the_webhook_and_the_reason(viewer):
    missed()
    make_webhook(url="https://sure.example/", createdAt="2026-01-05T00:00:00Z")

    words = text(viewer.get(f"{AT}?on=2026-03-12"))

    assert "on 12 March 2026 were sent to possibly example.com and sure.example ." in words
    assert "Uncertain: last seen 10 March 2026, missing 14 March 2026" in words


def test_day_before_the_number_existed_shows_a_message(viewer):
    words = text(viewer.get(f"{AT}?on=2025-12-31"))

    assert "Front desk was not one of your numbers on that day" in words


def test_number_with_note_shows_the_author(viewer, desk):
    make_note(number_id="PN1", event="message.received", text="In the app")

    words = text(viewer.get(AT))

    assert (
        "are not covered by any webhook; olga noted that a webhook in the Quo app covers them."
        in words
    )
    assert "In the app" in words


# Through time


def test_webhook_history_shows_start_and_end_of_each_webhook(viewer):
    make_webhook(label="There")
    make_webhook(id="WHours", label="Ours")
    ended("WHours", missing_since=NOON, deleted_by="olga")
    make_webhook(id="WHtold", label="Told", deletedAt="2026-11-22T10:00:00Z")
    make_webhook(id="WHnever", label="Never told", createdAt=None, resourceIds=["*"])
    missed(label="Missed")
    make_webhook(label="Another number’s", resourceIds=["PN2"])
    make_webhook(label="Calls", events=["call.ringing"])

    words = text(viewer.get(AT))
    history = words[words.index("Webhook history") : words.index("Webhooks in the Quo app")]

    assert "There" in history
    assert "22 Nov, deleted by olga" in history or "deleted by olga" in history
    assert "deleted at Quo" in history
    assert "between 10 Mar (last seen) and 14 Mar (missing)" in history
    assert "On all numbers" in history
    assert "Before " in history
    assert "Another number’s" not in history
    assert "Calls" not in history


def test_number_that_left_still_has_a_page(viewer):
    make_webhook()
    Number.objects.update(missing_since=NOON)

    words = text(viewer.get(AT))

    assert "Removed" in words
    assert "Messages received by" not in words
    assert "Support desk" in words


def test_past_day_shows_that_the_number_may_have_left(viewer):
    make_webhook(createdAt="2026-01-05T00:00:00Z")
    Number.objects.update(last_seen_at="2026-03-01T12:00:00Z", missing_since="2026-03-20T12:00:00Z")

    words = text(viewer.get(f"{AT}?on=2026-03-12"))

    assert "on 12 March 2026 were sent to example.com ." in words
    assert "May have been removed by then" in words
    assert "Last seen on 1 March 2026, missing on 20 March 2026" in words
    assert "Perhaps it had left" not in text(viewer.get(f"{AT}?on=2026-03-01"))
    assert "Perhaps it had left" not in text(viewer.get(AT))


# Facts, and what names it


def test_page_shows_the_fields_from_quo(viewer):
    make_member()
    make_number(
        id="PN2",
        portingStatus="pending",
        groupId=None,
        restrictions={"messaging": {"US": "restricted", "Intl": "restricted"}},
    )

    words = text(viewer.get("/numbers/PN2/"))

    for fact in ("Maya Ortiz", "Porting pending", "Other countries, the US", "Group None"):
        assert fact in words


def test_page_links_to_webhooks_attempts_batches_and_audit_entries(viewer):
    webhook = make_webhook()
    payload = make_wanted(resource_ids=("PN1",)).to_json()
    attempt = make_attempt(payload=payload)
    make_attempt(payload=make_wanted(resource_ids=("PN11",)).to_json())
    batch = make_batch()

    page = viewer.get(AT).content.decode()

    for thing in (webhook, attempt, batch):
        assert f'href="{thing.get_absolute_url()}"' in page
    assert 'href="/audit/?q=PN1"' in page
    assert page.count("/webhooks/attempts/") == 1


def test_lists_of_attempts_and_batches_are_truncated(viewer):
    payload = make_wanted(resource_ids=("PN1",)).to_json()
    for _ in range(NAMED):
        make_attempt(payload=payload)
        make_batch()
    assert "are not shown here" not in text(viewer.get(AT))

    make_batch()
    assert "Older batches are not shown." in text(viewer.get(AT))

    make_attempt(payload=payload)
    assert "Older batches and attempts are not shown." in text(viewer.get(AT))


def test_actions_require_their_permission(viewer, operator):
    assert "/numbers/note/" not in viewer.get(AT).content.decode()
    page = operator.get(AT).content.decode()
    assert 'href="/numbers/note/?numbers=PN1"' in page
    assert 'href="/onboarding/new/?numbers=PN1"' in page
    assert "/numbers/note/" not in operator.get(f"{AT}?on=2026-03-12").content.decode()


@pytest.mark.parametrize("query", ["on=x", "on=9999-12-31", "on=%00", "on=0001-01-01", "gap=x"])
def test_invalid_query_parameters_are_ignored(viewer, query):
    assert viewer.get(f"{AT}?{query}").status_code == 200


def test_unknown_number_returns_404(viewer):
    assert viewer.get("/numbers/PNnobody/").status_code == 404
    assert viewer.get("/numbers/nobody/").status_code == 404


def test_query_count_is_constant(viewer):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            viewer.get(AT)
        return len(queries)

    make_batch()  # its progress is in the header
    before = cost()
    payload = make_wanted(resource_ids=("PN1",)).to_json()
    for n in range(12):
        make_webhook(url=f"https://{n}.example/")
        make_attempt(payload=payload)
        make_batch()

    assert cost() == before
    assert before <= 28
