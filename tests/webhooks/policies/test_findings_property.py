"""After every step of random histories, the stored findings are what a slow reader finds."""

import pytest
from django.contrib.auth.models import User

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.audit.services import record
from quo_admin.quo import spec
from quo_admin.quo.types import MemberData
from quo_admin.template_tags import pairs
from quo_admin.webhooks.endpoints import host_of, normalized_url
from quo_admin.webhooks.inventory.services import Gone, _mark_missing
from quo_admin.webhooks.models import Finding, Webhook
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.webhooks.store import record_creator, store
from quo_admin.worker.kept_rows import KEPT
from quo_admin.workspace.models import Member, Number
from tests import histories
from tests.factories import make_webhook_data, number_data

pytestmark = pytest.mark.django_db

IN, OUT = spec.MessageEvent
CALLS, CONTACTS = "call.completed", ["contact.updated"]
MANY = [f"PN{place}" for place in range(11)]
IDS = [f"WH{place}" for place in range(4)]
NUMBERS = ["PNa", "PNb", "PN0"]
PEOPLE = ["olga", "otto"]
URLS = ["https://a.example/x", "https://A.example:443/x/", "HTTP://a.example/x"]
URLS += [
    "https://a.example/y",
    "https://b.example",
    "https://b.example/y",
    "https://10.0.0.8/x",
    None,
]
CHOICES = {
    "events": [[IN], [IN], [OUT], [IN, OUT], [IN, CALLS], CONTACTS, None],
    "resourceIds": [["*"], ["PNa"], ["PNa"], ["PNb"], ["PNa", "PNb"], ["*", "PNb"], MANY, [], None],
    "url": URLS,
    "status": ["enabled", "enabled", "enabled", None, "paused", "disabled"],
    "userId": [None, "", "USa", "USb"],
    "key": ["a2V5IG9uZQ==", "a2V5IHR3bw=="],
    "deletedAt": [None, None, None, None, "2026-11-22T11:59:59.123Z"],
}


def step(chance):
    """Draw a step: most store a webhook, as most changes do."""
    id, who = chance.choice(IDS), chance.choice(PEOPLE)
    if chance.random() < 0.5:
        return "store", {"id": id} | {name: chance.choice(some) for name, some in CHOICES.items()}
    return chance.choice(
        [
            ("delete", id),
            ("creator", id, who),
            ("numbers", chance.sample(NUMBERS, chance.randint(1, 3))),
            ("members", chance.sample(["USa", "USb"], chance.randint(1, 2))),
            ("person", who, chance.random() < 0.5),
            ("rename", who, chance.choice(PEOPLE)),
            ("remove", who),
            ("reveal", id, who),
        ]
    )


def test_findings_match_the_reference_after_every_step():
    [findings] = [rows for rows in KEPT if rows.name == "findings"]

    def check():
        assert stored_findings() == reference()
        assert findings.differences(findings.next_keys(0)) == []

    histories.run(step, STEPS, check)


def stored_findings():
    return set(Finding.objects.values_list("webhook__quo_id", "policy", "subject"))


# The steps


def store_webhook(values, now):
    store(make_webhook_data(**values), now=now)


def delete(id, now):
    for webhook in Webhook.objects.filter(quo_id=id):
        _mark_missing("olga", webhook, Gone.DELETED)


def created_by(id, who, now):
    for webhook in Webhook.objects.filter(quo_id=id):
        record_creator(webhook, by=who)


def read_numbers(ids, now):
    rows = [Number.of(number_data(id=id), now=now) for id in ids]
    Number.objects.store_list(rows, requested_at=now)


def read_members(ids, now):
    docs = [{"id": id, "firstName": "Maya", "lastName": "Ortiz", "role": "owner"} for id in ids]
    rows = [Member.of(MemberData.from_json(doc), now=now) for doc in docs]
    Member.objects.store_list(rows, requested_at=now)


def save_person(name, active, now):
    person = User.objects.filter(username=name).first() or User(username=name)
    person.is_active = active
    person.save()


def rename(name, new, now):
    for person in User.objects.filter(username=name):
        if not User.objects.filter(username=new).exists():
            person.username = new
            person.save()


def remove(name, now):
    for person in User.objects.filter(username=name):
        person.delete()


def reveal(id, name, now):
    """Only people with an active account can see a key."""
    for webhook in Webhook.objects.filter(quo_id=id):
        if User.objects.filter(username=name, is_active=True).exists():
            words = f"fingerprint {pairs(webhook.key_fingerprint)}"
            record(actor=name, action=Action.KEY_REVEALED, target=id, after=words)


STEPS = {
    "store": store_webhook,
    "delete": delete,
    "creator": created_by,
    "numbers": read_numbers,
    "members": read_members,
    "person": save_person,
    "rename": rename,
    "remove": remove,
    "reveal": reveal,
}


# The slow reader: what of each webhook breaks a policy, among all of them


def reference():
    webhooks = list(Webhook.objects.filter(missing_since=None))
    return {
        (webhook.quo_id, policy, subject)
        for webhook in webhooks
        for policy in POLICIES
        for subject in READERS[policy](webhook, webhooks)
    }


def sends(webhook):
    return webhook.status != "disabled"


def covered(webhook):
    """Its subscriptions: each event of each number."""
    return {(event, id) for event in webhook.events or [] for id in webhook.resource_ids or []}


def numbers_of(webhook):
    return {id for _, id in covered(webhook)}


def is_for_contacts(webhook):
    return webhook.events == CONTACTS


def plain_http(webhook, others):
    return [""] if (webhook.url or "").startswith("HTTP:") else []


def all_numbers(webhook, others):
    return [""] if "*" in numbers_of(webhook) and not is_for_contacts(webhook) else []


def many_numbers(webhook, others):
    return [""] if webhook.resource_ids == MANY and not is_for_contacts(webhook) else []


def disabled(webhook, others):
    return [] if sends(webhook) else [""]


def unreachable(webhook, others):
    return [""] if webhook.url == "https://10.0.0.8/x" else []


def doubled(webhook, others):
    return [
        other.quo_id
        for other in others
        if other != webhook
        and sends(webhook)
        and sends(other)
        and webhook.url
        and other.url
        and normalized_url(webhook.url) == normalized_url(other.url)
        and any(
            event == again and (id == same or "*" in (id, same))
            for event, id in covered(webhook)
            for again, same in covered(other)
        )
    ]


def left_numbers(webhook):
    here = set(Number.objects.filter(missing_since=None).values_list("quo_id", flat=True))
    return numbers_of(webhook) - here - {"*"} if Number.objects.exists() else set()


def number_left(webhook, others):
    left = left_numbers(webhook)
    return left if numbers_of(webhook) - left else []


def all_numbers_left(webhook, others):
    left = left_numbers(webhook)
    return [""] if left and not numbers_of(webhook) - left else []


def host_once(webhook, others):
    hosts = [host_of(other.url) for other in others if sends(other)]
    host = host_of(webhook.url)
    return [host] if sends(webhook) and host and hosts.count(host) == 1 else []


def is_active(name):
    return User.objects.filter(username=name, is_active=True).exists()


def creator_left(webhook, others):
    found = []
    here = Member.objects.filter(quo_id=webhook.user_id, missing_since=None)
    if webhook.user_id and Member.objects.exists() and not here.exists():
        found.append(f"member {webhook.user_id}")
    if webhook.created_by and not is_active(webhook.created_by):
        found.append(f"staff {webhook.created_by}")
    return found


def key_seen_by_former_user(webhook, others):
    words = f"fingerprint {pairs(webhook.key_fingerprint)}"
    seen = Entry.objects.filter(target=webhook.quo_id, action=Action.KEY_REVEALED, after=words)
    return {entry.actor for entry in seen if not is_active(entry.actor)}


READERS = {
    "plain-http": plain_http,
    "all-numbers": all_numbers,
    "many-numbers": many_numbers,
    "disabled": disabled,
    "unreachable": unreachable,
    "doubled": doubled,
    "number-left": number_left,
    "all-numbers-left": all_numbers_left,
    "host-once": host_once,
    "creator-left": creator_left,
    "key-seen-by-former-user": key_seen_by_former_user,
}
