"""Check a key: find its webhook by fingerprint, so no stored key is decrypted or shown."""

import base64
import binascii
import re
from dataclasses import dataclass, field

from django.views.decorators.debug import sensitive_variables

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook

SHOWN = 10  # webhooks named in an answer; keys are random, so a second is very unlikely
KEY_BYTES = 32
FINGERPRINT = re.compile(r"([0-9a-f]{4})[-\s]?([0-9a-f]{4})", re.IGNORECASE)
SHA256 = re.compile(r"[0-9a-f]{64}", re.IGNORECASE)
RATE_LIMITED_RESULT = "not checked: too many requests"


@dataclass(frozen=True)
class Answer:
    """The result of a check. ``expected`` is the webhook that the key should belong to, if given.

    Attributes:
        found: the webhooks with this fingerprint, newest first; without ``expected``.
        matches: the key belongs to ``expected``.
        by_fingerprint: a fingerprint was pasted, not a key.
        mistakes: what is wrong with the pasted text, in sentences.
    """

    expected: Webhook | None
    found: list[Webhook]
    matches: bool
    by_fingerprint: bool
    mistakes: list[str] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """The kind of notice and state."""
        if self.matches or (self.found and not self.expected):
            return "ok"
        return "warn" if self.found else "bad"

    @property
    def outcome(self) -> str:
        """The outcome for the audit log."""
        if self.matches:
            return "matches this webhook"
        if not self.found:
            return "no match"
        return f"belongs to {', '.join(webhook.quo_id for webhook in self.found)}"


@sensitive_variables()
def check_key(*, actor: str, pasted: str, webhook: Webhook | None = None) -> Answer:
    """Find the webhook of a key or fingerprint. The outcome is recorded before it is returned.

    Args:
        actor: username of the staff member, for the audit log.
        pasted: the pasted text. It is not stored.
        webhook: the webhook that the key should belong to, if given.
    """
    fingerprint, found, mistakes = _matching(pasted)
    answer = Answer(
        expected=webhook,
        found=[one for one in found if one != webhook],
        matches=bool(webhook and webhook.key_fingerprint == fingerprint),
        by_fingerprint=FINGERPRINT.fullmatch(pasted.strip()) is not None,
        mistakes=mistakes,
    )
    _record(actor, webhook or (found[0] if found else None), answer.outcome)
    return answer


def record_rate_limited(*, actor: str, webhook: Webhook | None = None) -> None:
    """Record in the audit log that a check was blocked."""
    _record(actor, webhook, RATE_LIMITED_RESULT)


def _matching(pasted: str) -> tuple[str, list[Webhook], list[str]]:
    """Return the fingerprint of the text, the webhooks that have it, and the mistakes in it."""
    readings = _readings(pasted)
    known = Webhook.objects.defer("key_sealed").order_by("-created_or_seen_at", "-pk")
    for fingerprint, mistakes in readings:
        if found := list(known.filter(key_fingerprint=fingerprint)[:SHOWN]):
            return fingerprint, found, mistakes
    fingerprint, mistakes = readings[0]
    return fingerprint, [], [*mistakes, *_shape(pasted)]


def _record(actor: str, webhook: Webhook | None, outcome: str) -> None:
    audit.record(
        actor=actor,
        action=Action.KEY_CHECKED,
        target=webhook.quo_id if webhook else "",
        label=str(webhook or ""),
        after=outcome,
    )


def _readings(pasted: str) -> list[tuple[str, list[str]]]:
    """Return the fingerprints that the text may stand for, each with the mistakes it implies.

    The text as it is comes first; the others count only if that one is unknown. A list and not a
    generator, whose frame would show its variables in an error report.
    """
    if match := FINGERPRINT.fullmatch(pasted.strip()):
        return [("".join(match.groups()).lower(), [])]
    text, mistakes = "".join(pasted.split()), []
    if text != pasted:
        mistakes.append("It contains white space. Remove it where you store the key.")
    if text.lower().startswith("whsec_"):
        text = text[len("whsec_") :]
        mistakes.append(
            "It begins with whsec_, like keys of Quo’s newer webhook system. "
            "Keys of v1 webhooks have no prefix."
        )
    found = [(sealing.fingerprint(text), mistakes)]
    standard = text.translate(str.maketrans("-_", "+/"))
    standard += "=" * (-len(standard) % 4)
    if standard != text:
        mistake = (
            "It is encoded as base64url or without padding. Quo uses standard base64 with +, / "
            "and =."
        )
        found.append((sealing.fingerprint(standard), [*mistakes, mistake]))
    if SHA256.fullmatch(text):
        found.append((text[:8].lower(), [*mistakes, "This is the SHA-256 of a key, not a key."]))
        spelled = base64.b64encode(bytes.fromhex(text)).decode()
        mistake = "This is the key in hex. Quo uses base64."
        found.append((sealing.fingerprint(spelled), [*mistakes, mistake]))
    return found


def _shape(pasted: str) -> list[str]:
    """Return what is wrong with a text that is no known key."""
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
