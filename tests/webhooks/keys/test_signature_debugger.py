"""Which key signed this delivery? Deliveries are signed here as Quo signs them."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from quo_admin.audit.models import Entry
from quo_admin.quo.signatures import Kind
from quo_admin.webhooks.keys import explanation_texts, explanations, sealing
from quo_admin.webhooks.keys.delivery import Delivery, scope_of
from quo_admin.webhooks.keys.services import signature
from quo_admin.webhooks.models import Webhook
from tests.factories import NOON, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
BENCH = "/webhooks/signature/"
KEY = base64.b64encode(b"\xfb\xef\xbe\xff\xff\xff of 32 bytes for a key....").decode()
OTHER = base64.b64encode(b"another key, of 32 bytes as well").decode()
NOW_MS = int(NOON.timestamp() * 1000)
NOW = "2026-11-22 12:00:00"


def payload(event="message.received", number="PN1", **more):
    values = {"type": event, "data": {"object": {"phoneNumberId": number, "text": "Café 💙"}}}
    return json.dumps(values | more, ensure_ascii=False, separators=(",", ":"))


def sign(body, *, key=KEY, ms=NOW_MS):
    raw = base64.b64decode(key) if isinstance(key, str) else key
    data = body if isinstance(body, bytes) else body.encode()
    digest = hmac.new(raw, f"{ms}.".encode() + data, hashlib.sha256).digest()
    return f"hmac;1;{ms};{base64.b64encode(digest).decode()}"


def ask(browser, body=None, header=None, **more):
    body = payload() if body is None else body
    header = sign(body) if header is None else header
    return browser.post(BENCH, {"header": header, "body": body, "received_at": NOW, **more})


def recorded():
    entry = Entry.objects.filter(action="signature.checked").latest("number")
    return entry.actor, entry.target, entry.after


@pytest.fixture(autouse=True)
def clear_rate_limits(db):
    cache.clear()


@pytest.fixture
def desk():
    return make_webhook(id="WHdesk", label="Desk", key=KEY)


def test_matching_key_is_shown_with_its_webhook(viewer, desk):
    make_webhook(key=OTHER)

    response = ask(viewer)

    assert "Valid" in text(response)
    assert f'<a href="{desk.get_absolute_url()}">Desk</a>' in response.content.decode()
    assert "It was 0.0 s old" in text(response)
    assert recorded() == ("vera", "WHdesk", "valid")


def test_missing_webhook_is_shown_as_missing(viewer, desk):
    Webhook.objects.update(missing_since=NOON)

    assert "That webhook was deleted or went missing" in text(ask(viewer))


def test_delivery_that_was_old_on_arrival_is_valid_but_stale(viewer, desk):
    late = ask(viewer, received_at="2026-11-22T12:05:01Z")
    in_time = ask(viewer, received_at="2026-11-22T13:05:00+01:00")

    assert "Valid, but too old" in text(late)
    assert "it was 5 min 1 s old on arrival" in text(late)
    assert "too old" not in text(in_time)


def test_without_arrival_time_the_age_is_computed_until_now(viewer, desk):
    now_ms = int(time.time() * 1000)

    fresh = ask(viewer, header=sign(payload(), ms=now_ms), received_at="")
    old = ask(viewer, header=sign(payload(), ms=now_ms - 3 * 3_600_000), received_at="")

    assert "too old" not in text(fresh)
    assert "Valid, but too old by now" in text(old)
    assert "It is now 3 h old" in text(old)


def test_delivery_from_the_future_suggests_checking_the_clock(viewer, desk):
    response = text(ask(viewer, received_at="2026-11-22 11:00"))

    assert "Valid, but from the future" in response
    assert "It was signed 60 min after" in response
    assert recorded()[2] == "early"


def test_only_keys_of_webhooks_on_the_number_and_event_are_tried(viewer, monkeypatch):
    make_webhook(id="WHall", key=OTHER, resourceIds=["*"])
    make_webhook(id="WHnumber", key=OTHER, resourceIds=["PN1", "PN2"])
    make_webhook(id="WHelsewhere", label="Elsewhere", key=KEY, resourceIds=["PN2"])
    make_webhook(id="WHdelivered", key=OTHER, events=["message.delivered"])
    make_webhook(id="WHunknown", key=None)

    response = ask(viewer)

    assert "No match: none of the tried keys created this signature" in text(response)
    assert "Tried 2 of the 2 keys of webhooks for “message.received” of PN1" in text(response)
    assert "Try all keys" in text(response)
    assert recorded() == ("vera", "", "no match")

    every = ask(viewer, every="1")

    assert "Elsewhere" in text(every)
    assert "Try all keys" not in text(every)


def test_key_of_another_webhook_is_not_reported_as_valid(viewer):
    make_webhook(id="WHdesk", key=OTHER, resourceIds=["PN1"])
    make_webhook(id="WHelsewhere", label="Elsewhere", key=KEY, resourceIds=["PN2"])

    words = text(ask(viewer, every="1"))

    assert "Signed with the key of another webhook" in words
    assert "That webhook does not cover “message.received” of PN1." in words
    assert "Elsewhere" in words
    assert "Valid" not in words
    assert recorded() == ("vera", "WHelsewhere", "valid: key of another webhook")


def test_mistake_with_key_of_another_webhook_is_reported(viewer):
    make_webhook(id="WHelsewhere", key=KEY, resourceIds=["PN2"])

    words = text(ask(viewer, header=sign(payload(), key=KEY.encode()), every="1"))

    assert "Signed with the key of another webhook" in words
    assert "The endpoint used the key as text" in words


@pytest.mark.parametrize("untold", [{"events": None}, {"resourceIds": None}], ids=str)
def test_key_of_a_webhook_without_known_events_is_valid(viewer, untold):
    make_webhook(id="WHelsewhere", key=KEY, **untold)

    assert "Valid" in text(ask(viewer, every="1"))


def test_try_all_keys_form_keeps_the_input(viewer, desk):
    body = payload(number="PN9")

    response = ask(viewer, body)

    assert "No webhook in Quo Admin covers “message.received” of PN9" in text(response)
    form = response.context["form"]
    assert form["body"].value() == body
    assert form["header"].value() == sign(body)
    assert form["received_at"].value() == NOW
    assert '<button form="signature" name="every" value="1">' in response.content.decode()


@pytest.mark.parametrize(
    "body",
    ["not JSON", "[1]", '{"type": "message.received"}', payload(number=""), "null", "[" * 9999],
)
def test_payload_without_a_number_offers_to_try_all_keys(viewer, desk, body):
    response = ask(viewer, body)

    assert "No key was tried yet" in text(response)
    assert "Try all keys" in text(response)
    assert recorded() == ("vera", "", "no key tried: the body has no number and event")
    assert "Desk" in text(ask(viewer, body, every="1"))


@pytest.mark.parametrize(
    ("name", "event"),
    [
        ("callSummary", "call.summary.completed"),
        ("callTranscript", "call.transcript.completed"),
        ("call.summary.completed", "call.summary.completed"),
    ],
)
def test_event_names_of_sample_payloads_are_recognized(viewer, name, event):
    make_webhook(label="Calls", key=KEY, events=[event])

    assert "Calls" in text(ask(viewer, payload(name)))


@pytest.mark.parametrize("number", ["PN\0", "PN\ud800", "x" * 3000, 5, None, ["PN1"]])
def test_invalid_number_in_a_payload_does_not_crash(viewer, desk, number):
    body = json.dumps({"type": "message.received", "data": {"object": {"phoneNumberId": number}}})

    assert ask(viewer, body).status_code == 200


# The body


LF = json.dumps(json.loads(payload()), indent=1)
CRLF = LF.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("sent", "typed", "words"),
    [
        (LF, CRLF, "the pasted text with LF line endings."),
        (CRLF, CRLF, "the pasted text with CRLF line endings."),
        (LF + "\n", CRLF + "\r\n", "the pasted text with LF line endings."),
        (CRLF + "\r\n", CRLF + "\r\n", "the pasted text with CRLF line endings."),
        (LF, CRLF + "\r\n", "the pasted text with LF line endings and no final line break."),
        (LF, CRLF + "\r\n\r\n", "the pasted text with LF line endings and no final line break."),
        (CRLF, CRLF + "\r\n", "the pasted text with CRLF line endings and no final line break."),
    ],
)
def test_both_line_ending_styles_are_tried(viewer, desk, sent, typed, words):
    response = text(ask(viewer, typed, sign(sent)))

    assert "Valid" in response
    assert f"The body matches {words}" in response


def test_single_line_body_has_no_line_ending_mistake(viewer, desk):
    assert "The body matches" not in text(ask(viewer))


def test_uploaded_file_is_used_unchanged_and_kept_for_next_submit(viewer, desk):
    body = payload(number="PN9").encode() + b" \r\n\xff"
    file = SimpleUploadedFile("body.json", body)

    requested = ask(viewer, "", sign(body), file=file)
    kept = requested.context["form"].kept_file
    every = ask(viewer, "", sign(body), kept=kept, every="1")

    assert "No key was tried yet" in text(requested)  # Latin-1 is no JSON
    assert base64.b64decode(kept) == body
    assert f'name="kept" value="{kept}"' in requested.content.decode()
    assert "Valid" in text(every)
    assert "Desk" in text(every)


def test_body_text_overrides_the_kept_file(viewer, desk):
    kept = base64.b64encode(b"{}").decode()

    assert "Desk" in text(ask(viewer, kept=kept))


def test_too_large_file_is_rejected(viewer):
    file = SimpleUploadedFile("body.json", b"x" * (1024 * 1024 + 1))

    assert "larger than 1 MB" in text(ask(viewer, "", "hmac;1;1;x", file=file))


def test_empty_input_gives_an_error(viewer):
    response = ask(viewer, "", "hmac;1;1;x")

    assert "Paste the body, or choose a file." in text(response)
    assert not Entry.objects.filter(action="signature.checked").exists()


def test_invalid_time_error_shows_the_format(viewer):
    response = ask(viewer, received_at="yesterday at noon")

    assert "Enter a date and time" in text(response)
    assert response.context["form"]["body"].value() == payload()


def test_reserialized_body_reports_the_key_and_the_mistake(viewer, desk):
    pretty = json.dumps(json.loads(payload()), indent=4, ensure_ascii=False)

    response = text(ask(viewer, pretty, sign(payload())))

    assert "The key is right, but the signature is computed incorrectly" in response
    assert (
        "The body was parsed and serialized again: the signature matches its compact form."
        in response
    )
    assert "Use the raw bytes" in response
    assert "line ends" not in response
    assert recorded() == ("vera", "WHdesk", "mistaken: body reserialized, compact")


def test_undecoded_key_is_reported(viewer, desk):
    response = text(ask(viewer, header=sign(payload(), key=KEY.encode())))

    assert "The endpoint used the key as text" in response
    assert "Desk" in response


def test_valid_key_takes_precedence_over_one_with_a_mistake(viewer, desk):
    right = make_webhook(label="Right", key=OTHER)
    header = f"{sign(payload(), key=KEY.encode())},{sign(payload(), key=OTHER)}"
    Webhook.objects.filter(pk=right.pk).update(missing_since=NOON)  # so it is tried last

    response = text(ask(viewer, header=header))

    assert "Right" in response
    assert recorded()[2] == "valid"


@pytest.mark.parametrize(
    ("header", "title"),
    [
        ("", "No signature"),
        (
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
            "Signature of Quo’s newer webhook system",
        ),
        ("nonsense", "The header is not valid"),
        ("hmac;2;1790847016000;x", "a version other than 1"),
        ("rsa;1;1790847016000;x", "a scheme other than hmac"),
    ],
)
def test_header_fault_is_reported_and_no_key_is_decrypted(viewer, desk, monkeypatch, header, title):
    monkeypatch.setattr(sealing, "unseal", None)

    response = ask(viewer, header=header)

    assert title in text(response)
    assert "Try all keys" not in text(response)


@pytest.mark.parametrize("pasted", [KEY, OTHER, f" {KEY} ", f"whsec_{KEY}"])
def test_key_pasted_as_header_is_not_shown_and_body_is_kept(viewer, desk, pasted):
    response = ask(viewer, header=pasted)

    assert "This is a key, not a header" in text(response)
    assert pasted.strip()[6:] not in response.content.decode()
    assert response.context["form"]["body"].value() == payload()


def test_every_mistake_and_header_fault_has_an_explanation():
    from quo_admin.quo.signature_mistakes import Mistake

    assert set(explanation_texts.MISTAKES) == set(Mistake)
    judged = {Kind.VALID, Kind.STALE, Kind.EARLY, Kind.MISTAKEN, Kind.NO_MATCH}
    assert set(explanation_texts.HEADER_FAULTS) == set(Kind) - judged


# Bounds


def delivery(body=None, key=KEY):
    body = (body or payload()).encode()
    return Delivery(sign(body, key=key), (("", body),), NOW_MS)


def look(**more):
    return signature.check_signature(actor="vera", delivery=delivery(), now_ms=NOW_MS, **more)


def test_time_limit_ends_search_and_reports_number_of_tried_keys(desk, monkeypatch):
    for _ in range(5):
        make_webhook(key=OTHER)
    clock = iter(range(100))
    monkeypatch.setattr(signature.time, "monotonic", lambda: next(clock))

    answer = look(budget_s=3)

    assert (answer.tried, answer.total) == (3, 6)
    assert answer.verdict.kind == Kind.NO_MATCH
    assert "Not all keys could be tried" in " ".join(
        explanations.explain(answer, received=True).staff
    )


def test_keys_are_read_in_chunks_without_duplicates(monkeypatch):
    for number in range(7):
        webhook = make_webhook(key=OTHER)
        Webhook.objects.filter(pk=webhook.pk).update(missing_since=NOON if number % 2 else None)
    monkeypatch.setattr(signature, "CHUNK", 2)

    answer = look()

    assert (answer.tried, answer.total) == (7, 7)


def test_search_stops_at_the_first_matching_key(desk):
    make_webhook(key=OTHER)
    Webhook.objects.filter(pk=desk.pk).update(missing_since=NOON)
    latest = make_webhook(key=KEY)

    answer = look()

    assert answer.webhook == latest
    assert (answer.tried, answer.total) == (1, 3)


def test_undecryptable_key_is_counted_and_the_others_are_tried(viewer, desk, settings):
    webhook = make_webhook(key=OTHER)
    Webhook.objects.filter(pk=webhook.pk).update(key_sealed=b"sealed by somebody else")

    found = look()
    Webhook.objects.filter(pk=desk.pk).delete()

    assert found.webhook == desk
    assert "1 of the stored keys could not be decrypted" in text(ask(viewer))


def test_result_and_input_have_no_secrets_in_repr(desk):
    answer = look()

    printed = f"{answer!r} {vars(answer.webhook)!r} {delivery()!r}"
    assert KEY not in printed
    assert "phoneNumberId" not in printed
    assert "hmac;1" not in printed
    assert answer.webhook.get_deferred_fields() == {"key_sealed"}


def test_check_over_the_rate_limit_is_rejected(viewer, desk):
    answers = {ask(viewer).status_code for _ in range(20)}

    refused = ask(viewer)

    assert answers == {200}
    assert refused.status_code == 429
    assert "phoneNumberId" not in refused.content.decode()
    assert recorded() == ("vera", "", "not checked: too many requests")


def test_page_is_not_cached(viewer):
    assert "no-store" in viewer.get(BENCH)["Cache-Control"]
    assert "no-store" in ask(viewer)["Cache-Control"]


def test_query_count_is_constant_within_one_chunk(viewer, desk, django_assert_max_num_queries):
    ask(viewer)
    for _ in range(30):
        make_webhook(key=OTHER)

    with django_assert_max_num_queries(35):
        response = ask(viewer, every="1")

    assert "Tried 31 of the 31 keys stored here" in text(response)


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (0, "0.0 s"),
        (1500, "1.5 s"),
        (300_001, "5 min 0 s"),
        (3_600_000, "60 min"),
        (7_200_000, "2 h"),
        (172_800_000, "2 days"),
    ],
)
def test_time_span_is_formatted(ms, words):
    assert explanations.span(ms) == words


def test_scope_is_read_from_a_payload():
    scope = scope_of(payload().encode())

    assert (scope.event, scope.number_id) == ("message.received", "PN1")
    assert datetime.fromtimestamp(NOW_MS / 1000, UTC) == NOON
