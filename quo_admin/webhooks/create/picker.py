"""The number picker of the create page and the planner."""

from collections import defaultdict
from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.webhooks.create.fields import split_ids
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number

MAX_CHECKBOXES = 200  # on a page; a longer list is searched, not scrolled
HOSTS_SHOWN = 10  # in the title of a choice


@dataclass(frozen=True)
class Choice:
    """One number to select, and the hosts that already receive its messages."""

    number: Number
    chosen: bool
    hosts: list[str]

    @property
    def first_host(self) -> str:
        if not self.hosts:
            return "No webhook"
        more = len(self.hosts) - 1
        return f"{self.hosts[0]} and {more} more" if more else self.hosts[0]

    @property
    def all_hosts(self) -> str:
        more = " and more" if len(self.hosts) > HOSTS_SHOWN else ""
        return ", ".join(self.hosts[:HOSTS_SHOWN]) + more


@dataclass(frozen=True)
class Picker:
    """What the field for numbers shows.

    Attributes:
        all_numbers: "All numbers" is selected.
        choices: selected numbers first, then those that the search finds; at most 200.
        matching: how many numbers the search finds, shown or not.
        known: how many numbers the company has.
        typed: input without a checkbox: unknown IDs, and whatever else was typed.
        words: the search.
    """

    all_numbers: bool
    choices: list[Choice]
    matching: int
    known: int
    typed: str
    words: str

    @property
    def chosen(self) -> int:
        return sum(choice.chosen for choice in self.choices) + len(split_ids(self.typed))

    @property
    def hidden(self) -> int:
        unchosen = sum(not choice.chosen for choice in self.choices)
        return max(self.matching - unchosen, 0)


def picker(typed: str, *, words: str) -> Picker:
    """Return the picker for what was selected and typed so far, and the search."""
    ids = split_ids(typed)
    here = Number.objects.current()
    first = ids[:MAX_CHECKBOXES]
    chosen = sorted(here.filter(quo_id__in=first), key=lambda n: first.index(n.quo_id))
    boxed = {number.quo_id for number in chosen}
    matches = here.search(words).exclude(quo_id__in=boxed)
    offered = list(matches[: MAX_CHECKBOXES - len(chosen)])
    hosts = hosts_reached([number.quo_id for number in (*chosen, *offered)])
    return Picker(
        all_numbers=spec.ALL_PHONE_NUMBERS in ids,
        choices=[Choice(n, n.quo_id in boxed, hosts[n.quo_id]) for n in (*chosen, *offered)],
        matching=matches.count(),
        known=here.count(),
        typed="\n".join(id for id in ids if id not in boxed and id != spec.ALL_PHONE_NUMBERS),
        words=words,
    )


def hosts_reached(ids: list[str]) -> dict[str, list[str]]:
    """Return the hosts that receive the messages of each number."""
    rows = (
        Subscription.objects.sending()
        .filter(event=spec.MessageEvent.RECEIVED, resource_id__in=[*ids, spec.ALL_PHONE_NUMBERS])
        .exclude(webhook__host="")
        .values_list("resource_id", "webhook__host")
        .distinct()
        .order_by("webhook__host")
    )
    found: dict[str, list[str]] = defaultdict(list)
    for id, host in rows:
        found[id].append(host)
    everywhere = found[spec.ALL_PHONE_NUMBERS]
    return defaultdict(list, {id: list(dict.fromkeys(found[id] + everywhere)) for id in ids})
