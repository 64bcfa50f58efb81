"""What a signature verdict means and what to do next: for staff, and for their developer."""

from dataclasses import dataclass, field

from quo_admin.quo.signatures import TOLERANCE_MS, TOLERANCE_S, Kind, Verdict
from quo_admin.webhooks.keys.explanation_texts import HEADER_FAULTS, MISTAKES
from quo_admin.webhooks.keys.services.signature import Answer


@dataclass(frozen=True)
class Explanation:
    """An explained verdict. ``kind`` is the kind of notice, ``state`` the mark of its title."""

    kind: str
    state: str
    title: str
    staff: list[str] = field(default_factory=list)
    developer: list[str] = field(default_factory=list)


def explain(answer: Answer, *, received: bool) -> Explanation:
    """Return what the page shows.

    Args:
        received: the time of receipt is known, so the age of the delivery is meaningful.
    """
    verdict = answer.verdict
    if verdict is None:
        return _not_tried(
            "The body is not JSON, or has no phone number and event, so we cannot tell which "
            "webhooks may have sent it."
        )
    if verdict.kind in HEADER_FAULTS:
        title, staff, developer = HEADER_FAULTS[verdict.kind]
        return Explanation("bad", "bad", title, [staff], [developer])
    if verdict.kind == Kind.NO_MATCH:
        return _no_match(answer)
    if not answer.covers:
        return _other_webhook(answer, verdict)
    if verdict.kind == Kind.MISTAKEN:
        explained = [MISTAKES[mistake] for mistake in verdict.mistakes]
        title = "The key is right, but the signature is computed incorrectly"
        return Explanation(
            "warn", "warn", title, [a for a, _ in explained], [b for _, b in explained]
        )
    return _valid(verdict, received)


def _not_tried(reason: str) -> Explanation:
    staff = [f"{reason} You can try all keys stored here."]
    return Explanation("warn", "unk", "No key was tried yet", staff)


def _no_match(answer: Answer) -> Explanation:
    scope = answer.scope
    if scope and not answer.total and not answer.every:
        about = f"“{scope.event}” of {scope.number_id}"
        return _not_tried(f"No webhook in Quo Admin covers {about}.")
    staff = []
    if answer.tried < answer.total:
        staff.append("Not all keys could be tried in time. Try again later.")
    elif answer.every:
        staff.append(
            "The body was altered, or the webhook is not known to Quo Admin: it may have been "
            "created in the Quo app, where keys are not visible, or belong to another company."
        )
    else:
        staff.append("The keys of other webhooks were not tried.")
    if answer.unreadable:
        staff.append(
            f"{answer.unreadable} of the stored keys could not be decrypted. Ask your "
            f"administrator."
        )
    developer = [
        "Save the raw bytes of the request to a file and upload it here. A body copied from a log "
        "is often shortened, escaped or reformatted."
    ]
    return Explanation(
        "bad", "bad", "No match: none of the tried keys created this signature", staff, developer
    )


def _other_webhook(answer: Answer, verdict: Verdict) -> Explanation:
    scope = answer.scope
    about = f"“{scope.event}” of {scope.number_id}" if scope else "it"
    explained = [MISTAKES[mistake] for mistake in verdict.mistakes]
    return Explanation(
        "warn",
        "warn",
        "Signed with the key of another webhook",
        [
            f"That webhook does not cover {about}. Either Quo did not send this delivery, or our "
            "details of the webhook are out of date. Sync and try again.",
            *[done for done, _ in explained],
        ],
        [
            "Verify each delivery with the key of the webhook that sent it. An endpoint that "
            "serves several webhooks needs a separate URL or a lookup for each key.",
            *[instead for _, instead in explained],
        ],
    )


def _valid(verdict: Verdict, received: bool) -> Explanation:
    age = span(abs(verdict.age_ms or 0))
    limit = f"{TOLERANCE_S // 60} minutes"
    if verdict.kind == Kind.EARLY:
        return Explanation(
            "warn",
            "warn",
            "Valid, but from the future",
            [f"It was signed {age} after the time you entered under “Received at”."],
            ["Check the clock of the endpoint and the time zone: “Received at” is in UTC."],
        )
    if verdict.kind == Kind.VALID:
        return Explanation(
            "ok",
            "ok",
            "Valid",
            [f"Quo sent this delivery, and it was not altered. It was {age} old."],
            [
                "If the endpoint rejected it, compare its key with the fingerprint above: the "
                "first eight hex digits of the SHA-256 of the key as text."
            ],
        )
    if not received:
        staff = (
            f"Quo sent this delivery, and it was not altered. It is now {age} old, and endpoints "
            f"reject deliveries older than {limit}. To check its age on arrival, fill in “Received "
            "at”."
        )
        return Explanation("warn", "stale", "Valid, but too old by now", [staff])
    return Explanation(
        "warn",
        "stale",
        "Valid, but too old",
        [
            f"Quo sent this delivery, and it was not altered, but it was {age} old on arrival. "
            f"Endpoints reject deliveries older than {limit}."
        ],
        [
            "Check the clock of the endpoint. If it is right, note that a retry by Quo may keep "
            "the first timestamp: log “valid but too old” separately from “invalid”, and make "
            "the limit a setting."
        ],
    )


def span(ms: int) -> str:
    """Return a duration in words, such as "1.5 s" or "3 h"."""
    if ms < 60_000:
        return f"{ms / 1000:.1f} s"
    if ms <= TOLERANCE_MS + 60_000:  # near the limit, seconds matter
        return f"{ms // 60_000} min {ms // 1000 % 60} s"
    if ms < 2 * 3_600_000:
        return f"{ms // 60_000} min"
    if ms < 48 * 3_600_000:
        return f"{ms // 3_600_000} h"
    return f"{ms // 86_400_000:,} days"
