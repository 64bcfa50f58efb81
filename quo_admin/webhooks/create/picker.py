"""The picker of numbers on the create page: what it offers, and what stands beside it."""

from collections import defaultdict
from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.webhooks.create.forms import split_ids
from quo_admin.webhooks.models import Subscription
from quo_admin.workspace.models import Number

MOST_BOXES = 200  # boxes on a page; a longer list is searched, not scrolled


@dataclass(frozen=True)
class Choice:
    """One number to tick, and the hosts that receive its messages already."""

    number: Number
    chosen: bool
    hosts: list[str]


@dataclass(frozen=True)
class Picker:
    """What the numbers' field shows.

    Attributes:
        all_numbers: the star was chosen.
        choices: chosen ones first, then those that the search finds; at the most 200.
        matching: how many numbers the search finds, shown or not.
        known: how many numbers the company has.
        typed: what no box stands for: unknown ids, and whatever else was typed.
        words: what was searched for.
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
    """Return the picker for what was ticked and typed so far, and for what is searched."""
    ids = split_ids(typed)
    here = Number.objects.current()
    chosen = sorted(here.filter(quo_id__in=ids)[:MOST_BOXES], key=lambda n: ids.index(n.quo_id))
    boxed = {number.quo_id for number in chosen}
    matches = here.search(words).exclude(quo_id__in=boxed)
    offered = list(matches[: MOST_BOXES - len(chosen)])
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
    """Return for each number the hosts that receive its messages."""
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
