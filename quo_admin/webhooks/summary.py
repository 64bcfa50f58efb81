"""The summary sentence of a webhook: which events of which numbers are sent where."""

from collections.abc import Sequence
from dataclasses import dataclass

from quo_admin.quo import spec

INCOMPLETE = "Choose numbers, events and an endpoint to see what this webhook will do."
NAMES_SHOWN = 6  # with more, the sentence would be a list
MESSAGES = {
    (spec.MessageEvent.RECEIVED,): "Messages received by ",
    (spec.MessageEvent.DELIVERED,): "Messages delivered from ",
    (spec.MessageEvent.RECEIVED, spec.MessageEvent.DELIVERED): (
        "Messages received by and delivered from "
    ),
}


@dataclass(frozen=True)
class Part:
    """A part of the sentence. A fact is emphasized, like a value filled in on a form."""

    text: str
    fact: bool = False


def sentence(
    *,
    events: Sequence[str],
    names: Sequence[str],
    all_numbers: bool,
    known: int,
    host: str,
    disabled: bool = False,
    created: bool = False,
) -> list[Part]:
    """Return the parts of the sentence, or what is missing to complete it.

    Args:
        events: Quo's names; other than the two message events are shown as they are.
        names: of the numbers.
        all_numbers: the webhook is on all numbers, whatever ``names`` holds.
        known: how many numbers the company has now, as far as we know.
        host: of the endpoint URL; "" if it is not known.
        disabled: it sends nothing, and cannot be enabled.
        created: the webhook exists ("are sent") and is not about to ("will be sent").
    """
    if not (events and (names or all_numbers) and host):
        return [Part(INCOMPLETE)]
    verb = "would be sent to " if disabled else "are sent to " if created else "will be sent to "
    parts = [
        *messages(tuple(events)),
        *numbers(names, all_numbers=all_numbers, known=known),
        Part(f" {verb}"),
        Part(host, fact=True),
        Part("."),
    ]
    if disabled:
        parts.append(
            Part(" The webhook is disabled: nothing is sent, and Quo cannot enable it again.")
        )
    return parts


def messages(events: tuple[str, ...]) -> list[Part]:
    ordered = tuple(event for event in spec.MessageEvent if event in events)
    others = [event for event in events if event not in ordered]
    if others:
        return [Part("Events "), Part(", ".join(events), fact=True), Part(" of ")]
    return [Part(MESSAGES[ordered])]


def numbers(names: Sequence[str], *, all_numbers: bool, known: int) -> list[Part]:
    if all_numbers:
        now = f"all numbers ({known} now, and numbers added later)" if known else "all numbers"
        return [Part(now, fact=True)]
    shown = [Part(name, fact=True) for name in names[:NAMES_SHOWN]]
    if len(names) > NAMES_SHOWN:
        shown.append(Part(f"{len(names) - NAMES_SHOWN} more", fact=True))
    parts = [shown[0]]
    for place, part in enumerate(shown[1:], start=2):
        parts += [Part(" and " if place == len(shown) else ", "), part]
    return parts
