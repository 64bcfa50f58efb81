import pytest

from quo_admin.audit.models import Entry
from quo_admin.webhooks.models import Receipt
from quo_admin.webhooks.services import reveal as services
from tests.factories import KEY, NOON, make_webhook

pytestmark = pytest.mark.django_db


def test_receipt_shows_the_key_once(person):
    ada, webhook = person("Operators"), make_webhook()

    given = services.give_receipt(actor="ada", staff_id=ada.pk, webhook=webhook)

    def look():
        return services.take_key(token=given.token, staff_id=ada.pk, webhook=webhook)

    assert look() == KEY
    assert look() is None
    assert Entry.objects.filter(action="key.revealed", target=webhook.quo_id).count() == 1


def test_receipt_is_for_one_person_one_webhook_and_one_minute(person):
    ada, eve = person("Operators"), person("Operators", "eve")
    webhook, other = make_webhook(), make_webhook()

    given = services.give_receipt(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert services.take_key(token=given.token, staff_id=eve.pk, webhook=webhook) is None
    assert services.take_key(token=given.token, staff_id=ada.pk, webhook=other) is None
    Receipt.objects.update(given_at=given.given_at - Receipt.LIFE)
    assert services.take_key(token=given.token, staff_id=ada.pk, webhook=webhook) is None


def test_no_entry_no_receipt(person, monkeypatch):
    ada, webhook = person("Operators"), make_webhook()

    def broken(**kwargs):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(services.audit, "record", broken)

    with pytest.raises(RuntimeError):
        services.give_receipt(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert not Receipt.objects.exists()


def test_receipts_that_were_never_used_are_swept_out(person):
    ada, webhook = person("Operators"), make_webhook()
    Receipt.objects.give(webhook, staff_id=ada.pk, now=NOON)

    services.give_receipt(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert Receipt.objects.count() == 1
