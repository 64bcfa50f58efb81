"""Findings, acknowledgements and drift tell nothing, nor does a page of theirs that breaks."""

import pytest
from django.core import mail

from quo_admin.webhooks.models import Acknowledgement, Webhook
from tests.canary.acts import made
from tests.canary.net import KEY, URL
from tests.factories import NOON, make_webhook

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]


@pytest.fixture
def pair(operator, sandbox):
    """Two webhooks of one URL with a secret in it, found to differ by a sync."""
    pair = made(operator), make_webhook(key=KEY, url=URL, resourceIds=["*"])
    Webhook.objects.update(drift="changed", drift_since=NOON)
    return pair


def address(pair):
    return f"/webhooks/{pair[0].quo_id}/findings/doubled/?subject={pair[1].quo_id}"


def test_findings_leak_no_secrets(operator, pair):
    for query in ("", "?policy=doubled", "?policy=host-once&show=open", "?show=acknowledged"):
        assert operator.get(f"/webhooks/findings/{query}").status_code == 200
    assert "doubled" in operator.get(pair[0].get_absolute_url()).content.decode()


def test_acknowledging_and_revoking_leak_no_secrets(operator, pair):
    assert operator.get(address(pair)).status_code == 200
    operator.post(address(pair), {"reason": "", "until": ""})
    answer = {"reason": "Known", "until": Webhook.objects.first().first_seen_at.date()}
    operator.post(address(pair), answer | {"until": "2020-01-01"})
    operator.post(address(pair), answer, follow=True)
    assert Acknowledgement.objects.count() == 2

    operator.post(address(pair), {"take_back": "1"}, follow=True)


def test_accepting_leaks_no_secrets(operator, pair):
    operator.post(f"/webhooks/{pair[0].quo_id}/accept/", {"seen": NOON.isoformat()}, follow=True)
    values = {"kind": "changed", "before": NOON.isoformat()}
    operator.post("/webhooks/accept/", values, follow=True)

    assert not Webhook.objects.exclude(drift="").exists()


def test_duplicating_a_webhook_shows_the_url_to_creators_and_no_key(operator, pair):
    assert URL in operator.get(f"/webhooks/new/?like={pair[0].quo_id}").content.decode()


@pytest.mark.parametrize(
    "place",
    [
        "quo_admin.webhooks.policies.views.acknowledge.describe",
        "quo_admin.webhooks.policies.services.audit.record",
        "quo_admin.webhooks.sync.views.accept_these",
    ],
)
def test_failing_page_leaks_no_secrets(operator, pair, settings, monkeypatch, place):
    settings.ADMINS = [("Maintainer", "maintainer@example.com")]
    operator.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(place, broken)
    today = Webhook.objects.get(pk=pair[0].pk).first_seen_at.date()
    answers = [
        operator.post(address(pair), {"reason": "Known", "until": today}),
        operator.post(f"/webhooks/{pair[0].quo_id}/accept/", {"seen": NOON.isoformat()}),
    ]

    assert 500 in {answer.status_code for answer in answers}
    assert "broken on purpose" in mail.outbox[0].body
    assert Acknowledgement.objects.exists() == ("sync" in place)  # no entry, no acknowledgement
