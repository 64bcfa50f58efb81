import re
from datetime import timedelta

import pytest
from django.utils import timezone

from quo_admin.worker.models import Heartbeat
from tests.factories import make_attempt, make_member, make_number, make_wanted
from tests.words import text

pytestmark = pytest.mark.django_db
ATTEMPTS = "/webhooks/attempts/"


def numbers(response):
    return [attempt.pk for attempt in response.context["page"].rows]


def test_empty_list_explains_what_appears_there(viewer, operator):
    assert "No attempts yet." in text(viewer.get(ATTEMPTS))
    assert "Create a webhook" in text(operator.get(ATTEMPTS))


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("created", '<span class="state ok">Created</span>'),
        ("rejected", '<span class="state bad">Rejected</span>'),
        ("unknown", '<span class="state unk">Unknown</span>'),
        ("sending", '<span class="state run">Sending</span>'),
        ("found", '<span class="state ok">Found</span>'),
        ("not_created", '<span class="state skip">Not created</span>'),
    ],
)
def test_each_attempt_shows_its_state(viewer, state, drawn):
    attempt = make_attempt(state)

    for page in (ATTEMPTS, attempt.get_absolute_url()):
        assert drawn in viewer.get(page).content.decode()


def test_list_shows_actor_host_and_webhook_but_not_the_full_url(viewer):
    url = "https://hooks.example/a-path-that-is-longer-than-twenty?token=hush"
    attempt = make_attempt("created", payload=make_wanted(url=url).to_json())

    page = viewer.get(ATTEMPTS).content.decode()

    assert "https://hooks.<wbr>example/a-path-that-is-long…" in page
    assert "hush" not in page
    assert "olga" in page
    assert f'<a href="{attempt.webhook.get_absolute_url()}">Support desk</a>' in page


def test_state_parameter_filters_the_list(viewer):
    unknown, _ = make_attempt("unknown"), make_attempt("rejected")

    response = viewer.get(ATTEMPTS, {"state": "unknown"})

    assert numbers(response) == [unknown.pk]
    assert re.findall(r'aria-current="page">(\w+) <span>(\d+)', response.content.decode()) == [
        ("Unknown", "1")
    ]


def test_attempts_with_several_candidates_have_their_own_filter_and_state(viewer):
    unclear = make_attempt("unknown", candidates=["WHone", "WHtwo"])
    make_attempt("unknown")

    response = viewer.get(ATTEMPTS, {"state": "several"})

    assert numbers(response) == [unclear.pk]
    assert "Several matches 1" in text(response)
    assert "Unknown 2 candidates" in text(response)


@pytest.mark.parametrize("state", ["odd", "\0", "'; --", "x" * 9999])
def test_invalid_state_finds_nothing_and_links_to_all(viewer, state):
    make_attempt()

    response = viewer.get(ATTEMPTS, {"state": state})

    assert "No attempts with the result" in text(response)
    assert "Show all" in text(response)


def test_pagination_keeps_the_state_filter(viewer):
    refused = [make_attempt().pk for _ in range(60)]
    make_attempt("unknown")

    first = viewer.get(ATTEMPTS, {"state": "rejected"})
    second = viewer.get(f"{ATTEMPTS}?state=rejected&after={refused[10]}")

    assert numbers(first) == refused[:9:-1]
    assert f'href="{ATTEMPTS}?state=rejected&amp;after={refused[10]}" rel="next"' in (
        first.content.decode()
    )
    assert numbers(second) == refused[9::-1]
    assert "51 to 60 of 60" in text(second)


@pytest.mark.parametrize("place", ["after=x", "after=-1", "before=" + "9" * 5000, "after=٣"])
def test_unknown_cursor_shows_the_first_page(viewer, place):
    attempt = make_attempt()

    assert numbers(viewer.get(f"{ATTEMPTS}?{place}")) == [attempt.pk]


def test_query_count_of_list_is_constant(viewer, django_assert_num_queries):
    make_attempt("created")
    viewer.get(ATTEMPTS)
    for _ in range(2):
        # session, person, two of permissions, the batch that runs; four of ours
        with django_assert_num_queries(9):
            viewer.get(ATTEMPTS)
        for _ in range(10):
            make_attempt("created")


def test_attempt_shows_all_request_fields(viewer):
    make_number(id="PN1", name="Front desk")
    make_member()
    wanted = make_wanted(
        label="Desk",
        url="https://example.com/quo?token=hush",
        resource_ids=("PN1", "PN9"),
        user_id="US4kQm81",
    )

    words = text(viewer.get(make_attempt(payload=wanted.to_json()).get_absolute_url()))

    for fact in ("Desk", "Enabled", "message.received", "https://example.com/quo?token=hush"):
        assert fact in words
    for fact in ("Maya Ortiz US4kQm81", "Front desk PN1", "Unknown number PN9"):
        assert fact in words


def test_rejected_attempt_shows_quos_message_and_can_be_retried(viewer):
    attempt = make_attempt(status=403, code="0300403", message="Forbidden.", trace="7219384719")

    response = viewer.get(attempt.get_absolute_url())

    words = text(response)
    for fact in ("Nothing was created", "Forbidden.", "403", "0300403", "7219384719", "2.0 s"):
        assert fact in words
    assert "edit the request and send it again" in words
    assert 'data-copy="7219384719"' in response.content.decode()


def test_page_of_a_running_attempt_polls(viewer):
    attempt = make_attempt("sending", started_at=timezone.now())

    response = viewer.get(attempt.get_absolute_url())

    assert response["Refresh"] == "2"
    assert "Quo has not responded yet" in text(response)
    assert "Check now" not in text(response)


def beat(seconds_ago):
    seen_at = timezone.now() - timedelta(seconds=seconds_ago)
    Heartbeat.objects.create(worker="desk:1", seen_at=seen_at)


def lost(state="unknown", *, check_in_s=10, **changes):
    """An attempt that has no answer, and is to be looked for in so many seconds."""
    due = timezone.now() + timedelta(seconds=check_in_s)
    return make_attempt(state, next_check_at=due, **changes)


def test_unknown_attempt_warns_of_a_duplicate_when_sent_again(viewer):
    words = text(viewer.get(lost(message="No answer came.").get_absolute_url()))

    assert "The result is unknown No answer came." in words
    assert "If you send the request again, there may be two" in words


def test_interrupted_attempt_shows_a_message_and_can_be_checked(operator):
    beat(4)

    response = operator.get(lost("sending", check_in_s=-3).get_absolute_url())

    assert "The attempt was interrupted" in text(response)
    assert "Check now" in text(response)
    assert response["Refresh"] == "5"


@pytest.mark.parametrize(
    ("check_count", "check_in_s", "page_text", "again_in_s"),
    [
        (
            0,
            -3,
            "Not checked yet. The worker checks again soon. This page refreshes by itself.",
            5,
        ),
        (1, 9.5, "Checked 1 time: not found at Quo. The worker checks again in 10 s.", 15),
        (3, 29.5, "Checked 3 times: not found at Quo. The worker checks again in 30 s.", 35),
    ],
)
def test_page_shows_check_count_and_next_check_and_refreshes(
    viewer, check_count, check_in_s, page_text, again_in_s
):
    beat(4)

    response = viewer.get(lost(check_count=check_count, check_in_s=check_in_s).get_absolute_url())

    assert page_text in text(response)
    assert response["Refresh"] == str(again_in_s)


def test_page_without_a_worker_shows_a_message_and_offers_a_check(operator, viewer):
    attempt = lost()

    never = operator.get(attempt.get_absolute_url())
    beat(3 * 60 + 1)
    silent = operator.get(attempt.get_absolute_url())

    assert "No worker is looking for it. No worker was ever started" in text(never)
    assert "A worker was last seen 3 min ago . Select “Check now”" in text(silent)
    assert "Refresh" not in silent
    assert "An Operator can check now" in text(viewer.get(attempt.get_absolute_url()))


def test_found_attempt_links_to_its_webhook(viewer):
    attempt = make_attempt("found")

    response = viewer.get(attempt.get_absolute_url())

    assert "Found at Quo after the response was lost: Support desk" in text(response)
    assert f'<a href="{attempt.webhook.get_absolute_url()}">' in response.content.decode()
    assert "Refresh" not in response


def test_not_created_attempt_shows_a_message_and_can_be_sent_again(operator):
    beat(4)
    attempt = make_attempt("not_created", check_count=4)

    response = operator.get(attempt.get_absolute_url())

    assert "no matching webhook was found at Quo" in text(response)
    assert "4 times, not found" in text(response)
    assert f'href="/webhooks/new/?again={attempt.pk}"' in response.content.decode()
    assert "Refresh" not in response


@pytest.mark.parametrize("state", ["sending", "unknown", "rejected", "not_created"])
def test_viewers_see_the_state_and_no_actions(viewer, state):
    page = viewer.get(make_attempt(state).get_absolute_url())

    assert "reconcile/" not in page.content.decode()
    assert "again=" not in page.content.decode()


def test_created_attempt_links_to_its_webhook(viewer):
    attempt = make_attempt("created")

    response = viewer.get(attempt.get_absolute_url())

    assert f"Created: {attempt.webhook}" in text(response)
    assert f'<a href="{attempt.webhook.get_absolute_url()}">' in response.content.decode()
    assert "Refresh" not in response


@pytest.mark.parametrize("number", ["999", "9" * 30])
def test_nonexistent_attempt_returns_404(viewer, number):
    assert viewer.get(f"{ATTEMPTS}{number}/").status_code == 404
