"""One plain sentence: which texts of which numbers go where. Used before a create and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quo_admin.quo import spec

NAMES_SHOWN = 6  # more than these, and the sentence is a list
TEXTS = {
    (spec.MessageEvent.RECEIVED,): "Texts received by ",
    (spec.MessageEvent.DELIVERED,): "Texts delivered from ",
    (spec.MessageEvent.RECEIVED, spec.MessageEvent.DELIVERED): (
        "Texts received by and delivered from "
    ),
}


@dataclass(frozen=True)
class Part:
    """A piece of the sentence; a fact is drawn as one that was filled in on a form."""

    text: str
    fact: bool = False


def sentence(
    *,
    events: Iterable[str],
    names: Sequence[str],
    all_numbers: bool,
    known: int,
    host: str,
    disabled: bool = False,
    created: bool = False,
) -> list[Part]:
    """Return the sentence in pieces. What is not known yet is said as such.

    Args:
        events: Quo's names; others than the two message events are named as they are.
        names: what the numbers are called.
        all_numbers: the star, whatever ``names`` holds.
        known: how many numbers the company has now, as far as we know.
        host: where the texts go; nothing where that is not known.
        disabled: it sends nothing, and never will.
        created: it exists ("go") rather than is about to ("will go").
    """
    verb = "would go to " if disabled else "go to " if created else "will go to "
    parts = [
        *texts(tuple(events)),
        *numbers(names, all_numbers=all_numbers, known=known),
        Part(f" {verb}"),
        Part(host, fact=True) if host else Part("an address not given yet"),
        Part("."),
    ]
    if disabled:
        parts.append(Part(" It is disabled, so nothing is sent, and Quo can never enable it."))
    return parts


def texts(events: tuple[str, ...]) -> list[Part]:
    ordered = tuple(event for event in spec.MessageEvent if event in events)
    others = [event for event in events if event not in ordered]
    if others:
        return [Part("Events "), Part(", ".join(events), fact=True), Part(" of ")]
    return [Part(TEXTS.get(ordered, "Texts not chosen yet of "))]


def numbers(names: Sequence[str], *, all_numbers: bool, known: int) -> list[Part]:
    if all_numbers:
        now = f"all numbers, {known} now and those bought later" if known else "all numbers"
        return [Part(now, fact=True)]
    if not names:
        return [Part("numbers not chosen yet")]
    shown = [Part(name, fact=True) for name in names[:NAMES_SHOWN]]
    if len(names) > NAMES_SHOWN:
        shown.append(Part(f"{len(names) - NAMES_SHOWN} more", fact=True))
    parts = [shown[0]]
    for place, part in enumerate(shown[1:], start=2):
        parts += [Part(" and " if place == len(shown) else ", "), part]
    return parts
