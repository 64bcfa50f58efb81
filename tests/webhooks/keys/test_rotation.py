"""Rotating FIELD_KEYS as .env.example says loses no key, and says what cannot be decrypted."""

from importlib import import_module
from io import StringIO
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from quo_admin.audit.models import Entry
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.keys.services import rotation
from quo_admin.webhooks.models import Webhook
from tests.factories import KEY, NOON, make_webhook, update_webhooks
from tests.words import text

pytestmark = pytest.mark.django_db
OLD, NEW = (Fernet.generate_key().decode() for _ in range(2))


@pytest.fixture
def sealed_with_the_old_one(settings):
    settings.FIELD_KEYS = [OLD]
    make_webhook(id="WHhere")
    make_webhook(id="WHkeyless", key=None)
    update_webhooks(make_webhook(id="WHmissing"), missing_since=NOON)
    return settings


def rotate():
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def keys():
    rows = Webhook.objects.filter(key_sealed__isnull=False)
    return {webhook.quo_id: sealing.unseal(webhook.key_sealed) for webhook in rows}


def test_no_key_is_lost_when_field_keys_are_rotated(sealed_with_the_old_one):
    settings = sealed_with_the_old_one
    settings.FIELD_KEYS = [NEW, OLD]

    said = rotate()

    assert "2 keys are stored. 2 were encrypted again" in said
    assert "You can remove the other entries" in said
    settings.FIELD_KEYS = [NEW]
    assert keys() == {"WHhere": KEY, "WHmissing": KEY}
    assert rotation.unreadable_keys().count() == 0
    assert "2 keys are stored. 0 were encrypted again" in rotate()
    entry = Entry.objects.filter(action="key.sealed_again").first()
    assert (entry.actor, entry.after) == (
        "command",
        "2 of 2 keys encrypted again, 0 cannot be decrypted",
    )


def test_keys_that_cannot_be_decrypted_are_counted_and_named(sealed_with_the_old_one, viewer):
    settings = sealed_with_the_old_one
    settings.FIELD_KEYS = [NEW]

    assert "2 Stored keys that cannot be decrypted" in text(viewer.get("/"))
    warned = StringIO()
    call_command("check", databases=["default"], stdout=warned, stderr=warned)
    assert "2 stored keys cannot be decrypted" in warned.getvalue()
    assert NEW not in warned.getvalue()
    with pytest.raises(CommandError, match="2 keys cannot be decrypted: WHhere, WHmissing"):
        rotate()

    settings.FIELD_KEYS = [NEW, OLD]
    assert "2 were encrypted again" in rotate()
    assert rotation.unreadable_keys().count() == 0
    assert keys() == {"WHhere": KEY, "WHmissing": KEY}


def test_key_that_was_altered_is_counted_after_a_rotation(sealed_with_the_old_one):
    Webhook.objects.filter(quo_id="WHhere").update(key_sealed=b"altered")

    with pytest.raises(CommandError, match="1 keys cannot be decrypted: WHhere"):
        rotate()

    assert [webhook.quo_id for webhook in rotation.unreadable_keys()] == ["WHhere"]


def test_key_stored_during_the_rotation_is_kept(sealed_with_the_old_one, monkeypatch):
    sealed_with_the_old_one.FIELD_KEYS = [NEW, OLD]
    newer = sealing.seal("newer")
    unseal = sealing.unseal

    def store_meanwhile(sealed):
        Webhook.objects.filter(quo_id="WHhere").update(key_sealed=newer)
        return unseal(sealed)

    monkeypatch.setattr(sealing, "unseal", store_meanwhile)
    rotation.rotate(actor="command")

    monkeypatch.undo()
    assert keys()["WHhere"] == "newer"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_unreadable_keys_are_those_with_other_marks(settings, count):
    settings.FIELD_KEYS = [Fernet.generate_key().decode() for _ in range(count)]
    marks = sealing.known_marks()
    for place, mark in enumerate([*marks, "", "00000000", "7fffffff", "ffffffff", "unknown"]):
        webhook = make_webhook(id=f"WH{place}")
        Webhook.objects.filter(pk=webhook.pk).update(sealed_with=mark)

    found = {webhook.sealed_with for webhook in rotation.unreadable_keys()}

    assert found == {"00000000", "7fffffff", "ffffffff", "unknown"} - set(marks)


def test_migration_marks_the_keys_of_before(sealed_with_the_old_one):
    Webhook.objects.filter(quo_id="WHmissing").update(key_sealed=b"altered")
    Webhook.objects.update(sealed_with="")
    migration = import_module("quo_admin.webhooks.migrations.0004_sealed_with")
    sealed_with_the_old_one.FIELD_KEYS = [NEW, OLD]

    migration.mark_stored_keys(apps, SimpleNamespace(connection=connection))

    assert dict(Webhook.objects.values_list("quo_id", "sealed_with")) == {
        "WHhere": sealing.mark_of(OLD),
        "WHmissing": "unknown",
        "WHkeyless": "",
    }
