"""What happened to a chain that is not intact: the first fault, in words.

Whoever can write to the database can remove the triggers, so the chain is verified as a whole: an
entry is intact if its columns give its text, the text gives its hash, and the text contains the
hash of the entry before it. If one is not, the entry that was written after it is looked for by
that hash, wherever it is now.
"""

import json
from dataclasses import dataclass
from typing import Any, Literal

from quo_admin.audit.chain import FIELDS, Head, canonical_text, digest
from quo_admin.audit.models import Entry


@dataclass(frozen=True)
class Fault:
    """The first fault: its kind, the number of the entry, and a sentence."""

    kind: Literal["altered", "removed", "inserted", "reordered", "truncated", "rewritten"]
    number: int
    words: str


def find(entry: Entry, *, after: Head) -> Fault | None:
    """Return what is wrong with the entry after an intact one, or None."""
    number = after.number + 1
    text = canonical_text(vars(entry), previous=after.hash)
    if entry.number == number and entry.canonical == text and entry.hash == digest(text):
        return None
    true = _written_after(after)
    if true is None:
        return _gone(entry, after)
    if true.pk == entry.pk:
        return _altered(number, _changed(entry))
    if _written_number(entry) > number:
        words = f"Entry {number} was moved: it is now number {true.number}."
        return Fault("reordered", number, words)
    return _inserted(entry.number, f"the original entry {number} now comes later")


def rewritten(head: Head) -> Fault:
    words = (
        f"Entry {head.number} does not match the earlier head, but the hash chain is consistent: "
    )
    return Fault(
        "rewritten", head.number, words + "the audit log was rewritten, at least up to this entry."
    )


def truncated(head: Head, last: Head) -> Fault:
    words = (
        f"Entries were removed from the end: the earlier head is entry {head.number}, but the last "
    )
    return Fault("truncated", last.number + 1, f"{words}entry is now {last.number}.")


def _gone(entry: Entry, after: Head) -> Fault:
    """Return the fault if the entry written after an intact one does not exist any more."""
    number = after.number + 1
    written = _written_number(entry)
    if written == 0:  # its text and hash do not match, so only its position can be trusted
        gap = isinstance(entry.number, int) and entry.number > number
        return _removed(number, entry.number - 1) if gap else _altered(number, _changed(entry))
    if written > number:
        return _removed(number, written - 1)
    if written < number:
        return _inserted(written, f"another entry originally had number {written}")
    if after.number == 0:
        return _altered(number, ["canonical", "hash"])
    words = (
        f"Entry {after.number} was altered and given a new hash, or entry {number} was inserted in "
        f"its place: {number} does not follow from {after.number}."
    )
    return Fault("altered", after.number, words)


def _altered(number: int, columns: list[str]) -> Fault:
    return Fault("altered", number, f"Entry {number} was altered ({', '.join(columns)}).")


def _removed(first: int, last: int) -> Fault:
    which = f"Entry {first} was" if first == last else f"Entries {first} to {last} were"
    return Fault("removed", first, f"{which} removed.")


def _inserted(number: int, why: str) -> Fault:
    return Fault("inserted", number, f"Entry {number} was inserted: {why}.")


def _written_after(last: Head) -> Entry | None:
    """Return the entry that was written after this one, wherever it is now."""
    link = f'"previous":"{last.hash}"'
    for entry in Entry.objects.filter(canonical__contains=link).iterator():
        text = _hashed_text(entry)
        if text.get("previous") == last.hash and text.get("number") == last.number + 1:
            return entry
    return None


def _hashed_text(entry: Entry) -> dict[str, Any]:
    """Return the text that was hashed, or "" if text and hash do not match."""
    if digest(entry.canonical) != entry.hash:
        return {}
    try:
        text = json.loads(entry.canonical)
    except ValueError:
        return {}
    return text if isinstance(text, dict) else {}


def _written_number(entry: Entry) -> int:
    """Return the number that the entry was written with, 0 if it cannot be trusted."""
    number = _hashed_text(entry).get("number")
    return number if isinstance(number, int) else 0


def _changed(entry: Entry) -> list[str]:
    """Return the columns of a changed entry that do not match its text."""
    try:
        text = json.loads(entry.canonical)
        columns = [name for name in FIELDS if text[name] != getattr(entry, name)]
    except (ValueError, TypeError, KeyError):
        return ["canonical"]
    if not columns:
        return ["canonical or hash"]
    return columns
