"""Key handover: first the audit log, then once, to one person."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
from django.utils import timezone

from quo_admin.accounts import recent_authentication
from quo_admin.audit.models import Entry
from quo_admin.batches import key_handover
from quo_admin.batches.models import BatchRow, KeyHandover
from quo_admin.webhooks.keys import access
from quo_admin.webhooks.models import Attempt, Webhook
from tests.batches.batch_runs import URL, started_batch
from tests.factories import KEY, make_webhook
from tests.words import text

pytestmark = pytest.mark.django_db
HANDED = "key.handed_over"


def made(batch, row, **changes):
    """Let a row have made a webhook."""
    item = BatchRow.objects.get(batch=batch, row=row)
    values = {"label": item.label, "url": URL, "resourceIds": item.numbers}
    webhook = make_webhook(**(values | changes))
    now = timezone.now()
    Attempt.objects.create(
        actor="olga",
        token=item.token,
        payload=item.payload,
        state="created",
        started_at=now,
        ended_at=now,
        webhook=webhook,
    )
    return webhook


@pytest.fixture
def batch(db):
    """Of three rows, two of which have made a webhook."""
    batch = started_batch(3)
    made(batch, 1, id="WHone")
    made(batch, 2, id="WHtwo")
    return batch


def at(batch):
    return f"/batches/{batch.pk}/keys/"


def test_keys_are_shown_once_as_environment_lines(operator, batch):
    shown = operator.post(at(batch), {"form": "env"}, follow=True)
    address = shown.redirect_chain[-1][0]
    again = operator.get(address, follow=True)

    lines = shown.context["sheet"].text.splitlines()
    assert lines == [
        "# hooks.example.com",
        "# WHone, fingerprint 9601-3ead, Front desk – (415) 555-0134",
        f"QUO_WEBHOOK_KEY_FRONT_DESK_415_555_0134={KEY}",
        "# WHtwo, fingerprint 9601-3ead, Billing – (415) 555-0142",
        f"QUO_WEBHOOK_KEY_BILLING_415_555_0142={KEY}",
    ]
    assert KEY in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert shown["Refresh"] == f"60; url={at(batch)}"
    assert KEY not in address
    assert again.redirect_chain == [(at(batch), 302)]
    assert KEY not in again.content.decode()


def test_keys_are_shown_as_json_by_host_and_id(operator, batch):
    made(batch, 3, id="WHthree", url="https://other.example.com/in")

    shown = operator.post(at(batch), {"form": "json"}, follow=True)

    values = json.loads(shown.context["sheet"].text)
    assert list(values) == ["hooks.example.com", "other.example.com"]
    assert values["other.example.com"]["WHthree"]["key"] == KEY
    assert values["hooks.example.com"]["WHone"]["label"] == "Front desk – (415) 555-0134"


def test_each_key_is_in_the_audit_log_before_any_is_shown(operator, batch):
    given = operator.post(at(batch), {"form": "env"})

    entries = Entry.objects.filter(action=HANDED).order_by("target")
    assert [(entry.actor, entry.target, entry.after) for entry in entries] == [
        ("olga", "WHone", "fingerprint 9601-3ead"),
        ("olga", "WHtwo", "fingerprint 9601-3ead"),
    ]
    operator.get(given["Location"])
    operator.get(given["Location"])
    assert Entry.objects.filter(action=HANDED).count() == 2


def test_key_is_not_shown_when_audit_entry_fails(operator, batch, monkeypatch):
    def broken(**values):
        raise RuntimeError("the audit log is broken")

    monkeypatch.setattr(key_handover.audit, "record", broken)
    operator.raise_request_exception = False

    response = operator.post(at(batch), {"form": "env"})

    assert response.status_code == 500
    assert not KeyHandover.objects.exists()


def test_key_handover_counts_as_having_seen_the_key(operator, batch):
    operator.post(at(batch), {"form": "env"})

    [sight] = access.seen_by(Webhook.objects.get(quo_id="WHone"))

    assert (sight.actor, sight.shown, sight.how) == ("olga", 1, "Shown")
    assert "WHtwo" in {row["target"] for part in access.current_access("olga") for row in part}


def test_key_handover_link_is_for_one_user_one_batch_and_one_minute(operator, signed_in, batch):
    other = signed_in("Operators", "otto")
    address = operator.post(at(batch), {"form": "env"})["Location"]
    token = address.split("/")[-2]

    assert KEY not in other.get(address, follow=True).content.decode()
    elsewhere = at(started_batch(1, url="https://other.example.com/in"))
    assert KEY not in operator.get(f"{elsewhere}{token}/", follow=True).content.decode()
    assert operator.head(address).status_code == 405
    KeyHandover.objects.update(given_at=timezone.now() - KeyHandover.LIFE - timedelta(seconds=1))
    assert KEY not in operator.get(address, follow=True).content.decode()


def test_confirmation_page_contains_no_key_and_explains_the_handover(operator, batch):
    response = operator.get(at(batch))

    assert KEY not in response.content.decode()
    assert "Hand over 2 keys" in text(response)
    assert "Your view of each key is recorded in the audit log" in text(response)
    assert not Entry.objects.filter(action=HANDED).exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_old_sign_in_redirects_to_reauthentication(operator, batch, monkeypatch, method):
    monkeypatch.setattr(recent_authentication, "is_recent", lambda request: False)

    response = getattr(operator, method)(at(batch))

    assert response["Location"].startswith("/accounts/reauthenticate/?next=%2Fbatches%2F")
    assert not Entry.objects.filter(action=HANDED).exists()


def test_viewer_cannot_get_keys(viewer, batch):
    assert viewer.get(at(batch)).status_code == 403
    assert viewer.post(at(batch), {"form": "env"}).status_code == 403


def test_large_batch_is_handed_over_page_by_page(operator, batch, monkeypatch):
    monkeypatch.setattr(key_handover, "KEYS_PER_PAGE", 1)

    page = operator.get(f"{at(batch)}?page=2")
    shown = operator.post(at(batch), {"form": "env", "page": "2"}, follow=True)

    assert "at most 1 per page" in text(page)
    assert "WHtwo" in shown.context["sheet"].text
    assert "WHone" not in shown.context["sheet"].text
    assert [entry.target for entry in Entry.objects.filter(action=HANDED)] == ["WHtwo"]


def test_webhooks_missing_or_without_key_are_omitted_and_counted(operator, batch):
    Webhook.objects.filter(quo_id="WHone").update(missing_since=timezone.now())
    made(batch, 3, key=None)

    response = operator.get(at(batch))

    assert "2 webhooks of this batch have no key here" in text(response)
    assert "Hand over 1 key" in text(response)


def test_batch_without_webhooks_has_no_key_handover(operator):
    batch = started_batch(1)

    assert "No keys to hand over yet." in text(operator.get(at(batch)))
    assert operator.post(at(batch), {"form": "env"}).status_code == 200
    assert not KeyHandover.objects.exists()


def test_invalid_format_hands_over_nothing(operator, batch):
    assert operator.post(at(batch), {"form": "yaml"}).status_code == 200
    assert not KeyHandover.objects.exists()


def test_key_that_cannot_be_decrypted_gives_a_message_and_no_key(operator, batch, settings):
    settings.FIELD_KEYS = ["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]

    response = operator.post(at(batch), {"form": "env"}, follow=True)

    assert "cannot be decrypted with the current FIELD_KEYS" in text(response)


def test_environment_lines_are_quoted_safely():
    webhook = make_webhook(id="WHodd", label="Fine\nPATH=/tmp #", url="https://a.example/\n")

    names = {"WHodd": "QUO_WEBHOOK_KEY_FINE_PATH_TMP"}
    lines = key_handover.as_env([(webhook, "a key' with\nodd $(things)")], names).split("\n")

    assert lines[1] == f"# WHodd, fingerprint {lines[1][21:30]}, Fine PATH=/tmp #"
    assert lines[2:] == ["QUO_WEBHOOK_KEY_FINE_PATH_TMP='a key'\"'\"' with", "odd $(things)'"]


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Front desk – (415)", "QUO_WEBHOOK_KEY_FRONT_DESK_415"),
        ("", "QUO_WEBHOOK_KEY_WHMADE7"),
        (None, "QUO_WEBHOOK_KEY_WHMADE7"),
        ("Büro", "QUO_WEBHOOK_KEY_B_RO"),
        ("受付", "QUO_WEBHOOK_KEY_WHMADE7"),
        ("$(reboot)\nPATH=", "QUO_WEBHOOK_KEY_REBOOT_PATH"),
    ],
)
def test_variable_name_is_derived_from_the_label(label, name):
    batch = started_batch(1)
    made(batch, 1, id="WHmade7", label=label)

    assert key_handover.variable_names(batch) == {"WHmade7": name}


def test_conflicting_variable_names_contain_the_id_on_every_page(operator, batch, monkeypatch):
    monkeypatch.setattr(key_handover, "KEYS_PER_PAGE", 1)
    Webhook.objects.filter(quo_id="WHone").update(label="A b")
    Webhook.objects.filter(quo_id="WHtwo").update(label="a-B")
    made(batch, 3, id="WHthree", label="A")

    sheets = [
        operator.post(at(batch), {"form": "env", "page": page}, follow=True).context["sheet"].text
        for page in "123"
    ]

    assert [sheet.split("\n")[2].split("=")[0] for sheet in sheets] == [
        "QUO_WEBHOOK_KEY_A_B_WHONE",
        "QUO_WEBHOOK_KEY_A_B_WHTWO",
        "QUO_WEBHOOK_KEY_A",
    ]


def test_keys_are_in_the_order_of_the_receipt(operator, batch):
    items = list(batch.rows.order_by("row")[:2])
    for item, row in zip(items, (9, 1), strict=True):
        batch.rows.filter(pk=item.pk).update(row=row)

    response = operator.get(at(batch))

    assert [w.quo_id for w in response.context["page"]] == ["WHtwo", "WHone"]


def test_handed_over_keys_are_marked_on_pages_and_in_export(operator, batch, monkeypatch):
    assert text(operator.get(at(batch))).count("Not yet") == 2
    monkeypatch.setattr(key_handover, "KEYS_PER_PAGE", 1)
    operator.post(at(batch), {"form": "env"}, follow=True)
    monkeypatch.undo()

    handover = text(operator.get(at(batch)))
    page = text(operator.get(batch.get_absolute_url()))
    exported = operator.post(f"{batch.get_absolute_url()}export/")
    lines = csv.DictReader(StringIO(b"".join(exported.streaming_content).decode("utf-8-sig")))

    assert "just now by olga" in handover
    assert handover.count("Not yet") == 1
    assert "Keys 2, 1 handed over" in page
    assert {row["webhook ID"]: row["key handed over by"] for row in lines if row["webhook ID"]} == {
        "WHone": "olga",
        "WHtwo": "",
    }
