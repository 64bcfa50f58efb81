"""What is written down of a delete, and when."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from quo_admin.audit.models import Entry
from quo_admin.webhooks.inventory import services
from quo_admin.webhooks.inventory.services import Gone
from quo_admin.webhooks.models import Webhook
from tests.factories import make_webhook

pytestmark = pytest.mark.django_db


def delete(webhook):
    return services.delete_webhook(actor="ada", webhook=webhook)


def audit_log():
    mine = Entry.objects.filter(actor__in=["ada", "ben"]).order_by("number")
    return list(mine.values_list("action", flat=True))


@pytest.mark.django_db(transaction=True)
def test_audit_entry_is_committed_before_the_delete_request_is_sent(monkeypatch):
    webhook, seen = make_webhook(), []

    def look():
        seen.extend(audit_log())
        connection.close()

    class Quo:
        def delete_webhook(self, webhook_id):
            with ThreadPoolExecutor(1) as other:
                other.submit(look).result()

    monkeypatch.setattr(services.connect, "client", Quo)
    delete(webhook)

    assert seen == ["webhook.delete_started"]


def test_delete_is_not_sent_when_audit_entry_fails(sandbox, webhook, monkeypatch):
    def broken(**kwargs):
        raise RuntimeError("the audit log cannot be written")

    monkeypatch.setattr(services.audit, "record", broken)

    with pytest.raises(RuntimeError):
        delete(webhook)

    assert sandbox.calls.all() == []


def test_missing_mark_and_audit_entry_are_atomic(sandbox, webhook, monkeypatch):
    record = services.audit.record

    def broken(*, action, **kwargs):
        if action == "webhook.deleted":
            raise RuntimeError("the audit log cannot be written")
        record(action=action, **kwargs)

    monkeypatch.setattr(services.audit, "record", broken)

    with pytest.raises(RuntimeError):
        delete(webhook)

    assert Webhook.objects.live().get() == webhook


@pytest.mark.django_db(transaction=True)
def test_simultaneous_deletes_are_recorded_once(sandbox, webhook):
    together = Barrier(2)

    def press(actor):
        mine = Webhook.objects.get()
        together.wait(5)
        try:
            return services.delete_webhook(actor=actor, webhook=mine)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as both:
        ways = list(both.map(press, ["ada", "ben"]))

    assert set(ways) == {Gone.DELETED, Gone.ALREADY}
    assert audit_log().count("webhook.deleted") == 1
    assert Webhook.objects.get().deleted_by == Entry.objects.get(action="webhook.deleted").actor


def test_audit_log_shows_the_url_without_secrets(sandbox, webhook):
    webhook.url = "https://example.com/hooks/a-long-secret-token-of-the-path?token=hush"

    delete(webhook)

    values = "".join(Entry.objects.values_list("canonical", flat=True))
    assert "https://example.com/hooks/a-long-" in values
    assert "secret-token" not in values
    assert "hush" not in values
