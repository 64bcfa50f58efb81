"""No page tells a secret, whoever looks, nor one that breaks, nor a command."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.core import mail
from django.core.management import CommandError, call_command, get_commands
from django.db import connection
from django.utils import timezone

from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.reconcile import services as reconcile
from tests.canary import net as canary
from tests.canary.acts import create, made
from tests.canary.net import API_KEY, KEY, URL
from tests.factories import (
    create_form,
    make_batch,
    make_note,
    make_number,
    make_sync,
    make_webhook,
)
from tests.test_urls import KINDS, routes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


@pytest.mark.parametrize("kind", KINDS)
def test_no_page_leaks_secrets_to_any_role(operator, sandbox, sign_in, kind):
    webhook = made(operator)
    make_number(id="PN1")
    make_webhook(key=KEY, url=URL, status="disabled", resourceIds=["PN1"])
    sandbox.faults.add("reset_after", CREATE)
    create(operator, label="Lost")
    attempt = Attempt.objects.get(webhook=webhook)
    make_sync(pk=attempt.pk)
    make_batch(pk=attempt.pk)
    make_note(pk=attempt.pk)
    values = {"quo_id": webhook.quo_id, "token": "some-token", "number": str(attempt.pk)}
    values |= {"policy": "doubled", "number_id": "PN1"}

    browser = sign_in(kind)
    for route in routes():
        if not route.startswith(("admin/", "favicon")):
            address = "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda name: values[name[1]], route)
            response = browser.get(address)
            assert response.status_code in {200, 302, 403, 405}, address
    assert browser.get("/nothing/here/").status_code == 404
    assert browser.get("/webhooks/?q=hooks").status_code in {200, 302, 403}


def test_no_admin_page_leaks_secrets(sign_in, operator):
    superuser = sign_in("superuser", "root")
    olga, group = User.objects.get(username="olga"), Group.objects.get(name="Operators")
    new = {"username": "nina", "password1": canary.NEW_PASSWORD, "password2": canary.NEW_PASSWORD}

    for page in ("", "auth/", "auth/user/", "auth/user/add/", "auth/group/", "auth/group/add/"):
        assert superuser.get(f"/admin/{page}").status_code == 200
    for thing in (f"user/{olga.pk}", f"group/{group.pk}"):
        for page in ("change", "history", "delete"):
            assert superuser.get(f"/admin/auth/{thing}/{page}/").status_code == 200
    superuser.post("/admin/auth/user/add/", new | {"password2": canary.WRONG_PASSWORD})
    superuser.post("/admin/auth/user/add/", new | {"usable_password": "true"}, follow=True)
    superuser.post(f"/admin/auth/user/{olga.pk}/password/", new, follow=True)
    superuser.post(f"/admin/auth/user/{olga.pk}/delete/", {"post": "yes"}, follow=True)

    assert User.objects.get(username="nina").check_password(canary.NEW_PASSWORD)


def test_list_facets_and_export_leak_no_secrets(operator, sandbox):
    webhook = made(operator)
    make_number(id="PN1", name="Front desk")
    operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)

    for query in ("", "?counts=1", "?q=hooks", "?host=hooks.example.com&sort=member"):
        for page in ("", "facets/", "states/"):
            assert operator.get(f"/webhooks/{page}{query}").status_code == 200
    table = operator.post("/webhooks/export/", {"host": "hooks.example.com"})

    assert b"https://hooks.example.com/the/first/twenty/" in b"".join(table.streaming_content)


def test_numbers_notes_and_export_leak_no_secrets(operator, sandbox):
    made(operator)
    make_number(id="PN1")
    make_webhook(key=KEY, url=URL, resourceIds=["PN1"])
    today = timezone.now().date()

    for query in ("", "?gap=doubled", "?q=hooks.example.com", f"?on={today}", "?on=2026-11-22"):
        assert operator.get(f"/numbers/{query}").status_code == 200
        assert operator.get(f"/numbers/PN1/{query}").status_code == 200
    details = {"numbers": "PN1", "events": "received", "text": "In the app"}
    operator.post("/numbers/note/", details, follow=True)
    table = operator.post("/numbers/export/", {"q": "hooks.example.com"})

    assert b"hooks.example.com" in b"".join(operator.post("/numbers/export/").streaming_content)
    assert b"number ID" in b"".join(table.streaming_content)


@pytest.mark.parametrize("pasted", [canary.PASTED, KEY], ids=["nobody's", "a webhook's"])
def test_export_of_a_search_for_a_key_is_not_recorded(operator, sandbox, pasted):
    made(operator)
    make_number(id="PN1")
    connection.force_debug_cursor = False  # its log has what the database is asked for

    for page in ("webhooks", "numbers", "audit"):
        assert operator.post(f"/{page}/export/", {"q": pasted}).status_code == 302


# What breaks


@pytest.mark.parametrize(
    "place",
    [
        "quo_admin.quo.responses.read_object",
        "quo_admin.webhooks.create.outcomes.store",
        "quo_admin.webhooks.keys.sealing.seal",
        "quo_admin.webhooks.keys.services.reveal.audit.record",
        "quo_admin.webhooks.keys.services.reveal.OneTimeLink.objects.use_up",
        "quo_admin.webhooks.keys.sealing.unseal",
        "quo_admin.webhooks.inventory.detail.sentence",
        "quo_admin.webhooks.keys.views.reveal.render",
        "quo_admin.webhooks.create.views.messages.success",
    ],
)
def test_failing_page_leaks_no_secrets_to_page_log_or_email(
    operator, sandbox, settings, monkeypatch, place
):
    webhook = made(operator)
    settings.ADMINS = [("Maintainer", "maintainer@example.com")]
    operator.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(place, broken)
    answers = [
        create(operator, label="Another", accept=["all-numbers", "doubled"]),
        operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True),
    ]

    assert 500 in {answer.status_code for answer in answers}
    assert "broken on purpose" in mail.outbox[0].body


def test_rejections_leak_no_secrets(sign_in, operator, sandbox):
    webhook = made(operator)
    viewer = sign_in("Viewers", "vera")

    for address in ("/webhooks/new/", f"/webhooks/{webhook.quo_id}/key/", "/sync/now/"):
        assert viewer.post(address, create_form(url=URL)).status_code == 403
    viewer.handler.enforce_csrf_checks = True
    assert viewer.post("/webhooks/new/", create_form(url=URL)).status_code == 403


def test_reading_exporting_and_verifying_the_audit_log_leak_no_secrets(sign_in, operator, sandbox):
    webhook = made(operator)
    operator.post(f"/webhooks/{webhook.quo_id}/key/", follow=True)
    viewer = sign_in("Viewers", "vera")

    assert viewer.get("/audit/?q=hooks.example.com").status_code == 200
    assert viewer.post("/audit/export/")["Content-Type"].startswith("text/csv")
    assert b"The audit log is intact" in viewer.post("/audit/verify/", follow=True).content


def test_reconciling_leaks_no_secrets(operator, sandbox):
    sandbox.faults.add("reset_after", "POST")
    sandbox.faults.add("status", "GET /v1/webhooks", status=500, body=[canary.KEY])
    create(operator)

    for _ in range(3):
        Attempt.objects.update(next_check_at=timezone.now())
        reconcile.reconcile_next()

    attempt = Attempt.objects.get()
    assert attempt.state == "found"
    operator.get(f"/webhooks/attempts/{attempt.pk}/")
    operator.get("/webhooks/attempts/")


# Commands

RUNS = {
    "sync": [],
    "rebuild": [],
    "reconcile": [],
    "rotate_keys": [],
    "verify_audit_log": [],
    "demo_people": ["root"],
    "sandbox": None,  # both run until they are stopped
    "worker": None,
}


def test_no_command_output_leaks_secrets(net, operator, sandbox, monkeypatch, capfd):
    monkeypatch.setenv("DEMO_PASSWORD", canary.NEW_PASSWORD)
    made(operator)
    own = {name for name, app in get_commands().items() if app.startswith("quo_admin.")}
    assert own <= set(RUNS)

    for name, arguments in [*RUNS.items(), ("check", ["--deploy"]), ("migrate", [])]:
        if arguments is not None:
            call_command(name, *arguments)
    sandbox.faults.add("status", "GET", status=401, body={"message": f"no {API_KEY}"})
    with pytest.raises(CommandError) as failed:
        call_command("sync")

    net.look("the failure of a command", failed.value)
    printed = capfd.readouterr()
    assert "No entry was altered" in printed.out
    net.look("what a command says", printed.out)
    net.look("what a command says", printed.err, but=canary.URL_PARTS)  # SQL, listened to by us
