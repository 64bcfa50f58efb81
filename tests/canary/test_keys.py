"""What is pasted to be checked comes out nowhere, right or wrong, nor where the page breaks."""

import base64
import hashlib
import hmac
import json
import sys

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signals import got_request_exception
from django.views.debug import ExceptionReporter

from quo_admin.audit.models import Entry
from tests.canary.acts import made
from tests.canary.net import KEY, KEY_BYTES, PASTED
from tests.words import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]
CHECK, BENCH = "/webhooks/check/", "/webhooks/signature/"
RECEIVED = "2026-10-01 09:30:15"
MS = "1790847015000"


@pytest.fixture(autouse=True)
def clear_cache(db):
    cache.clear()


def delivery(key=KEY_BYTES):
    """A delivery in whose body somebody has put a key."""
    values = {"type": "message.received", "data": {"object": {"phoneNumberId": "PN1"}}, "x": PASTED}
    body = json.dumps(values)
    digest = hmac.new(key, f"{MS}.{body}".encode(), hashlib.sha256).digest()
    header = f"hmac;1;{MS};{base64.b64encode(digest).decode()}"
    return {"header": header, "body": body, "received_at": RECEIVED}


@pytest.mark.parametrize(
    "pasted", [KEY, PASTED, f" {KEY}\n", f"whsec_{PASTED}", KEY[:40], KEY * 20]
)
def test_checking_a_key_does_not_leak_it(operator, sandbox, pasted):
    webhook = made(operator)

    for quo_id in ("", webhook.quo_id, "WHnone"):
        operator.post(CHECK, {"pasted": pasted, "webhook": quo_id})
    operator.get(webhook.get_absolute_url())
    operator.get("/audit/")


def test_rate_limited_check_leaks_no_secrets(operator, sandbox):
    made(operator)

    answers = [operator.post(CHECK, {"pasted": KEY}).status_code for _ in range(22)]
    answers += [operator.post(BENCH, delivery()).status_code for _ in range(22)]

    assert answers.count(429) == 4


def test_signature_debugger_shows_pasted_input_without_storing_it(operator, sandbox):
    webhook = made(operator)
    body = SimpleUploadedFile("body.json", delivery()["body"].encode())

    valid = operator.post(BENCH, delivery())
    operator.post(BENCH, delivery(b"another"))
    operator.post(BENCH, delivery(b"another") | {"every": "1"})
    operator.post(BENCH, delivery(KEY.encode()))
    operator.post(BENCH, delivery() | {"body": "", "file": body})
    operator.post(BENCH, delivery() | {"received_at": "odd"})
    for key in (KEY, PASTED, f" {KEY}", f"whsec_{KEY}"):
        operator.post(BENCH, delivery() | {"header": key})
    operator.get("/audit/")

    assert str(webhook) in text(valid)
    assert PASTED in text(valid)
    assert Entry.objects.filter(action="signature.checked", target=webhook.quo_id).exists()


@pytest.fixture
def checked_reports(net):
    """Show the net what Django would tell of each failure, with all that the frames hold."""
    seen = []

    def look(sender, request, **kwargs):
        report = ExceptionReporter(request, *sys.exc_info()).get_traceback_html()
        net.look("the report of a failure", report, but={"URL path", "URL query"})
        seen.append(request.path)

    got_request_exception.connect(look)
    yield seen
    got_request_exception.disconnect(look)


@pytest.mark.parametrize(
    "place",
    [
        "quo_admin.webhooks.keys.services.check._matching",
        "quo_admin.webhooks.keys.services.check.audit.record",
        "quo_admin.webhooks.keys.sealing.fingerprint",
        "quo_admin.webhooks.keys.views.check.render",
        "quo_admin.webhooks.keys.forms.KeyForm.is_valid",
    ],
)
def test_failing_key_check_leaks_no_secrets(
    operator, sandbox, settings, monkeypatch, checked_reports, place
):
    made(operator)
    settings.ADMINS = [("Maintainer", "maintainer@example.com")]
    operator.raise_request_exception = False
    monkeypatch.setattr(place, broken)

    answers = [operator.post(CHECK, {"pasted": pasted}) for pasted in (KEY, PASTED)]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert len(mail.outbox) == len(checked_reports) == 2


@pytest.mark.parametrize(
    "place",
    [
        "quo_admin.quo.signatures.read",
        "quo_admin.quo.signatures.exact",
        "quo_admin.quo.signatures.hmac.digest",
        "quo_admin.quo.signature_mistakes.keys",
        "quo_admin.webhooks.keys.sealing.unseal",
        "quo_admin.webhooks.keys.services.signature.audit.record",
        "quo_admin.webhooks.keys.services.signature.scope_of",
        "quo_admin.webhooks.keys.views.signature.explain",
        "quo_admin.webhooks.keys.views.signature.render",
        "quo_admin.webhooks.keys.forms.DeliveryForm.to_delivery",
        "quo_admin.webhooks.keys.forms.DeliveryForm._file",
    ],
)
def test_failing_signature_debugger_leaks_no_secrets(
    operator, sandbox, settings, monkeypatch, checked_reports, place
):
    made(operator)
    settings.ADMINS = [("Maintainer", "maintainer@example.com")]
    operator.raise_request_exception = False
    monkeypatch.setattr(place, broken)

    answers = [
        operator.post(BENCH, delivery(key) | {"every": "1"}) for key in (b"another", KEY.encode())
    ]

    assert [answer.status_code for answer in answers] == [500, 500]
    assert len(mail.outbox) == len(checked_reports) == 2


def broken(*args, **kwargs):
    raise RuntimeError("broken on purpose")
