"""The filters of the audit log, as in its URL."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Self

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.audit.chain import clean
from quo_admin.audit.models import ACT_WORDS, Entry, Found
from quo_admin.audit.search import search

LONGEST = 255  # characters of one filter
NOBODY = "not signed in"  # cannot be a username, since it has spaces
ROWS = {"25": 25, "": 50, "100": 100}  # entries per page, by their value in the URL


@dataclass(frozen=True)
class Filters:
    """Search words and filters as they were typed. Empty ones do not filter."""

    q: str = ""
    person: str = ""
    act: str = ""
    since: str = ""
    until: str = ""
    object: str = ""
    rows: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Self:
        """Read a query string. Other parameters are ignored."""
        texts = {field.name: clean(query.get(field.name, "")).strip() for field in fields(cls)}
        return cls(**texts | {"rows": texts["rows"] if texts["rows"] in ROWS else ""})

    @property
    def on(self) -> dict[str, str]:
        """The filters that are set, search words included."""
        return {name: text for name, text in asdict(self).items() if text and name != "rows"}

    @property
    def address(self) -> str:
        return self.at()

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    def at(self, **place: int) -> str:
        """Return the URL of the audit log with these filters, and of a page in it."""
        parameters = {name: text for name, text in asdict(self).items() if text} | place
        return reverse("audit:list") + (f"?{urlencode(parameters)}" if parameters else "")

    @property
    def wrong(self) -> dict[str, str]:
        """The errors by field."""
        errors = {
            name: f"Enter at most {LONGEST} characters."
            for name, text in self.on.items()
            if len(text) > LONGEST
        }
        for name in ("since", "until"):
            if name in self.on and name not in errors and _day(self.on[name]) is None:
                errors[name] = "Enter a date, such as 2026-11-22."
        if not errors and self.since and self.until and self.until < self.since:
            errors["until"] = "Enter a date on or after the first one."
        return errors

    def found(self, *, is_complete: bool = False) -> Found:
        """Return the matching entries; none if a filter has an error.

        Args:
            is_complete: search all entries, however short the search is.
        """
        if self.wrong:
            return Entry.objects.none()
        found = Entry.objects.all()
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
        return search(found, self.q, is_complete=is_complete)

    @property
    def words(self) -> dict[tuple[str, ...], str]:
        """The active filters in words, by the fields that each of them stands for."""
        texts: dict[tuple[str, ...], str] = {
            ("q",): f"“{self.q}”",
            ("person",): f"Person: {self.person}",
            ("act",): f"Action: {ACT_WORDS.get(self.act, self.act)}",
            ("object",): f"Object: {self.object}",
            ("since", "until"): _page_of(self.since, self.until),
        }
        return {names: words for names, words in texts.items() if self.on.keys() & set(names)}


def _day(text: str) -> date | None:
    """Return the day, or None. The first and last day of the calendar have no neighbour."""
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
