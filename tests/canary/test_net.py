"""The net holds: what comes out is caught. Each test lets a secret out on purpose."""

import base64
import logging
from io import StringIO

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from tests.canary import net as canary
from tests.canary.net import API_KEY, KEY, KEY_BYTES, URL, Net
from tests.factories import make_webhook

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("form", canary.forms(KEY, KEY_BYTES), ids=repr)
def test_net_detects_a_key_in_every_encoding(form):
    net = Net()

    net.look("a page", b"<p>The key is " + form + b".</p>")
    net.look("a page that cuts it", b"<p>The key is " + form[:20] + b"...</p>")

    assert net.caught == ["webhook key in a page", "webhook key in a page that cuts it"]


def test_net_detects_secrets_in_encoded_data():
    net, session = Net(), SessionStore()

    net.look("base64", base64.b64encode(b"..." + API_KEY.encode()))
    net.look("a session", session.encode({"typed": "a" * 500 + canary.WRONG_PASSWORD}))

    assert net.caught == ["API key in base64", "wrong password in a session"]


def test_net_reports_nothing_without_secrets():
    net = Net()

    net.look("a page", "Hiring bot, 5c79-5c6c, ••••••••••••, canary, key, token")

    assert net.caught == []


@pytest.mark.parametrize("told", ["message", "argument", "extra", "exception"])
def test_key_in_a_log_is_detected(net, told):
    log = logging.getLogger("quo_admin.anything")

    if told == "message":
        log.debug("the key is " + KEY)
    elif told == "argument":
        log.debug("the key is %.3s", KEY)
    elif told == "extra":
        log.debug("here it is", extra={"key": KEY})
    else:
        try:
            raise ValueError(KEY)
        except ValueError:
            log.exception("it broke")

    assert set(net.caught) == {"webhook key in a log record of quo_admin.anything"}


def test_key_in_a_column_and_on_its_page_is_detected(net, sign_in, settings):
    browser = sign_in("Viewers")
    webhook = make_webhook(label=f"Desk {KEY}", url="https://example.com/")

    browser.get("/webhooks/")
    net.check_database()

    assert "webhook key in webhooks_webhook.label" in net.caught
    assert "webhook key in the body of GET webhooks:list: 200" in net.caught
    assert "webhook key in webhooks_webhook.key_sealed" not in net.caught
    assert webhook.key_sealed


def test_secret_in_the_audit_log_session_or_cache_is_detected(net, sign_in):
    browser = sign_in("Viewers")
    session = browser.session
    session["typed"] = canary.WRONG_PASSWORD
    session.save()
    cache.set("api", {"key": API_KEY})
    audit.record(actor="ada", action=Action.KEY_REVEALED, after=KEY)

    net.check_database()

    assert {
        "wrong password in django_session.session_data",
        "API key in cache.value",
        "webhook key in audit_entry.after",
        "webhook key in audit_entry.canonical",
    } <= set(net.caught)


def test_unencrypted_key_is_detected(net, monkeypatch):
    monkeypatch.setattr("quo_admin.webhooks.keys.sealing.seal", lambda key: key.encode())
    make_webhook(key=KEY)

    net.check_database()

    assert "webhook key in webhooks_webhook.key_sealed" in net.caught
    assert "webhook key in a log record of django.db.backends" in net.caught


def test_url_outside_the_detail_page_is_detected(net, sign_in):
    browser = sign_in("Viewers")
    webhook = make_webhook(url=URL, label=URL)

    browser.get(webhook.get_absolute_url())
    assert not [caught for caught in net.caught if "webhooks:detail" in caught]

    browser.get("/webhooks/")
    browser.get(f"/webhooks/?q={canary.URL_QUERY}")
    assert {
        "URL query in the body of GET webhooks:list: 200",
        "URL path in the body of GET webhooks:list: 200",
        "URL query in the address of GET webhooks:list: 200",
    } <= set(net.caught)


def test_key_on_a_page_that_may_show_only_the_url_is_detected(net, sign_in):
    browser = sign_in("Viewers")

    browser.get(make_webhook(label=KEY).get_absolute_url())

    assert "webhook key in the body of GET webhooks:detail: 200" in net.caught


def test_secret_in_an_email_is_detected(net):
    mail.mail_admins("broken", "nobody reads this")
    mail.outbox.append(mail.EmailMessage("it broke", f"with {API_KEY}"))

    net.check_mail()

    assert net.caught == ["API key in a mail"]


def test_secret_in_command_output_is_detected(net):
    printed = StringIO()
    call_command("diffsettings", stdout=printed)  # Django's own: it says every setting

    net.look("what it says", printed.getvalue())

    assert {"SECRET_KEY in what it says", "API key in what it says"} <= set(net.caught)
