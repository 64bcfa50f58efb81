"""What the map of where messages go consists of, so that a template only draws it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page
from django.utils.text import Truncator

NAME = 40  # characters of a number's name
SLIVER = 4  # percent: so that one of many numbers can still be seen


@dataclass(frozen=True)
class Column:
    """A host, all other hosts, or an outcome without a host.

    Attributes:
        name, value: the filter of the list of numbers, such as "host" and "crm.example".
        phrase: follows a count of numbers: "to crm.example".
        kind: "host", "others", or a name of OUTCOMES.
        query: the filter with the event, as a query string.
    """

    name: str
    value: str
    label: str
    phrase: str
    kind: str
    query: str

    @property
    def key(self) -> tuple[str, str]:
        return self.name, self.value


@dataclass(frozen=True)
class Cell:
    """Numbers of one group in one column; ``of`` is how many the group has."""

    column: Column
    count: int
    of: int
    url: str

    @property
    def words(self) -> str:
        """What follows the count, for those who do not see the columns."""
        numbers = "number" if self.of == 1 else "numbers"
        return f" of {self.of:,} {numbers} {self.column.phrase}"

    @property
    def text(self) -> str:
        return f"{self.count:,}"

    @property
    def width(self) -> int:
        """The share of the group in percent. Only a whole group fills the cell."""
        return min(max(100 * self.count // self.of, SLIVER), 100) if self.of else 0


@dataclass
class Group:
    """A group while it is counted. ``first`` is the name of a number, ``outcomes`` by OUTCOMES."""

    id: str  # Quo's; "" for the numbers without a group
    count: int = 0
    first: str = ""
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def label(self) -> str:
        if not self.id:
            return "No group"
        return Truncator(self.first or f"Group {self.id}").chars(NAME)

    @property
    def more(self) -> int:
        """How many numbers it has beside that of the label."""
        return self.count - 1 if self.id and self.first else 0


@dataclass(frozen=True)
class Row:
    """A group, or all numbers. ``url`` opens the list of its numbers."""

    label: str
    group: Group
    url: str
    cells: list[Cell]


@dataclass(frozen=True)
class Map:
    """The whole map. ``event`` is a name of EVENTS; ``total`` is the row of all numbers.

    ``rows`` are those of a ``page`` of groups, the largest group first.
    """

    event: str
    columns: list[Column]
    total: Row
    rows: list[Row]
    page: Page[Any]

    @property
    def without_host(self) -> list[Cell]:
        """The outcomes of all numbers that no webhook names."""
        return [cell for cell in self.total.cells if cell.column.name == "outcome"]

    @property
    def named(self) -> int:
        """How many numbers a webhook names."""
        return self.total.group.count - sum(cell.count for cell in self.without_host)


@dataclass(frozen=True)
class OnAllNumbers:
    """Enabled webhooks on all numbers: how many, and the URL of their list.

    ``hosts``: the first hosts, each with its count and URL; ``more`` webhooks have another host.
    """

    count: int
    url: str
    hosts: list[tuple[str, int, str]]

    @property
    def more(self) -> int:
        return self.count - sum(count for _, count, _ in self.hosts)
