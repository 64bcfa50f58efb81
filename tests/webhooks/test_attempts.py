import re

import pytest
from django.utils import timezone

from quo_admin.webhooks.models import Attempt
from tests.factories import make_attempt, make_member, make_number, make_wanted
from tests.words import text

pytestmark = pytest.mark.django_db
ATTEMPTS = "/webhooks/attempts/"


def numbers(response):
    return [attempt.pk for attempt in response.context["page"].rows]


def test_empty_list_says_what_will_stand_there(viewer, operator):
    assert "Nobody has tried to create a webhook here yet." in text(viewer.get(ATTEMPTS))
    assert "Create the first webhook" in text(operator.get(ATTEMPTS))


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("created", '<span class="state ok">Created</span>'),
        ("refused", '<span class="state bad">Not created</span>'),
        ("unknown", '<span class="state unk">Unknown</span>'),
        ("sending", '<span class="state run">Sending</span>'),
    ],
)
def test_each_attempt_says_how_it_ended_in_a_word_and_a_shape(viewer, state, drawn):
    attempt = make_attempt(state)

    for page in (ATTEMPTS, attempt.get_absolute_url()):
        assert drawn in viewer.get(page).content.decode()


def test_list_says_who_where_to_and_which_webhook_and_hides_the_rest_of_the_url(viewer):
    url = "https://hooks.example/a-path-that-is-longer-than-twenty?token=hush"
    attempt = make_attempt("created", payload=make_wanted(url=url).to_json())

    page = viewer.get(ATTEMPTS).content.decode()

    assert "https://hooks.<wbr>example/a-path-that-is-long…" in page
    assert "hush" not in page
    assert "olga" in page
    assert f'<a href="{attempt.webhook.get_absolute_url()}">Support desk</a>' in page


def test_state_in_the_address_leaves_those_that_ended_so(viewer):
    unknown, _ = make_attempt("unknown"), make_attempt("refused")

    response = viewer.get(ATTEMPTS, {"state": "unknown"})

    assert numbers(response) == [unknown.pk]
    assert re.findall(r'aria-current="page">(\w+) <span>(\d+)', response.content.decode()) == [
        ("Unknown", "1")
    ]


@pytest.mark.parametrize("state", ["odd", "\0", "'; --", "x" * 9999])
def test_odd_state_finds_nothing_and_leads_back(viewer, state):
    make_attempt()

    response = viewer.get(ATTEMPTS, {"state": state})

    assert "None of the 1 attempt is" in text(response)
    assert "Show all" in text(response)


def test_older_and_newer_lead_through_all_of_them_within_the_state(viewer):
    refused = [make_attempt().pk for _ in range(60)]
    make_attempt("unknown")

    first = viewer.get(ATTEMPTS, {"state": "refused"})
    second = viewer.get(f"{ATTEMPTS}?state=refused&after={refused[10]}")

    assert numbers(first) == refused[:9:-1]
    assert f'href="{ATTEMPTS}?state=refused&amp;after={refused[10]}" rel="next"' in (
        first.content.decode()
    )
    assert numbers(second) == refused[9::-1]
    assert "51 to 60 of 60" in text(second)


@pytest.mark.parametrize("place", ["after=x", "after=-1", "before=" + "9" * 5000, "after=٣"])
def test_place_that_is_unknown_leads_to_the_first_page(viewer, place):
    attempt = make_attempt()

    assert numbers(viewer.get(f"{ATTEMPTS}?{place}")) == [attempt.pk]


def test_list_costs_the_same_number_of_queries_however_long_it_is(
    viewer, django_assert_num_queries
):
    make_attempt("created")
    viewer.get(ATTEMPTS)
    for _ in range(2):
        with django_assert_num_queries(8):  # session, person, two of permissions; four of ours
            viewer.get(ATTEMPTS)
        for _ in range(10):
            make_attempt("created")


def test_attempt_shows_everything_that_was_typed(viewer):
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
    for fact in ("Maya Ortiz US4kQm81", "Front desk PN1", "Not known here PN9"):
        assert fact in words


def test_refused_attempt_says_what_quo_said_and_that_it_may_be_sent_again(viewer):
    attempt = make_attempt(status=403, code="0300403", message="Forbidden.", trace="7219384719")

    response = viewer.get(attempt.get_absolute_url())

    words = text(response)
    for fact in ("Nothing was made", "Forbidden.", "403", "0300403", "7219384719", "2.0 s"):
        assert fact in words
    assert "safe to correct it and send it again" in words
    assert 'data-copy="7219384719"' in response.content.decode()


def test_unknown_attempt_says_to_look_before_sending_again(viewer):
    words = text(viewer.get(make_attempt("unknown").get_absolute_url()))

    assert "We do not know whether Quo made it" in words
    assert "Look at Quo before you send it again" in words


def test_sending_attempt_looks_again_by_itself_until_it_was_cut_off(viewer):
    attempt = make_attempt("sending", begun_at=timezone.now())

    fresh = viewer.get(attempt.get_absolute_url())
    Attempt.objects.update(begun_at=timezone.now() - timezone.timedelta(minutes=2))
    stuck = viewer.get(attempt.get_absolute_url())

    assert fresh["Refresh"] == "2"
    assert "Quo has not answered yet" in text(fresh)
    assert "Refresh" not in stuck
    assert "It was cut off in the middle" in text(stuck)


def test_created_attempt_leads_to_its_webhook(viewer):
    attempt = make_attempt("created")

    response = viewer.get(attempt.get_absolute_url())

    assert f'Created: <a href="{attempt.webhook.get_absolute_url()}">' in response.content.decode()
    assert "Refresh" not in response


@pytest.mark.parametrize("number", ["999", "9" * 30])
def test_attempt_that_there_never_was_is_not_found(viewer, number):
    assert viewer.get(f"{ATTEMPTS}{number}/").status_code == 404
