import pytest

from quo_admin.audit.models import Entry
from quo_admin.webhooks.keys.services import reveal as services
from quo_admin.webhooks.models import OneTimeLink
from tests.factories import KEY, NOON, make_webhook

pytestmark = pytest.mark.django_db


def test_one_time_link_shows_the_key_once(person):
    ada, webhook = person("Operators"), make_webhook()

    given = services.create_one_time_link(actor="ada", staff_id=ada.pk, webhook=webhook)

    def look():
        return services.take_key(token=given.token, staff_id=ada.pk, webhook=webhook)

    assert look() == KEY
    assert look() is None
    assert Entry.objects.filter(action="key.revealed", target=webhook.quo_id).count() == 1


def test_one_time_link_is_for_one_user_one_webhook_and_one_minute(person):
    ada, eve = person("Operators"), person("Operators", "eve")
    webhook, other = make_webhook(), make_webhook()

    given = services.create_one_time_link(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert services.take_key(token=given.token, staff_id=eve.pk, webhook=webhook) is None
    assert services.take_key(token=given.token, staff_id=ada.pk, webhook=other) is None
    OneTimeLink.objects.update(given_at=given.given_at - OneTimeLink.LIFE)
    assert services.take_key(token=given.token, staff_id=ada.pk, webhook=webhook) is None


def test_link_is_not_created_when_audit_entry_fails(person, monkeypatch):
    ada, webhook = person("Operators"), make_webhook()

    def broken(**kwargs):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr(services.audit, "record", broken)

    with pytest.raises(RuntimeError):
        services.create_one_time_link(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert not OneTimeLink.objects.exists()


def test_failed_link_leaves_no_audit_entry(person, monkeypatch):
    ada, webhook = person("Operators"), make_webhook()

    def broken(*args, **kwargs):
        raise RuntimeError("the link cannot be stored")

    monkeypatch.setattr(type(OneTimeLink.objects), "create_link", broken)

    with pytest.raises(RuntimeError):
        services.create_one_time_link(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert not Entry.objects.filter(action="key.revealed").exists()


def test_expired_unused_links_are_deleted(person):
    ada, webhook = person("Operators"), make_webhook()
    OneTimeLink.objects.create_link(webhook, staff_id=ada.pk, now=NOON)

    services.create_one_time_link(actor="ada", staff_id=ada.pk, webhook=webhook)

    assert OneTimeLink.objects.count() == 1
