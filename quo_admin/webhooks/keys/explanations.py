"""What a verdict on a signature means, and what to do next: for staff, and for their developer."""

from dataclasses import dataclass, field

from quo_admin.quo.signature_mistakes import Mistake
from quo_admin.quo.signatures import TOLERANCE_MS, TOLERANCE_S, Kind, Verdict
from quo_admin.webhooks.keys.services.signature import Answer

# What was done, and what to do instead
MISTAKES = {
    Mistake.KEY_AS_TEXT: (
        "The key’s text was used as it stands, not its bytes.",
        "Decode the key from base64 first, and hand the 32 bytes to HMAC-SHA256.",
    ),
    Mistake.KEY_AS_LATIN1: (
        "The key was decoded, but into a text (latin1) and not into bytes.",
        "In Node: Buffer.from(key, 'base64'), handed to createHmac as it is, without "
        ".toString('binary'). The sample on Quo’s page has this fault.",
    ),
    Mistake.TIME_IN_SECONDS: (
        "The timestamp in the header counts seconds. Quo’s counts milliseconds.",
        "Quo did not send this header: look at what made it. Whoever reads seconds as milliseconds "
        "takes a delivery for one of 1970 and refuses it as too old.",
    ),
    Mistake.SIGNED_SECONDS: (
        "The timestamp was turned into seconds before it was signed.",
        "Sign the timestamp’s text exactly as the header has it.",
    ),
    Mistake.SIGNED_NO_TIME: (
        "The body was signed alone, without the timestamp.",
        "Sign the timestamp, a full stop and the body, one after another.",
    ),
    Mistake.BODY_COMPACT: (
        "The body was written anew: the signature is that of its compact form.",
        "Take the raw bytes of the request before anything parses them. JSON that is parsed and "
        "written again has other spaces.",
    ),
    Mistake.BODY_ASCII: (
        "The body was written anew: the signature is that of its compact form with \\u escapes.",
        "Take the raw bytes of the request before anything parses them.",
    ),
    Mistake.BODY_PHP: (
        "The body was written anew, as PHP’s json_encode does: with \\/ and \\u escapes.",
        "Take the raw bytes, file_get_contents('php://input'), before anything parses them.",
    ),
    Mistake.BODY_SPACED: (
        "The body was written anew, as Python’s json.dumps does: with spaces after , and :.",
        "Take the raw bytes (request.body, request.data) before anything parses them.",
    ),
    Mistake.BODY_PRETTY: (
        "The body was written anew: the signature is that of its indented form.",
        "Take the raw bytes of the request before anything parses them.",
    ),
}

FAULTS = {
    Kind.NO_HEADER: (
        "There is no signature",
        "Without the header openphone-signature nobody can tell who sent it. Quo signs every "
        "delivery, so somebody else sent this one, or something on the way took the header off.",
        "Look whether a proxy drops headers that it does not know. Refuse what comes without one.",
    ),
    Kind.NEWER_SYSTEM: (
        "This is a signature of Quo’s newer system",
        "It is written as Standard Webhooks writes it (webhook-signature, whsec_). The webhooks "
        "here are v1 webhooks, and Quo signs their deliveries otherwise, so no key here fits.",
        "Ask who made a webhook of the newer system for this address. For v1, read the header "
        "openphone-signature; libraries for Standard Webhooks cannot check it.",
    ),
    Kind.UNREADABLE: (
        "The header cannot be read",
        "It should read hmac;1;, a timestamp of 13 digits, ; and a signature. Copy its value again "
        "and whole: nothing of it may be missing.",
        "Log the value of openphone-signature exactly as it came.",
    ),
    Kind.OTHER_SCHEME: (
        "The header names another scheme than hmac",
        "Quo’s begin with hmac;1;. Copy the value again; if it is right, Quo did not send this.",
        "Refuse every scheme but hmac.",
    ),
    Kind.OTHER_VERSION: (
        "The header names another version than 1",
        "Quo’s begin with hmac;1;. Copy the value again; if it is right, Quo has changed how it "
        "signs, or somebody else sent this.",
        "Refuse every version but 1.",
    ),
}


@dataclass(frozen=True)
class Words:
    """A verdict in words. ``kind`` is the notice's, ``state`` its shape."""

    kind: str
    state: str
    title: str
    staff: list[str] = field(default_factory=list)
    developer: list[str] = field(default_factory=list)


def words(answer: Answer, *, received: bool) -> Words:
    """Return what to show.

    Args:
        received: somebody said when the delivery was received, so its age says something.
    """
    verdict = answer.verdict
    if verdict is None:
        return _untried(
            "The body is no JSON, or names no number and event, so nobody can tell which webhooks "
            "it may come from."
        )
    if verdict.kind in FAULTS:
        title, staff, developer = FAULTS[verdict.kind]
        return Words("bad", "bad", title, [staff], [developer])
    if verdict.kind == Kind.NO_MATCH:
        return _no_match(answer)
    if not answer.covers:
        return _of_another(answer, verdict)
    if verdict.kind == Kind.MISTAKEN:
        told = [MISTAKES[mistake] for mistake in verdict.mistakes]
        title = "The key is right, and something else is not"
        return Words("warn", "warn", title, [a for a, _ in told], [b for _, b in told])
    return _valid(verdict, received)


def _untried(reason: str) -> Words:
    staff = [f"{reason} All keys that are known here can be tried."]
    return Words("warn", "unk", "No key was tried yet", staff)


def _no_match(answer: Answer) -> Words:
    scope = answer.scope
    if scope and not answer.total and not answer.every:
        about = f"“{scope.event}” of {scope.number_id}"
        return _untried(f"No webhook that is known here covers {about}.")
    staff = []
    if answer.tried < answer.total:
        staff.append("Time ran out before all were tried. Try again when less is going on.")
    elif answer.every:
        staff.append(
            "The body was altered, or the webhook is none that is known here: one made in the Quo "
            "app, whose key nobody can see, one of another company, or none at all."
        )
    else:
        staff.append("The keys of other webhooks were not tried.")
    if answer.unreadable:
        staff.append(
            f"{answer.unreadable} of the stored keys could not be opened. Ask your administrator."
        )
    developer = [
        "Save the raw bytes of the request to a file and give that file here: a body that was "
        "copied from a log is often shortened, escaped or written anew."
    ]
    return Words("bad", "bad", "No key that was tried made this signature", staff, developer)


def _of_another(answer: Answer, verdict: Verdict) -> Words:
    scope = answer.scope
    about = f"“{scope.event}” of {scope.number_id}" if scope else "it"
    told = [MISTAKES[mistake] for mistake in verdict.mistakes]
    return Words(
        "warn",
        "warn",
        "Signed with the key of another webhook",
        [
            f"It does not send {about}. So Quo did not send this through it, or what is known here "
            "of that webhook is old: sync, and try again.",
            *[done for done, _ in told],
        ],
        [
            "Check each delivery with the key of the webhook that sent it. A receiver of several "
            "webhooks needs an address or a look-up for each key.",
            *[instead for _, instead in told],
        ],
    )


def _valid(verdict: Verdict, received: bool) -> Words:
    age = span(abs(verdict.age_ms or 0))
    limit = f"{TOLERANCE_S // 60} minutes"
    if verdict.kind == Kind.EARLY:
        return Words(
            "warn",
            "warn",
            "Valid, but from the future",
            [f"It was signed {age} after the time at which it is said to have been received."],
            ["Set the receiver’s clock, or mind the time zone: “Received at” is in UTC."],
        )
    if verdict.kind == Kind.VALID:
        return Words(
            "ok",
            "ok",
            "Valid",
            [f"Quo sent it, nobody altered it, and it was {age} old."],
            [
                "If the receiver refused it, compare its key with the fingerprint above: the first "
                "eight hex digits of the SHA-256 of the key’s text."
            ],
        )
    if not received:
        staff = (
            f"Quo sent it and nobody altered it. By now it is {age} old, and a receiver that gets "
            f"it now would refuse it: {limit} is the limit. To hear how old it was when it "
            "arrived, fill in “Received at”."
        )
        return Words("warn", "stale", "Valid, but stale by now", [staff])
    return Words(
        "warn",
        "stale",
        "Valid, but stale",
        [
            f"Quo sent it and nobody altered it, but it was {age} old when it arrived. "
            f"Receivers refuse what is older than {limit}."
        ],
        [
            "Set the receiver’s clock. If it is right: a delivery that Quo repeats may keep its "
            "first timestamp, so tell “valid but stale” apart from “wrong”, and let the limit be "
            "a setting."
        ],
    )


def span(ms: int) -> str:
    """Return a duration in words, such as "1.5 s" or "3 h"."""
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    if ms <= TOLERANCE_MS + 60_000:  # near the limit the seconds count
        return f"{ms // 60_000} min {ms // 1000 % 60} s"
    if ms < 2 * 3_600_000:
        return f"{ms // 60_000} min"
    if ms < 48 * 3_600_000:
        return f"{ms // 3_600_000} h"
    return f"{ms // 86_400_000:,} days"
