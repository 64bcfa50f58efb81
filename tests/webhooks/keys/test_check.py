"""Whose key is it? Heard by everybody who may see webhooks, and revealed to nobody."""

import base64
import hashlib

import pytest
from django.core.cache import cache
from django.test import Client

from quo_admin.audit.models import Entry
from quo_admin.webhooks.keys.services.check import check_key
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
CHECK = "/webhooks/check/"
RAW = b"\xfb\xef\xbe\xff\xff\xff of 32 bytes for a key...."
KEY = base64.b64encode(RAW).decode()  # with +, / and =
OTHER = base64.b64encode(b"another key, of 32 bytes as well").decode()
DIGEST = hashlib.sha256(KEY.encode()).hexdigest()
PAIRS = f"{DIGEST[:4]}-{DIGEST[4:8]}"


@pytest.fixture(autouse=True)
def clear_rate_limits(db):
    cache.clear()


@pytest.fixture
def desk():
    return make_webhook(id="WHdesk", label="Desk", key=KEY)


def ask(browser, pasted, webhook=""):
    return browser.post(CHECK, {"pasted": pasted, "webhook": webhook})


def recorded():
    return [
        (entry.actor, entry.action, entry.target, entry.after)
        for entry in Entry.objects.filter(action="key.checked").order_by("number")
    ]


@pytest.mark.parametrize(
    "pasted", [KEY, PAIRS, PAIRS.upper(), PAIRS.replace("-", ""), f" {PAIRS} "]
)
def test_key_or_fingerprint_of_this_webhook_matches(viewer, desk, pasted):
    response = ask(viewer, pasted, "WHdesk")

    assert "This key matches" in text(response)
    assert recorded() == [("vera", "key.checked", "WHdesk", "matches this webhook")]


def test_key_of_another_webhook_is_recognized(viewer, desk):
    other = make_webhook(id="WHother", label="Sales copy", key=OTHER)

    response = ask(viewer, OTHER, "WHdesk")

    assert "Belongs to another webhook" in text(response)
    assert f'<a href="{other.get_absolute_url()}">Sales copy</a>' in response.content.decode()
    assert "It matches" not in text(response)
    assert recorded() == [("vera", "key.checked", "WHdesk", "belongs to WHother")]


def test_key_of_a_missing_webhook_is_reported(viewer, desk):
    Webhook.objects.update(missing_since=NOON)

    assert "missing since" in text(ask(viewer, KEY))
    assert "was deleted or went missing" in text(ask(viewer, KEY, "WHdesk"))


def test_unknown_key_does_not_match(viewer, desk):
    assert "No match" in text(ask(viewer, OTHER, "WHdesk"))
    assert "No match" in text(ask(viewer, "0000-0000"))

    assert [after for *_, after in recorded()] == ["no match", "no match"]


def test_key_check_without_a_webhook_finds_the_owner_and_is_recorded(viewer, desk):
    response = ask(viewer, KEY)

    assert "Match found" in text(response)
    assert "Desk" in text(response)
    assert recorded() == [("vera", "key.checked", "WHdesk", "belongs to WHdesk")]


def test_key_shared_by_two_webhooks_lists_both(viewer, desk):
    make_webhook(id="WHtwin", label="Twin", key=KEY)

    response = text(ask(viewer, KEY, "WHdesk"))

    assert "This key matches" in response
    assert "It also belongs to Twin" in response


def test_webhook_without_a_known_key_matches_nothing(viewer):
    make_webhook(id="WHnone", key=None)

    assert "No match" in text(ask(viewer, KEY, "WHnone"))


@pytest.mark.parametrize(
    ("pasted", "mistake"),
    [
        (f" {KEY}\t", "It contains white space"),
        (f"{KEY[:20]} {KEY[20:]}", "It contains white space"),
        (f"whsec_{KEY}", "It begins with whsec_"),
        (base64.urlsafe_b64encode(RAW).decode(), "It is encoded as base64url"),
        (KEY.rstrip("="), "or without padding"),
        (DIGEST, "This is the SHA-256 of a key, not a key"),
        (RAW.hex(), "This is the key in hex"),
    ],
)
def test_common_paste_mistake_is_reported_and_the_key_still_matches(viewer, desk, pasted, mistake):
    response = text(ask(viewer, pasted, "WHdesk"))

    assert "This key matches" in response
    assert mistake in response


def test_key_in_quo_format_has_no_mistakes(desk):
    assert check_key(actor="vera", pasted=KEY).mistakes == []
    assert check_key(actor="vera", pasted=OTHER).mistakes == []


@pytest.mark.parametrize(
    ("pasted", "hint"),
    [
        (KEY[:30], "This does not look like a key"),
        ("hello", "This does not look like a key"),
        ("0000-0000", "“echo” adds a line break"),
        (f"whsec_{OTHER}", "It begins with whsec_"),
    ],
)
def test_delivery_without_a_match_lists_likely_causes(viewer, desk, pasted, hint):
    assert hint in text(ask(viewer, pasted)).replace("&quot;", '"')


@pytest.mark.parametrize("pasted", [KEY, OTHER, f"whsec_{OTHER}", "x" * 501, f"{KEY}\0"])
def test_no_response_repeats_the_input_or_is_cached(viewer, desk, pasted):
    response = ask(viewer, pasted, "WHdesk")

    assert response.status_code == 200
    assert pasted[:16] not in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_empty_form_gives_an_error_and_no_audit_entry(viewer, desk):
    assert "Paste a key or a fingerprint." in text(ask(viewer, "  "))
    assert "too long for a key" in text(ask(viewer, "x" * 501))
    assert recorded() == []


@pytest.mark.parametrize("quo_id", ["WHnone", "WH\0", "x" * 3000])
def test_unknown_webhook_returns_404(viewer, quo_id):
    assert ask(viewer, KEY, quo_id).status_code == 404


def test_get_request_checks_nothing(viewer, desk):
    response = viewer.get(f"{CHECK}?pasted={DIGEST[:8]}")

    assert "Desk" not in text(response)
    assert recorded() == []


def test_check_requires_a_csrf_token(person, desk):
    person("Viewers", "vera")
    browser = Client(enforce_csrf_checks=True)
    browser.login(username="vera", password="correct horse battery staple")

    assert ask(browser, KEY).status_code == 403
    assert recorded() == []


def test_webhook_page_has_a_check_form_for_itself(viewer, desk):
    page = viewer.get(desk.get_absolute_url()).content.decode()

    assert f'action="{CHECK}"' in page
    assert '<input type="hidden" name="webhook" value="WHdesk">' in page


def test_check_over_the_rate_limit_is_rejected_but_recorded(viewer, desk, signed_in):
    answers = [ask(viewer, KEY, "WHdesk").status_code for _ in range(20)]

    refused = ask(viewer, KEY, "WHdesk")

    assert answers == [200] * 20
    assert refused.status_code == 429
    assert "Wait one minute" in text(refused)
    assert KEY not in refused.content.decode()
    assert recorded()[-1] == ("vera", "key.checked", "WHdesk", "not checked: too many requests")
    assert ask(signed_in("Viewers", "bob"), KEY, "WHdesk").status_code == 200


def test_key_check_fails_when_audit_entry_fails(viewer, desk, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr("quo_admin.webhooks.keys.services.check.audit.record", broken)

    with pytest.raises(RuntimeError):
        ask(viewer, KEY)


def test_check_decrypts_no_key(viewer, desk, monkeypatch):
    monkeypatch.setattr("quo_admin.webhooks.keys.sealing.unseal", None)

    assert "This key matches" in text(ask(viewer, KEY, "WHdesk"))


def test_query_count_is_constant(viewer, desk, django_assert_max_num_queries):
    make_webhook(id="WHother", key=OTHER)
    ask(viewer, KEY)
    for _ in range(20):
        make_webhook(key=KEY)

    with django_assert_max_num_queries(30):
        response = ask(viewer, KEY)

    assert response.status_code == 200
