"""The buttons of an attempt whose answer was lost: look now, decide, send again."""

import re
from html import unescape

import pytest

from quo_admin.webhooks.models import Attempt, Webhook
from tests.factories import make_attempt, make_member, make_number, make_wanted
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown
from tests.words import text

pytestmark = pytest.mark.django_db


def post_check_now(browser, attempt):
    return browser.post(f"{attempt.get_absolute_url()}reconcile/", follow=True)


def decide(browser, attempt, webhook):
    address = f"{attempt.get_absolute_url()}decide/"
    return browser.post(address, {"webhook": webhook} if webhook is not None else {}, follow=True)


def test_button_reconciles_immediately_and_links_to_the_webhook(operator, sandbox):
    attempt = unknown(ago=5)
    doc = made_at_quo(sandbox)

    response = post_check_now(operator, attempt)

    assert state(attempt) == "found"
    assert (
        f'This attempt created <a href="/webhooks/{doc["id"]}/">Desk</a>.'
        in response.content.decode()
    )
    assert response.redirect_chain == [(attempt.get_absolute_url(), 302)]


def test_label_with_markup_is_escaped_in_the_message(operator, sandbox):
    attempt = unknown(ago=5, label="<b>Desk")
    made_at_quo(sandbox, label="<b>Desk")

    page = post_check_now(operator, attempt).content.decode()

    assert "This attempt created <a" in page
    assert "<b>Desk" not in page


def test_button_shows_that_nothing_was_found_yet(operator, sandbox):
    attempt = unknown(ago=5)

    words = text(post_check_now(operator, attempt))

    assert "Not found at Quo yet. Nothing was sent again." in words
    assert "Checked 1 time: not found at Quo." in words
    assert state(attempt) == "unknown"


def test_button_reconciles_an_interrupted_attempt(operator, sandbox):
    attempt = unknown(ago=60)
    Attempt.objects.update(state="sending", ended_at=None)
    made_at_quo(sandbox, ago=50)

    post_check_now(operator, attempt)

    assert state(attempt) == "found"


def test_button_shows_when_the_attempt_is_marked_not_created(operator, sandbox):
    attempt = unknown(ago=1000)
    look()

    words = text(post_check_now(operator, attempt))

    assert "The attempt is marked as not created" in words
    assert "Not created" in words


def test_button_shows_an_error_when_quo_rejects_the_request(operator, sandbox):
    attempt = unknown(ago=5)
    sandbox.faults.add("status", status=401, body={"error": {"message": "Unauthorized"}})

    words = text(post_check_now(operator, attempt))

    assert "Quo rejected the API key. Check QUO_API_KEY." in words
    assert "The result is unknown" in words


@pytest.mark.parametrize("ended", ["created", "rejected", "not_created"])
def test_button_on_an_outdated_page_sends_no_request(operator, settings, ended):
    settings.QUO_API_URL = "http://127.0.0.1:9"  # nobody listens there
    attempt = make_attempt(ended)

    response = post_check_now(operator, attempt)

    assert "could not be asked" not in text(response)
    assert state(attempt) == ended


# Several candidates


@pytest.fixture
def unclear(sandbox):
    """An attempt, and the ids of the two webhooks that may be its."""
    make_number(id="PN1", name="Front desk")
    owner = sandbox.store.all("user")[0]["id"]
    make_member(id=owner, firstName="Maya", lastName="Ortiz")
    url = "https://example.com/quo/a-path-of-some-length?token=hush"
    attempt = unknown(ago=10, url=url, resource_ids=("PN1",))
    ids = [made_at_quo(sandbox, ago=ago, url=url, resourceIds=["PN1"])["id"] for ago in (8, 4)]
    look()
    attempt.refresh_from_db()
    return attempt, ids


def test_several_candidates_are_shown_with_their_differences(viewer, unclear):
    attempt, ids = unclear

    response = viewer.get(attempt.get_absolute_url())

    words = unescape(text(response))
    assert "Several webhooks at Quo match" in words
    for webhook in Webhook.objects.filter(quo_id__in=ids):
        row = next(part for part in words.split(" Desk ") if part.startswith(webhook.quo_id))
        assert attempt.payload["url"] in row
        assert "Message received Front desk" in row
        assert f"{webhook.created_at:%H:%M:%S} UTC {webhook.created_at:%Y-%m-%d}" in row
        assert f"{webhook.key_fingerprint[:4]}-{webhook.key_fingerprint[4:]} Maya Ortiz" in row
    assert "Refresh" not in response
    assert "None of them" not in words


def test_user_decides_which_candidate_matches(operator, unclear):
    attempt, ids = unclear
    buttons = re.findall(
        r'<button[^>]* name="webhook" value="(\w+)"',
        operator.get(attempt.get_absolute_url()).content.decode(),
    )
    assert buttons == [*ids, "none"]

    response = decide(operator, attempt, ids[1])

    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == ids[1]
    assert f'This attempt created <a href="/webhooks/{ids[1]}/">' in response.content.decode()


def test_user_decides_that_no_candidate_matches(operator, unclear):
    attempt, _ = unclear

    response = decide(operator, attempt, "none")

    assert state(attempt) == "not_created"
    assert "The attempt is marked as not created" in text(response)


@pytest.mark.parametrize("webhook", ["WHother", "", None, "\0"])
def test_decision_with_an_invalid_candidate_changes_nothing(operator, unclear, webhook):
    attempt, _ = unclear

    response = decide(operator, attempt, webhook)

    assert state(attempt) == "unknown"
    assert "Your decision was not saved." in text(response)


def test_candidate_taken_by_another_attempt_cannot_be_chosen(operator, unclear):
    attempt, ids = unclear
    other = make_attempt("found", webhook=Webhook.objects.get(quo_id=ids[0]))

    page = operator.get(attempt.get_absolute_url())

    assert f'value="{ids[0]}"' not in page.content.decode()
    assert f"Belongs to attempt {other.pk}" in text(page)
    assert "Your decision was not saved." in text(decide(operator, attempt, ids[0]))


def test_second_decision_gives_a_message_and_changes_nothing(operator, unclear):
    attempt, ids = unclear
    decide(operator, attempt, ids[0])

    response = decide(operator, attempt, ids[1])

    assert (
        "Your decision was not saved. Somebody else has already reconciled this attempt."
        in text(response)
    )
    assert state(attempt) == "found"
    assert attempt.webhook.quo_id == ids[0]


# Send again


def again(browser, attempt):
    return browser.get(f"/webhooks/new/?again={getattr(attempt, 'pk', attempt)}")


def test_resend_form_is_prefilled_with_the_request(operator):
    make_number(id="PN1", name="Front desk")
    wanted = make_wanted(
        label="Desk",
        url="https://example.com/quo?token=hush",
        resource_ids=("PN1", "PN9"),
        user_id="US9",
    )
    attempt = make_attempt("rejected", payload=wanted.to_json())

    response = again(operator, attempt)

    form = response.context["form"]
    assert form.is_valid()
    assert form.to_webhook() == wanted
    assert form.cleaned_data["token"] != attempt.token
    assert response.context["token"] != attempt.token
    assert "The form has the values of the earlier attempt" in text(response)


def test_resending_an_unknown_attempt_needs_confirmation(operator, sandbox):
    attempt = unknown(ago=5)

    page = again(operator, attempt)
    form = page.context["form"]
    data = {"label": "Desk", "events": ["message.received"], "resourceIds": "*"}
    data |= {"url": form["url"].value(), "status": "enabled", "accept": ["all-numbers"]}
    data["token"] = str(page.context["token"])
    stopped = operator.post("/webhooks/new/", data)

    for response in (page, stopped):
        assert 'name="accept" value="doubled"' in response.content.decode()
        assert f"attempt {attempt.pk} (not finished)" in text(response)
    assert Attempt.objects.count() == 1
    made = operator.post("/webhooks/new/", data | {"accept": ["all-numbers", "doubled"]})
    assert made.status_code == 302
    assert Attempt.objects.count() == 2


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 30, "12345", "\0"])
def test_nonexistent_attempt_gives_a_blank_form(operator, odd):
    response = again(operator, odd)

    assert not response.context["form"].is_bound
    assert "Nothing was sent again" not in text(response)


def test_created_attempt_cannot_be_sent_again(operator):
    assert not again(operator, make_attempt("created")).context["form"].is_bound


def test_resending_an_attempt_twice_gives_separate_forms(operator):
    attempt = make_attempt("rejected")

    first, second = again(operator, attempt), again(operator, attempt)

    assert first.context["token"] != second.context["token"]


# With Quo down


def test_attempt_pages_load_while_quo_is_down(operator, settings, unclear):
    settings.QUO_API_URL = "http://127.0.0.1:9"  # nobody listens there
    attempts = [unclear[0], *(make_attempt(value) for value in Attempt.State.values)]

    for attempt in attempts:
        assert operator.get(attempt.get_absolute_url()).status_code == 200
        assert again(operator, attempt).status_code == 200
    assert operator.get("/").status_code == 200
