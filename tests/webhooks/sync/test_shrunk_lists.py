"""Lists from Quo that lost more than half of what they had."""

import pytest

from quo_admin.quo import spec
from quo_admin.sandbox.seed.members import TOM
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Member, Number
from tests.factories import webhook_json
from tests.webhooks.synced import TOMS, change, ours, recorded, stale, sync
from tests.words import text

pytestmark = pytest.mark.django_db
IDS = [f"WHtom{place}" for place in range(8)]


@pytest.fixture
def tom(company):
    """Tom has eight webhooks of his own beside those of the company."""
    for doc in company.store.all("webhook"):
        if doc["userId"] == TOM:
            company.store.delete("webhook", doc["id"])
    company.store.add([("webhook", webhook_json(id=id, userId=TOM)) for id in IDS])
    Webhook.objects.filter(user_id=TOM).delete()
    sync()
    return company


def requests_for(company, path):
    return [call for call in company.calls.all() if f"{call.method} {call.path}".startswith(path)]


def gone():
    rows = Webhook.objects.filter(user_id=TOM, missing_since__isnull=False)
    return sorted(rows.values_list("quo_id", flat=True))


def test_list_that_is_empty_once_is_read_again_and_nothing_is_missing(tom):
    tom.faults.add("odd", TOMS, body={"data": []})

    read = sync()

    assert (gone(), read.failure, read.notices) == ([], "", "")
    assert len(requests_for(tom, TOMS)) == 3  # one of the first sync


def test_loss_that_is_confirmed_is_marked_and_shown_on_home_and_the_sync(tom, viewer):
    for id in IDS[:5]:
        tom.store.delete("webhook", id)

    read = sync()

    assert gone() == IDS[:5]
    sentence = (
        "Webhooks of Tom Lindqvist: 5 of 8 were not in Quo’s list, twice in a row. "
        "They are marked as missing."
    )
    assert read.notices == sentence
    assert sentence in text(viewer.get("/"))
    assert sentence in text(viewer.get(read.get_absolute_url()))


def test_two_different_losses_are_not_believed(tom):
    tom.faults.add("odd", TOMS, body={"data": []})
    for id in IDS[:5]:
        tom.store.delete("webhook", id)

    read = sync()

    assert gone() == []
    assert "Quo’s list had lost 8 of 8, and the next one was different again." in read.failure
    assert [each.member_id for each in stale()] == [TOM]


@pytest.mark.parametrize("lost", [1, 4])
def test_smaller_losses_are_believed_at_once(tom, lost):
    for id in IDS[:lost]:
        tom.store.delete("webhook", id)

    sync()

    assert gone() == IDS[:lost]
    assert len(requests_for(tom, TOMS)) == 2


@pytest.mark.parametrize(("path", "model"), [(spec.PHONE_NUMBERS, Number), (spec.USERS, Member)])
def test_numbers_and_members_are_read_again_too(tom, path, model):
    before = model.objects.current().count()
    tom.faults.add("odd", f"GET {path}", body={"data": []})

    sync()

    assert model.objects.current().count() == before > 5


def test_webhook_that_goes_and_comes_again_is_recorded_once_each_way(tom):
    doc = tom.store.get("webhook", IDS[0])
    Webhook.objects.filter(quo_id=IDS[0]).update(drift="", drift_since=None, drift_details=[])
    before = len(recorded(IDS[0]))
    for _ in range(3):
        tom.store.delete("webhook", IDS[0])
        sync()
        tom.store.add([("webhook", doc)])
        sync()

    webhook = ours(IDS[0])
    assert [action for action, _, _ in recorded(IDS[0])[: -before or None]] == [
        "webhook.changed",
        "webhook.missing",
    ]
    assert webhook.missing_since is None
    assert (webhook.drift, len(webhook.drift_details)) == ("changed", 1)
    assert webhook.drift_details[0][2] == "missing and back more than once"

    change(tom, IDS[0], label="Other")
    sync()

    assert recorded(IDS[0])[0][0] == "webhook.changed"
    assert [field for field, _, _ in ours(IDS[0]).drift_details] == ["state", "label"]
