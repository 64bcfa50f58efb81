"""What nobody types on purpose: NULs, endless hosts, a thousand boxes, words of Quo's that tell."""

from uuid import uuid4

import pytest
from django.db import DatabaseError
from django.utils import timezone

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.quo.rate_limiter import DatabaseRateLimiter
from quo_admin.webhooks.create.services import create_message_webhook
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile import services as reconcile
from tests.factories import create_form, make_member, make_number, make_wanted, make_webhook
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown
from tests.words import text

pytestmark = pytest.mark.django_db
CREATE = f"POST {spec.MESSAGE_WEBHOOKS}"


@pytest.mark.parametrize(
    "address", ["/numbers/?q=%00", "/webhooks/?q=%00", "/webhooks/WH%00/", "/webhooks/%00/"]
)
def test_nul_in_a_url_does_not_crash(viewer, address):
    assert viewer.get(address).status_code in {200, 404}


@pytest.mark.parametrize("field", ["find", "resourceIds", "label", "url", "userId"])
def test_nul_in_a_field_does_not_crash(operator, sandbox, field):
    form = create_form(**{field: "PN\x001"}) | {"search": "1"}

    assert operator.post("/webhooks/new/", form).status_code == 200
    assert operator.post("/webhooks/new/live/", form).status_code == 200
    del form["search"]
    assert operator.post("/webhooks/new/", form | {"preview": "1"}).status_code == 200


def test_very_long_host_and_ids_can_be_stored(sandbox):
    long = "x" * 6000

    webhook = create_message_webhook(
        actor="ada",
        wanted=make_wanted(url=f"https://{long}.example/"),
        token=uuid4(),
        accepted=["all-numbers"],
    )
    odd = make_webhook(resourceIds=[f"PN{long}", "PN1"])

    webhook.refresh_from_db()
    assert len(webhook.host) == 255
    assert webhook.url == f"https://{long}.example/"
    assert list(odd.resource_ids) == [f"PN{long}", "PN1"]
    assert [row.resource_id for row in odd.subscriptions.all()] == ["PN1"]


def test_attempt_that_cannot_be_stored_does_not_block_others(sandbox, monkeypatch):
    cursed, fine = unknown(label="Cursed"), unknown(label="Fine")
    made_at_quo(sandbox, label="Cursed")
    made_at_quo(sandbox, label="Fine")
    store = reconcile.store

    def refusing(data):
        if data.label == "Cursed":
            raise DatabaseError("index row size exceeds maximum")
        return store(data)

    monkeypatch.setattr(reconcile, "store", refusing)

    look()

    assert (state(cursed), state(fine)) == ("unknown", "found")


def test_url_secret_in_a_quo_message_is_not_in_the_audit_log(operator, sandbox):
    url = "https://example.com/x?token=hush"
    sandbox.faults.add("status", CREATE, status=400, body={"message": f"no: {url}"})

    response = operator.post("/webhooks/new/", create_form(url=url))

    entry = Entry.objects.get(action="webhook.rejected")
    assert "no: https://example.com/x" in entry.after
    assert "hush" not in entry.canonical
    assert "hush" not in str(response.context["notice"])


def test_permission_denied_on_a_long_url_is_in_the_audit_log(viewer):
    viewer.get("/webhooks/new/" + "x" * 10)  # no such page
    response = viewer.get(f"/webhooks/WH{'x' * 253}/key/")

    assert response.status_code == 403
    assert Entry.objects.filter(action="permission.denied").count() == 1


def test_form_accepts_more_than_a_thousand_ids(operator, sandbox):
    ids = [f"PN{n}" for n in range(1500)]

    response = operator.post("/webhooks/new/", create_form(resourceIds=ids, preview="1"))

    assert "1500 selected" in text(response)


def test_typed_member_does_not_select_a_longer_id(operator):
    make_member(id="USab")

    page = operator.post("/webhooks/new/", create_form(userId="USab1", preview="1"))

    assert '<option value="USab">' in page.content.decode()
    assert 'value="USab1"' in page.content.decode()


def test_webhook_with_many_numbers_shows_a_truncated_list(viewer):
    for n in range(3):
        make_number(id=f"PN{n}")
    webhook = make_webhook(resourceIds=[f"PN{n}" for n in range(250)])
    make_webhook(resourceIds=["*"], url="https://everywhere.example/")

    words = text(viewer.get(webhook.get_absolute_url()))

    assert "50 more are not shown." in words
    assert words.count("everywhere.") == 1


def test_rate_limit_pause_survives_a_locked_database(monkeypatch, caplog):
    def locked(*args):
        raise DatabaseError("locked")

    monkeypatch.setattr(DatabaseRateLimiter, "_execute", locked)

    DatabaseRateLimiter("a key").pause(1)

    assert "Could not store the pause" in caplog.text


def test_unknown_outcome_is_shown_once(operator, sandbox):
    sandbox.faults.add("reset_before", CREATE)

    words = text(operator.post("/webhooks/new/", create_form()))

    assert words.count("The webhook may exist. The worker looks for it") == 1
    assert Attempt.objects.get().started_at <= timezone.now()
    assert not Webhook.objects.exists()
