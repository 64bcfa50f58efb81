"""Coverage asked naively, for tests/bench/coverage.py: a loop with queries for each number."""

from collections import Counter
from datetime import timedelta

from django.utils import timezone

from quo_admin.numbers.coverage import EVENTS, State
from quo_admin.numbers.day import existing, known_on
from quo_admin.numbers.models import Note
from quo_admin.webhooks.models import Webhook


def first(rows, *, gap=None, q="", member="", on=None):
    """Return the ids of the first numbers that are asked for."""
    found = []
    for number in known_on(on).order_by("group_id", "name", "quo_id"):
        if member and member not in number.member_ids:
            continue
        ways = {name: reached(number, event, on) for name, event in EVENTS.items()}
        if q and not searched(number, ways, q):
            continue
        if gap and not gap.includes(marks(number) | states(number, ways, on)):
            continue
        found.append(number.quo_id)
        if len(found) == rows:
            break
    return found


def reached(number, event, on):
    webhooks = Webhook.objects.filter(
        existing(on),
        subscriptions__event=event,
        subscriptions__resource_id__in=[number.quo_id, "*"],
    )
    return list(webhooks.defer("key_sealed"))


def searched(number, ways, q):
    hosts = {each.host for some in ways.values() for each in some if each.status == "enabled"}
    return any(q.lower() in (text or "").lower() for text in (number.name, number.quo_id, *hosts))


def states(number, ways, on):
    events = {name: EVENTS[name] for name in ways}
    window = (on.begins, on.ends) if on else (None, None)
    notes = Note.objects.holding(*window).filter(number_id=number.quo_id)
    noted = set(notes.values_list("event", flat=True))
    return {name: state(ways[name], noted=events[name] in noted) for name in ways}


def state(webhooks, *, noted):
    sending = [webhook for webhook in webhooks if webhook.status == "enabled"]
    if any(n > 1 for n in Counter(each.place for each in sending if each.place).values()):
        return State.DUPLICATED
    if any("*" not in each.resource_ids for each in sending):
        return State.COVERED
    if sending:
        return State.ALL_NUMBERS
    if noted:
        return State.NOTED
    return State.ONLY_DISABLED if webhooks else State.NOT_COVERED


def marks(number):
    since = timezone.now() - timedelta(days=7)
    new = number.first_seen_at >= since and (number.created_at or since) >= since
    restricted = "US" in number.no_messaging_to
    return {"new": new, "porting": bool(number.porting_status), "restricted": restricted}


def ways_of(number_id):
    """Look through every webhook for those of one number. There is no list to be compared."""
    webhooks = Webhook.objects.defer("key_sealed")
    assert [each for each in webhooks if {number_id, "*"} & set(each.resource_ids)]
