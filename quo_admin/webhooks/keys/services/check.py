"""Whose key is this? Told by fingerprint, so nothing is opened and nobody sees a key."""

import base64
import binascii
import re
from dataclasses import dataclass, field

from django.views.decorators.debug import sensitive_variables

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook

SHOWN = 10  # webhooks that one answer names; keys are random, so there is hardly ever a second
KEY_BYTES = 32
FINGERPRINT = re.compile(r"([0-9a-f]{4})[-\s]?([0-9a-f]{4})", re.IGNORECASE)
SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
TOO_OFTEN = "not looked at: asked too often"


@dataclass(frozen=True)
class Answer:
    """What was heard. ``asked`` is the webhook that it was held against, if one was named.

    Attributes:
        found: the webhooks with this fingerprint, newest first; without ``asked`` where that is
            among them.
        matches: ``asked`` is among them.
        by_fingerprint: a fingerprint was pasted and no key.
        slips: what was not right about the way it was written, in sentences.
    """

    asked: Webhook | None
    found: list[Webhook]
    matches: bool
    by_fingerprint: bool
    slips: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """The outcome for the audit log."""
        if self.matches:
            return "matches this webhook"
        if not self.found:
            return "no match"
        return f"belongs to {', '.join(webhook.quo_id for webhook in self.found)}"


@sensitive_variables()
def check_key(*, actor: str, pasted: str, webhook: Webhook | None = None) -> Answer:
    """Say whose key or fingerprint this is. The audit log has the outcome before anybody hears it.

    Args:
        actor: username of the staff member, for the audit log.
        pasted: as it was pasted; it is kept nowhere.
        webhook: the one that it is held against, where one was named.
    """
    fingerprint, found, slips = _look(pasted)
    answer = Answer(
        asked=webhook,
        found=[one for one in found if one != webhook],
        matches=bool(webhook and webhook.key_fingerprint == fingerprint),
        by_fingerprint=FINGERPRINT.fullmatch(pasted.strip()) is not None,
        slips=slips,
    )
    _record(actor, webhook or (found[0] if found else None), answer.words)
    return answer


def note_too_often(*, actor: str, webhook: Webhook | None = None) -> None:
    """Write to the audit log that a check was asked for and not looked at."""
    _record(actor, webhook, TOO_OFTEN)


def _look(pasted: str) -> tuple[str, list[Webhook], list[str]]:
    """Return the fingerprint that something has, who has it, and what was amiss."""
    readings = _readings(pasted)
    known = Webhook.objects.defer("key_sealed").order_by("-created_or_seen_at", "-pk")
    for fingerprint, slips in readings:
        if found := list(known.filter(key_fingerprint=fingerprint)[:SHOWN]):
            return fingerprint, found, slips
    fingerprint, slips = readings[0]
    return fingerprint, [], [*slips, *_shape(pasted)]


def _record(actor: str, webhook: Webhook | None, told: str) -> None:
    audit.record(
        actor=actor,
        action=Action.KEY_CHECKED,
        target=webhook.quo_id if webhook else "",
        label=str(webhook or ""),
        after=told,
    )


def _readings(pasted: str) -> list[tuple[str, list[str]]]:
    """Return the fingerprints that it may stand for, each with what was amiss in that reading.

    As it is comes first: only where nothing has that fingerprint do the others count. A list and
    no generator, whose frame would tell its variables in an error report, unlike a function's.
    """
    if match := FINGERPRINT.fullmatch(pasted.strip()):
        return [("".join(match.groups()).lower(), [])]
    text, slips = "".join(pasted.split()), []
    if text != pasted:
        slips.append("It contains white space. Remove it where you store the key.")
    if text.lower().startswith("whsec_"):
        text = text[len("whsec_") :]
        slips.append(
            "It begins with whsec_, like keys of Quo’s newer webhook system. "
            "Keys of v1 webhooks have no prefix."
        )
    found = [(sealing.fingerprint(text), slips)]
    standard = text.translate(str.maketrans("-_", "+/"))
    standard += "=" * (-len(standard) % 4)
    if standard != text:
        slip = (
            "It is encoded as base64url or without padding. Quo uses standard base64 with +, / "
            "and =."
        )
        found.append((sealing.fingerprint(standard), [*slips, slip]))
    if SHA256.fullmatch(text):
        found.append((text[:8].lower(), [*slips, "This is the SHA-256 of a key, not a key."]))
        spelled = base64.b64encode(bytes.fromhex(text)).decode()
        slip = "This is the key in hex. Quo uses base64."
        found.append((sealing.fingerprint(spelled), [*slips, slip]))
    return found


def _shape(pasted: str) -> list[str]:
    """Say what is amiss with the shape of something that is known nowhere."""
    text = "".join(pasted.split())
    if FINGERPRINT.fullmatch(pasted.strip()):
        return [
            "If you computed the fingerprint by hand: “echo” adds a line break to the key and "
            'changes the result. Use: printf %s "$KEY" | sha256sum'
        ]
    try:
        whole = len(base64.b64decode(text, validate=True)) == KEY_BYTES
    except (binascii.Error, ValueError):
        whole = False
    if whole or text.lower().startswith("whsec_"):
        return []
    return ["This does not look like a key. A key has 44 base64 characters."]
