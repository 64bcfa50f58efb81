"""What a sync finds at Quo: each kind of drift, on the row, in the counts and on the audit log."""

import re

import pytest
from cryptography.fernet import Fernet
from django.db import DatabaseError, connection
from django.utils import timezone

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record
from quo_admin.quo import spec
from quo_admin.quo.types import WebhookData
from quo_admin.sandbox.seed.members import DANIEL, MAYA, TOM
from quo_admin.sandbox.shapes import Observed
from quo_admin.webhooks.inventory.services import DeletionUnknown, delete_webhook
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import MemberList, Subscription, Webhook
from quo_admin.webhooks.store import derived
from quo_admin.webhooks.sync import drift
from quo_admin.webhooks.sync import services as webhooks
from quo_admin.workspace.models import Member
from tests.factories import KEY, NOON, webhook_json
from tests.webhooks.synced import (
    FOLLOW_UP,
    IN_SYNC,
    MEMBERS,
    NUMBERS,
    WEBHOOKS,
    change,
    ours,
    recorded,
    stale,
    sync,
)
from tests.webhooks.unknown_attempts import look, made_at_quo, state, unknown

pytestmark = pytest.mark.django_db
OTHER_KEY = "YW5vdGhlci1rZXktb2YtMzItYnl0ZXMtYWx0b2dldGg="


def test_first_sync_marks_every_webhook_not_created_here_with_key(sandbox):
    read = sync()

    assert (read.failure, read.counts) == (
        "",
        {
            "members": MEMBERS,
            "numbers": NUMBERS,
            "webhooks": WEBHOOKS,
            "not created here": WEBHOOKS,
        },
    )
    assert set(Webhook.objects.values_list("drift", "created_by")) == {("not-created-here", "")}
    there = {doc["id"]: doc["key"] for doc in sandbox.store.all("webhook")}
    assert {w.quo_id: sealing.unseal(w.key_sealed) for w in Webhook.objects.all()} == there
    assert recorded(FOLLOW_UP) == [
        (
            "webhook.not_created_here",
            "",
            "message.delivered, message.received to https://hooks.acme-crm.example/quo/in, "
            f"created {ours(FOLLOW_UP).created_at:%Y-%m-%d %H:%M:%S} UTC",
        )
    ]


def test_sync_makes_one_request_per_list(sandbox):
    sync()

    paths = [call.path for call in sandbox.calls.all()]
    assert len(paths) == 1 + 1 + MEMBERS
    assert len([path for path in paths if path.startswith(f"{spec.WEBHOOKS}?userId=US")]) == MEMBERS


def test_sync_without_changes_updates_only_last_seen_time(company):
    before = ours(FOLLOW_UP)
    entries = Entry.objects.count()

    read = sync()

    after = ours(FOLLOW_UP)
    assert read.counts == IN_SYNC
    assert after.last_seen_at > before.last_seen_at
    assert (after.key_sealed, after.drift) == (before.key_sealed, "")
    assert Entry.objects.count() == entries + 1  # that the sync finished


DIFFERENCES = [
    ({"label": "Other"}, ["label", "Showroom follow-up", "Other"]),
    ({"label": ""}, ["label", "Showroom follow-up", ""]),
    ({"status": "disabled"}, ["status", "enabled", "disabled"]),
    (
        {"url": "https://hooks.acme-crm.example/quo/in?token=8c1f"},
        [
            "URL",
            "https://hooks.acme-crm.example/quo/in",
            "https://hooks.acme-crm.example/quo/in (differs in a part that is not shown)",
        ],
    ),
    (
        {"url": "https://elsewhere.example/in"},
        ["URL", "https://hooks.acme-crm.example/quo/in", "https://elsewhere.example/in"],
    ),
    (
        {"events": ["message.received"]},
        ["events", "message.delivered, message.received", "message.received"],
    ),
    ({"resourceIds": ["*"]}, ["numbers", "PNmtoWzFmLF", "*"]),
    ({"userId": DANIEL}, ["member", TOM, DANIEL]),
    ({"orgId": "ORother"}, ["workspace", "OR2fWc9x", "ORother"]),
]


@pytest.mark.parametrize(("changes", "row"), DIFFERENCES, ids=lambda value: str(value)[:40])
def test_changes_at_quo_are_recorded_field_by_field(company, changes, row):
    change(company, FOLLOW_UP, **changes)

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert read.counts == IN_SYNC | {"in sync": WEBHOOKS - 1, "changed at Quo": 1}
    assert (webhook.drift, webhook.drift_details) == ("changed", [row])
    name, before, after = row
    assert recorded(FOLLOW_UP)[0] == (
        "webhook.changed",
        f"{name} {before}",
        f"{name} {after or 'empty'}",
    )
    assert sync().counts == IN_SYNC  # Quo's word is ours now; the mark stays
    assert ours(FOLLOW_UP).drift == "changed"


def test_differences_of_long_lists_are_shortened(company):
    ids = [f"PN{n:04}" for n in range(3_000)]
    change(company, FOLLOW_UP, resourceIds=ids)
    sync()
    drift.accept(actor="olga", webhooks=Webhook.objects.filter(quo_id=FOLLOW_UP))
    change(company, FOLLOW_UP, resourceIds=[*ids[1:], *(f"PX{n:02}" for n in range(25))])

    sync()

    [(name, before, after)] = ours(FOLLOW_UP).drift_details
    assert (name, before) == ("numbers", "PN0000 and 2,999 in both")
    assert after.startswith("PX00, PX01, ")
    assert after.endswith(", PX19 and 5 more and 2,999 in both")
    assert max(len(part) for part in recorded(FOLLOW_UP)[0]) < 300


def test_sync_updates_derived_fields(company):
    change(company, FOLLOW_UP, url="http://elsewhere.example/in", resourceIds=["*"])

    sync()

    webhook = ours(FOLLOW_UP)
    assert (webhook.host, webhook.is_plain_http, webhook.number_count) == (
        "elsewhere.example",
        True,
        0,
    )
    rows = Subscription.objects.filter(webhook=webhook)
    assert {row.resource_id for row in rows} == {"*"}


@pytest.mark.parametrize(
    "changes",
    [
        {"events": ["message.delivered", "message.received"]},
        {"events": ["message.received", "message.delivered", "message.received"]},
        {"updatedAt": "2026-11-23T00:00:00Z"},
        {"label": None},
        {"key": None},
        {"url": 7},
    ],
    ids=str,
)
def test_order_update_time_and_missing_fields_are_not_drift(company, changes):
    change(company, FOLLOW_UP, **changes)

    read = sync()

    assert read.counts == IN_SYNC
    assert ours(FOLLOW_UP).drift == ""
    assert ours(FOLLOW_UP).key_sealed


def test_changed_key_is_stored_and_shown_by_fingerprint(company):
    before = ours(FOLLOW_UP).key_fingerprint
    change(company, FOLLOW_UP, key=OTHER_KEY)

    read = sync()

    webhook, mark = ours(FOLLOW_UP), sealing.fingerprint(OTHER_KEY)
    assert read.counts == IN_SYNC | {"in sync": WEBHOOKS - 1, "key changed": 1}
    assert sealing.unseal(webhook.key_sealed) == OTHER_KEY
    assert (webhook.drift, webhook.drift_details) == ("key-changed", [["key", before, mark]])
    assert recorded(FOLLOW_UP)[0] == ("key.changed", f"key {before}", f"key {mark}")


def test_key_change_stays_marked_after_later_changes(company):
    change(company, FOLLOW_UP, key=OTHER_KEY)
    sync()
    change(company, FOLLOW_UP, label="Other")

    read = sync()

    assert read.counts["changed at Quo"] == 1
    assert ours(FOLLOW_UP).drift == "key-changed"
    assert [row[0] for row in ours(FOLLOW_UP).drift_details] == ["key", "label"]


def test_webhook_that_quo_no_longer_returns_is_marked_missing(company):
    company.store.delete("webhook", FOLLOW_UP)

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert read.counts == IN_SYNC | {
        "webhooks": WEBHOOKS - 1,
        "in sync": WEBHOOKS - 1,
        "missing at Quo": 1,
    }
    assert (webhook.drift, webhook.deleted_by) == ("missing", "")
    assert webhook.missing_since
    assert webhook.key_sealed
    assert recorded(FOLLOW_UP)[0][0] == "webhook.missing"
    assert "missing at Quo" not in sync().counts


def test_webhook_that_quo_returns_as_deleted_is_missing(company):
    change(company, FOLLOW_UP, deletedAt="2026-11-23T08:00:00Z")

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert read.counts == IN_SYNC | {"in sync": WEBHOOKS - 1, "missing at Quo": 1}
    assert (webhook.drift, webhook.drift_details) == (
        "missing",
        [["state", "at Quo", "deleted at Quo"]],
    )
    assert webhook.missing_since
    assert recorded(FOLLOW_UP)[0] == ("webhook.missing", "state at Quo", "state deleted at Quo")
    assert sync().counts == IN_SYNC


def test_webhook_that_reappears_keeps_its_first_seen_time(company):
    doc = company.store.get("webhook", FOLLOW_UP)
    first = ours(FOLLOW_UP).first_seen_at
    company.store.delete("webhook", FOLLOW_UP)
    sync()
    company.store.add([("webhook", doc)])

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert read.counts == IN_SYNC | {"in sync": WEBHOOKS - 1, "changed at Quo": 1}
    assert (webhook.missing_since, webhook.first_seen_at, webhook.drift) == (None, first, "changed")
    assert webhook.drift_details[-1] == ["state", "missing at Quo", "at Quo again"]


def test_webhook_deleted_here_and_at_quo_is_in_sync(company):
    Webhook.objects.filter(quo_id=FOLLOW_UP).update(missing_since=timezone.now(), deleted_by="olga")
    change(company, FOLLOW_UP, deletedAt="2026-11-23T08:00:00Z")

    assert sync().counts == IN_SYNC
    assert (ours(FOLLOW_UP).drift, ours(FOLLOW_UP).deleted_by) == ("", "olga")


def test_simultaneous_drift_kinds_are_each_reported_correctly(company):
    change(company, FOLLOW_UP, label="Other")
    change(company, "WHHFUC34vHh", key=OTHER_KEY, label="Also other")
    company.store.delete("webhook", "WH8Tb2TbhYz")
    change(company, "WHabc123Kf", deletedAt="2026-11-23T08:00:00Z")
    company.store.add([("webhook", webhook_json(id="WHnew", userId=DANIEL))])
    company.store.add([("webhook", webhook_json(id="WHodd", userId=MAYA, events=["fax.received"]))])

    read = sync()

    assert read.counts == {
        "members": MEMBERS,
        "numbers": NUMBERS,
        "webhooks": WEBHOOKS + 1,
        "in sync": WEBHOOKS - 4,
        "not created here": 2,
        "changed at Quo": 1,
        "key changed": 1,
        "missing at Quo": 2,
    }
    marked = dict(Webhook.objects.exclude(drift="").values_list("quo_id", "drift"))
    assert marked == {
        FOLLOW_UP: "changed",
        "WHHFUC34vHh": "key-changed",
        "WH8Tb2TbhYz": "missing",
        "WHabc123Kf": "missing",
        "WHnew": "not-created-here",
        "WHodd": "not-created-here",
    }


def test_accepted_webhook_is_in_sync_until_it_changes_again(company):
    change(company, FOLLOW_UP, label="Other")
    sync()

    assert drift.accept(actor="olga", webhooks=[ours(FOLLOW_UP)]) == 1

    assert (ours(FOLLOW_UP).drift, ours(FOLLOW_UP).drift_details) == ("", [])
    assert recorded(FOLLOW_UP)[0] == ("drift.accepted", "Changed at Quo", "in sync")
    change(company, FOLLOW_UP, label="Yet another")
    sync()
    assert ours(FOLLOW_UP).drift_details == [["label", "Other", "Yet another"]]


def test_drift_found_after_page_load_is_not_accepted(company):
    change(company, FOLLOW_UP, label="Other")
    sync()
    on_the_page = ours(FOLLOW_UP)
    change(company, FOLLOW_UP, key=OTHER_KEY)
    sync()

    assert drift.accept(actor="olga", webhooks=[on_the_page]) == 0
    assert ours(FOLLOW_UP).drift == "key-changed"


def test_drift_found_after_list_load_is_not_accepted_by_accept_all(company, operator, monkeypatch):
    for quo_id in (FOLLOW_UP, "WHHFUC34vHh"):
        change(company, quo_id, label="Other")
    record, shown = webhooks._record, []

    def between(listed, **options):
        if Webhook.objects.filter(drift="changed").exists() and not shown:
            shown.append(operator.get("/webhooks/accept/?kind=changed").content.decode())
        return record(listed, **options)

    monkeypatch.setattr(webhooks, "_record", between)
    monkeypatch.setattr(webhooks, "AT_ONCE", 1)
    sync()
    assert "Accept 1 webhook changed at Quo?" in shown[0]

    before = re.search(r'name="before" value="([^"]+)"', shown[0])[1]
    operator.post("/webhooks/accept/", {"kind": "changed", "before": before})

    assert Webhook.objects.filter(drift="changed").count() == 1


def test_lists_of_former_members_are_read_while_they_have_webhooks(company, monkeypatch):
    monkeypatch.setattr(Observed, "checks_ids", False)  # Quo’s own answer is not documented
    sync()
    company.store.delete("user", TOM)
    before = len(company.calls.all())

    assert sync().counts == IN_SYNC | {"members": MEMBERS - 1}
    assert len(company.calls.all()) - before == 2 + MEMBERS
    assert Member.objects.get(quo_id=TOM).missing_since

    for doc in company.store.all("webhook"):
        if doc["userId"] == TOM:
            company.store.delete("webhook", doc["id"])
    sync()
    sync()

    assert not [call for call in company.calls.all()[-7:] if TOM in call.path]
    assert not MemberList.objects.filter(member_id=TOM).exists()


def test_webhooks_of_a_member_without_a_list_are_read_one_by_one(company):
    sync()
    company.store.delete("user", TOM)
    toms = [doc["id"] for doc in company.store.all("webhook") if doc["userId"] == TOM]
    company.store.delete("webhook", toms[0])

    synced = sync()

    assert synced.failure == ""
    assert synced.counts["missing at Quo"] == 1
    assert ours(toms[0]).drift == "missing"
    assert [ours(id).missing_since for id in toms[1:]] == [None] * (len(toms) - 1)
    assert not stale().exists()


# Attempts and deletes whose answer was lost


def test_open_attempts_are_reconciled_before_comparison(company):
    attempt = unknown(ago=5)
    doc = made_at_quo(company)

    read = sync()

    assert state(attempt) == "found"
    assert (ours(doc["id"]).created_by, ours(doc["id"]).drift) == ("ada", "")
    assert "not created here" not in read.counts


@pytest.mark.parametrize("member", [None, MAYA])
def test_owner_list_reconciles_attempts_of_owner_or_without_member(company, member):
    attempt = unknown(ago=5, user_id=member)
    made_at_quo(company, userId=MAYA)

    sync()

    assert state(attempt) == "found"


def test_member_list_reconciles_only_attempts_of_that_member(company):
    toms, owners = unknown(ago=5, user_id=TOM), unknown(ago=5)
    doc = made_at_quo(company, userId=TOM)

    sync()

    assert (state(toms), state(owners)) == ("found", "unknown")
    assert toms.webhook.quo_id == doc["id"]


def test_drift_is_cleared_when_an_attempt_claims_the_webhook(company):
    doc = made_at_quo(company)
    sync()
    assert ours(doc["id"]).drift == "not-created-here"
    Webhook.objects.filter(quo_id=doc["id"]).update(first_seen_at=timezone.now())
    attempt = unknown(ago=5)

    look()

    assert state(attempt) == "found"
    assert (ours(doc["id"]).drift, ours(doc["id"]).created_by) == ("", "ada")


def test_sync_attributes_delete_with_lost_response_to_its_user(company):
    company.faults.add("reset_after", "DELETE")
    company.faults.add("status", f"GET {spec.WEBHOOKS}/{FOLLOW_UP}", status=500)
    with pytest.raises(DeletionUnknown):
        delete_webhook(actor="olga", webhook=ours(FOLLOW_UP))
    assert ours(FOLLOW_UP).missing_since is None

    read = sync()

    webhook = ours(FOLLOW_UP)
    assert (webhook.deleted_by, webhook.drift) == ("olga", "")
    assert webhook.missing_since
    assert recorded(FOLLOW_UP)[0][0] == "webhook.deleted"
    assert read.counts["missing at Quo"] == 1


def test_rejected_delete_is_not_attributed_when_webhook_goes_missing(company):
    for act in (Action.DELETE_UNKNOWN, Action.DELETE_REFUSED):
        record(actor="olga", action=act, target=FOLLOW_UP)
    company.store.delete("webhook", FOLLOW_UP)

    sync()

    assert (ours(FOLLOW_UP).deleted_by, ours(FOLLOW_UP).drift) == ("", "missing")


def test_sync_that_completes_a_delete_clears_drift(company):
    Webhook.objects.filter(quo_id=FOLLOW_UP).update(drift="not-created-here", drift_since=NOON)
    record(actor="olga", action=Action.DELETE_UNKNOWN, target=FOLLOW_UP)
    company.store.delete("webhook", FOLLOW_UP)

    sync()

    assert (ours(FOLLOW_UP).deleted_by, ours(FOLLOW_UP).drift) == ("olga", "")


def test_delete_in_progress_is_not_marked_missing(company):
    record(actor="olga", action=Action.DELETE_STARTED, target=FOLLOW_UP)
    company.store.delete("webhook", FOLLOW_UP)

    sync()

    assert (ours(FOLLOW_UP).deleted_by, ours(FOLLOW_UP).drift) == ("olga", "")


# Keys


def test_sync_restores_keys_after_field_keys_were_lost(company, settings):
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(sealing.KeyUnreadable):
        sealing.unseal(ours(FOLLOW_UP).key_sealed)

    read = sync()

    there = company.store.get("webhook", FOLLOW_UP)["key"]
    assert sealing.unseal(ours(FOLLOW_UP).key_sealed) == there
    assert read.counts == IN_SYNC


def test_sync_encrypts_every_key_with_the_newest_field_key(company, settings):
    new = Fernet.generate_key().decode()
    settings.FIELD_KEYS = [new, *settings.FIELD_KEYS]

    read = sync()

    settings.FIELD_KEYS = [new]
    assert read.counts == IN_SYNC
    for webhook in Webhook.objects.all():
        assert sealing.unseal(webhook.key_sealed)


# How much it costs


def test_query_count_is_low_for_five_thousand_webhooks(sandbox, django_assert_max_num_queries):
    for doc in sandbox.store.all("webhook"):
        sandbox.store.delete("webhook", doc["id"])
    docs = [webhook_json(id=f"WHmany{n}", userId=TOM) for n in range(5000)]
    sandbox.store.add([("webhook", doc) for doc in docs])
    sealed, mark = sealing.seal(KEY), sealing.fingerprint(KEY)
    names = [
        *("user_id", "org_id", "label", "status", "url", "created_at", "updated_at"),
        *("deleted_at", "events", "resource_ids"),
    ]
    Webhook.objects.bulk_create(
        Webhook(
            quo_id=data.id,
            key_sealed=sealed,
            sealed_with=sealing.newest_mark(),
            key_fingerprint=mark,
            created_or_seen_at=NOON,
            first_seen_at=NOON,
            last_seen_at=NOON,
            **{name: getattr(data, name) for name in names},
            **derived(data),
        )
        for data in map(WebhookData.from_json, docs)
    )
    clock = 25 if connection.vendor == "postgresql" else 0  # asked for each chunk
    with django_assert_max_num_queries(80 + clock):
        counts = webhooks.read(TOM, "ada")

    assert counts == {"webhooks": 5000, "in sync": 5000}
    assert not Webhook.objects.filter(last_seen_at=NOON).exists()


def test_webhook_that_the_database_refuses_does_not_stop_the_others(company, monkeypatch, caplog):
    """All of a list are stored together; if that fails, one by one."""
    store_new, at_once = webhooks.store_new, []

    def refuse_many(listed, **options):
        at_once.append(len(listed))
        if len(listed) > 1:
            raise DatabaseError("one of them cannot be stored")
        return store_new(listed, **options)

    Webhook.objects.all().delete()
    monkeypatch.setattr(webhooks, "store_new", refuse_many)
    sync()

    assert Webhook.objects.count() == sum(size for size in at_once if size == 1)
    assert "could not be stored together" in caplog.text
