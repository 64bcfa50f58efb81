"""The labels of filters and their values, and the active filters as chips."""

from collections.abc import Iterable
from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.webhooks.inventory.filters import FOUND, HERE, OTHER, STALE, SYNC, Filters
from quo_admin.webhooks.models import Drift
from quo_admin.webhooks.models.webhook import EVENT_WORDS, MISSING
from quo_admin.webhooks.policies.catalog import POLICIES
from quo_admin.workspace.models import Member, Number

TITLES = {
    "status": "State",
    "event": "Events",
    "family": "Family",
    "host": "Host",
    "member": "Member",
    "created_by": "Created by",
    "drift": "Drift",
    "finding": "Finding",
    "number": "Number",
    "scheme": "Scheme",
}
WORDS: dict[str, dict[str, str]] = {
    "status": {"enabled": "Enabled", "disabled": "Disabled", MISSING: "Deleted or missing"},
    "event": EVENT_WORDS,
    "family": {
        "messages": "Messages",
        "calls": "Calls",
        "call-summaries": "Summaries",
        "call-transcripts": "Transcripts",
        "contacts": "Contacts",
        OTHER: "Others",
    },
    "created_by": {FOUND: "Not created here", HERE: "People here"},
    "drift": {SYNC: "In sync", STALE: "Not checked", **dict(Drift.choices)},
    "finding": {name: policy.short for name, policy in POLICIES.items()},
    "scheme": {"http": "http://"},
}


@dataclass(frozen=True)
class Chip:
    """An active filter in words, with the URL of the list without it."""

    words: str
    address: str


def labels(name: str, values: Iterable[str]) -> dict[str, str]:
    """Return the labels of these values of a filter. A value without a label is its own."""
    values = list(values)
    words = {value: value for value in values} | WORDS.get(name, {})
    if name == "number":
        words |= Number.objects.names(values) | {spec.ALL_PHONE_NUMBERS: "All numbers"}
    elif name == "member":
        known = Member.objects.filter(quo_id__in=values)
        words |= {member.quo_id: str(member) for member in known}
    return words


def chips(filters: Filters) -> list[Chip]:
    return [
        Chip(f"{TITLES[name]}: {_word(name, value)}", filters.but(**{name: ""}).address)
        for name, value in filters.on.items()
    ]


def in_words(filters: Filters) -> str:
    """Return the active filters on one line, for the audit log."""
    words = [f"search “{filters.q}”"] if filters.q else []
    return ", ".join([*words, *(chip.words for chip in chips(filters))])


def _word(name: str, value: str) -> str:
    """Return the label within a sentence: our own in lower case, names as they are."""
    word = labels(name, [value])[value]
    return word.lower() if value in WORDS.get(name, {}) else word
