"""A batch from its plan to its keys tells no secret but the keys, once, to whom they are given."""

import pytest
from django.utils import timezone

from quo_admin.batches.models import Batch
from quo_admin.quo import spec
from quo_admin.webhooks.models import Attempt
from tests.batches.batch_runs import CREATE, started_batch, work
from tests.canary.net import API_KEY, KEY, URL
from tests.words import text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_secret_leaks")]
LOOK = f"GET {spec.WEBHOOKS}"


def test_running_and_ended_batch_leak_no_secrets(operator, sandbox):
    sandbox.faults.add(
        "status", CREATE, status=400, body={"message": f"{URL} is not for {API_KEY}"}
    )
    sandbox.faults.add("reset_after", CREATE)
    sandbox.faults.add("status", LOOK, status=500, body={"data": [{"key": KEY, "url": URL}]})
    batch = started_batch(4, url=URL)
    at = batch.get_absolute_url()

    work()
    operator.get(at)
    operator.get(f"{at}?live=rows&was=done-False-None")
    operator.get(f"{at}?view=needs")
    operator.post(f"{at}export/")
    operator.post(f"{at}reconcile/", follow=True)
    operator.post(f"{at}retry/", follow=True)
    for act in ("pause", "resume", "stop"):
        operator.post(f"{at}{act}/", follow=True)
    operator.get("/webhooks/")
    operator.get("/audit/")

    assert Attempt.objects.count() == 4


def test_batch_paused_after_an_error_leaks_no_secrets(operator, sandbox):
    sandbox.faults.add(
        "status", CREATE, status=401, body={"message": f"{API_KEY} may not send to {URL}"}
    )
    batch = started_batch(1, url=URL)

    work()
    shown = operator.get(batch.get_absolute_url())

    assert "Paused because of an error" in text(shown)


def test_keys_are_shown_once_and_only_on_the_key_page(operator, sandbox, hours_later):
    batch = started_batch(2, url=URL)
    work()
    at = f"{batch.get_absolute_url()}keys/"

    for form in ("env", "json"):
        operator.get(at)
        receipt = operator.post(at, {"form": form})["Location"]
        assert KEY in text(operator.get(receipt)).replace("&#x27;", "'").replace("&quot;", '"')
        assert KEY not in text(operator.get(receipt, follow=True))
    Batch.objects.update(ended_at=timezone.now())
    operator.get("/audit/")
    operator.get("/webhooks/access/")
    hours_later()
    operator.post(at, {"form": "env"}, follow=True)


@pytest.mark.parametrize(
    "place",
    [
        "quo_admin.batches.key_handover.audit.record",
        "quo_admin.batches.key_handover.sealing.unseal",
        "quo_admin.batches.key_handover.as_env",
        "quo_admin.batches.views.key_handover.render",
    ],
)
def test_failing_key_page_leaks_no_secrets(operator, sandbox, settings, monkeypatch, place):
    batch = started_batch(1, url=URL)
    work()
    settings.ADMINS = [("Maintainer", "maintainer@example.com")]
    operator.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(place, broken)
    answer = operator.post(f"{batch.get_absolute_url()}keys/", {"form": "env"}, follow=True)

    assert answer.status_code == 500
