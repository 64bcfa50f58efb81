"""What people and logs see while the database is down, or cannot be written."""

import logging
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.test import Client

from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.create import services as create
from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.policies.warnings import PolicyName
from quo_admin.webhooks.reconcile import services as reconcile
from quo_admin.webhooks.sync import services as sync
from tests.conftest import PASSWORD
from tests.factories import NOON, make_attempt, make_wanted, make_webhook

pytestmark = pytest.mark.django_db
SQLITE_ONLY = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="simulated on SQLite")


@pytest.fixture
def read_only():
    """Make SQLite refuse every write, as with a full disk."""

    def switch(on):
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA query_only={'ON' if on else 'OFF'}")

    yield lambda: switch(True)
    switch(False)


def down(*args, **kwargs):
    raise OperationalError("connection refused\nIs the server running?")


@SQLITE_ONLY
@pytest.mark.django_db(transaction=True)
def test_pages_can_be_read_while_nothing_can_be_written(viewer, read_only):
    webhook = make_webhook()
    read_only()

    paths = ["/", "/webhooks/", f"/webhooks/{webhook.quo_id}/", "/webhooks/findings/",
             "/webhooks/access/", "/numbers/", "/onboarding/", "/batches/", "/audit/"]  # fmt: skip
    assert {path: viewer.get(path).status_code for path in paths} == dict.fromkeys(paths, 200)
    assert Client().get("/accounts/login/").status_code == 200


@SQLITE_ONLY
@pytest.mark.django_db(transaction=True)
def test_sign_in_and_sign_out_explain_that_nothing_can_be_written(viewer, read_only, caplog):
    read_only()

    sign_in = Client().post("/accounts/login/", {"login": "vera", "password": PASSWORD})
    sign_out = viewer.post("/accounts/logout/")

    for response in (sign_in, sign_out):
        assert response.status_code == 503
        assert "Quo Admin cannot use its database at the moment." in response.content.decode()
    assert "Traceback" not in caplog.text


def test_page_without_a_database_is_plain_and_logs_one_line(viewer, monkeypatch, caplog):
    monkeypatch.setattr("quo_admin.accounts.current_user.get_user", down)

    response = viewer.get("/webhooks/")

    assert response.status_code == 503
    [line] = [record for record in caplog.records if record.name == "quo_admin.error_pages"]
    assert line.getMessage() == (
        "The database cannot be used: connection refused Is the server running?"
    )
    assert "Traceback" not in caplog.text


def test_too_many_requests_still_say_so(client):
    client.raise_request_exception = False
    for _ in range(31):
        response = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"})

    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


def test_outage_at_the_end_of_a_create_logs_no_traceback(sandbox, monkeypatch, caplog):
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(create.outcomes, "end_created", down)

    with pytest.raises(create.CreationUnknown):
        create.create_message_webhook(
            actor="olga", wanted=make_wanted(), token=uuid4(), accepted=[*PolicyName]
        )

    assert f"The end of attempt {Attempt.objects.get().pk} is not saved" in caplog.text
    assert "Traceback" not in caplog.text


def test_outage_stops_reconciling_at_the_first_attempt(monkeypatch, caplog):
    make_attempt("unknown")
    monkeypatch.setattr(reconcile, "_reconcile_group", down)

    with pytest.raises(OperationalError):
        reconcile.reconcile_with([], member=None, actor="worker", requested_at=NOON)

    assert "Traceback" not in caplog.text


def test_outage_stops_storing_a_list_at_once(monkeypatch, caplog):
    monkeypatch.setattr(sync, "_record", down)
    listed = [WebhookData.from_json({"id": f"WH{n}"}) for n in range(3)]

    with pytest.raises(OperationalError):
        sync._record_all(listed, actor="worker", requested_at=NOON)

    assert "Traceback" not in caplog.text
