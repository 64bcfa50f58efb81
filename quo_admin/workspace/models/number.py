"""The company's phone numbers."""

from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import models
from django.db.models import F, Func, Q

from quo_admin.quo.types import NumberData
from quo_admin.workspace.models.copied import CopiedFromQuo, CopyQuerySet
from quo_admin.workspace.phone_numbers import digits, number_search_terms, spelled
from quo_admin.workspace.signals import numbers_changed


class ShortNumber(NamedTuple):
    """What a plan needs of a number. Plans read thousands, and models cost five times as much."""

    quo_id: str
    name: str | None
    number: str | None
    digits: str
    group_id: str | None
    missing_since: datetime | None

    @classmethod
    def read(cls, numbers: "models.QuerySet[Any]") -> list[Self]:
        return [cls(*values) for values in numbers.values_list(*cls._fields)]

    def __str__(self) -> str:
        return self.name or self.spelled or self.quo_id

    @property
    def spelled(self) -> str:
        return spelled(self.number)


class NameKey(Func):
    """A name to order by: its first 100 characters, since PostgreSQL limits index rows; "" for
    none, since the two databases order nulls differently.

    Literal in the SQL: SQLite recognizes an indexed expression only without parameters.
    """

    template = "COALESCE(SUBSTR(%(expressions)s, 1, 100), '')"
    arity = 1
    output_field = models.TextField()


class NumberQuerySet(CopyQuerySet):
    def by_name(self) -> Self:
        """Return the numbers in the order of an index, so that a page of them reads few rows."""
        return self.annotate(name_key=NameKey("name")).order_by("name_key", "quo_id")

    def after(self, quo_id: str) -> Self:
        """Return those that follow a number by name; none if it is not known."""
        key, numbers = self._name_key(quo_id), self.by_name()
        beyond = Q(name_key__gt=key) | Q(quo_id__gt=quo_id)
        return numbers.none() if key is None else numbers.filter(beyond, name_key__gte=key)

    def before(self, quo_id: str) -> Self:
        """Return those that a number follows by name, nearest first; none if it is not known."""
        key, numbers = self._name_key(quo_id), self.by_name().reverse()
        beyond = Q(name_key__lt=key) | Q(quo_id__lt=quo_id)
        return numbers.none() if key is None else numbers.filter(beyond, name_key__lte=key)

    def _name_key(self, quo_id: str) -> str | None:
        known = Number.objects.filter(quo_id=quo_id).by_name()
        return known.values_list("name_key", flat=True).first()

    def search(self, words: str) -> Self:
        """Find by name, by number in any spelling, or by ID; without words, everything."""
        words = words.strip()
        found = Q(name__icontains=words) | Q(quo_id__icontains=words)
        for term in number_search_terms(words):
            found |= Q(digits__contains=term)
        return self.filter(found) if words else self.all()


class Number(CopiedFromQuo):
    """One phone number of the company. Quo's own columns may be null: not returned by Quo."""

    name = models.TextField(null=True)
    number = models.TextField(null=True)
    digits = models.TextField(default="")  # of ``number``, for searches in any spelling
    group_id = models.TextField(null=True)
    member_ids = models.JSONField(default=list)
    porting_status = models.TextField(null=True)
    no_messaging_to = models.JSONField(default=list)  # regions, such as "US"
    created_at = models.DateTimeField(null=True)

    objects = NumberQuerySet.as_manager()
    changed = numbers_changed
    NAME_COLUMNS = ("name", "number")

    class Meta:
        ordering = ["name", "quo_id"]
        indexes = [models.Index(NameKey("name"), F("quo_id"), name="number_by_name")]

    def __str__(self) -> str:
        return self.name or self.spelled or self.quo_id

    @property
    def spelled(self) -> str:
        return spelled(self.number)

    @classmethod
    def of(cls, data: NumberData, *, now: datetime) -> "Number":
        """Return an unsaved row from one response."""
        return cls(
            quo_id=data.id,
            first_seen_at=now,
            last_seen_at=now,
            name=data.name,
            number=data.number,
            digits=digits(data.number or ""),
            group_id=data.group_id,
            member_ids=list(data.member_ids),
            porting_status=data.porting_status,
            no_messaging_to=list(data.no_messaging_to),
            created_at=data.created_at,
        )
