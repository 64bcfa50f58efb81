"""What the audit log is asked for, as it stands in its address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Self

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.audit.chain import clean
from quo_admin.audit.models import ACT_WORDS, Entry, EntryQuerySet

LONGEST = 255  # characters of one answer; no database likes to look for more
NOBODY = "not signed in"  # no username, since it has spaces
ROWS = {"25": 25, "": 50, "100": 100}  # entries a page, by how an address says it


@dataclass(frozen=True)
class Filters:
    """Words and filters as they were typed; empty ones do not filter."""

    q: str = ""
    person: str = ""
    act: str = ""
    since: str = ""
    until: str = ""
    object: str = ""
    rows: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. What it asks beyond the fields is none of our business."""
        texts = {field.name: clean(query.get(field.name, "")).strip() for field in fields(cls)}
        return cls(**texts | {"rows": texts["rows"] if texts["rows"] in ROWS else ""})

    @property
    def on(self) -> dict[str, str]:
        """What filters, the words among them."""
        return {name: text for name, text in asdict(self).items() if text and name != "rows"}

    @property
    def address(self) -> str:
        return self.at()

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    def at(self, **place: int) -> str:
        """Return the address of the audit log so filtered, and of a place in it."""
        asked = {name: text for name, text in asdict(self).items() if text} | place
        return reverse("audit:list") + (f"?{urlencode(asked)}" if asked else "")

    @property
    def wrong(self) -> dict[str, str]:
        """What cannot be looked for, by field, in words for whoever typed it."""
        said = {
            name: f"Enter at most {LONGEST} characters."
            for name, text in self.on.items()
            if len(text) > LONGEST
        }
        for name in ("since", "until"):
            if name in self.on and name not in said and _day(self.on[name]) is None:
                said[name] = "Enter a date, such as 2026-11-22."
        if not said and self.since and self.until and self.until < self.since:
            said["until"] = "Enter a date on or after the first one."
        return said

    def entries(self) -> EntryQuerySet:
        """Return what is asked for; nothing where that cannot be looked for."""
        if self.wrong:
            return Entry.objects.none()
        found = Entry.objects.search(self.q)
        if self.person:
            found = found.filter(actor="" if self.person == NOBODY else self.person)
        if self.act:
            found = found.filter(action=self.act)
        if self.object:
            found = found.filter(target=self.object)
        if first := _day(self.since):
            found = found.since(first)
        if last := _day(self.until):
            found = found.until(last)
        return found

    @property
    def words(self) -> dict[tuple[str, ...], str]:
        """What filters, in words, by the fields that each one of them stands for."""
        said: dict[tuple[str, ...], str] = {
            ("q",): f"“{self.q}”",
            ("person",): f"Person: {self.person}",
            ("act",): f"Action: {ACT_WORDS.get(self.act, self.act)}",
            ("object",): f"Object: {self.object}",
            ("since", "until"): _page_of(self.since, self.until),
        }
        return {names: words for names, words in said.items() if self.on.keys() & set(names)}


def _day(text: str) -> date | None:
    """Return the day that is written, or None. The calendar's own ends have no neighbour."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if str(day) == text and date.min < day < date.max else None


def _page_of(since: str, until: str) -> str:
    first, last = (
        f"{day.day} {day:%b %Y}" if (day := _day(text)) else text for text in (since, until)
    )
    if first and last:
        return first if first == last else f"{first} to {last}"
    return f"Since {first}" if first else f"Until {last}"
