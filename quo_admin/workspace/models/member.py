"""The company's Quo users."""

from datetime import datetime

from django.db import models

from quo_admin.quo.types import MemberData
from quo_admin.workspace.models.copied import CopiedFromQuo, CopyQuerySet
from quo_admin.workspace.signals import members_changed


class MemberQuerySet(CopyQuerySet):
    def called(self, words: str) -> list[str]:
        """Return the IDs of members whose name or ID contains the words, ignoring case.

        In Python, because SQLite ignores case only in ASCII; members are few.
        """
        text = words.casefold()
        return [one.quo_id for one in self if text in f"{one}\n{one.quo_id}".casefold()]


class Member(CopiedFromQuo):
    """One Quo user of the company."""

    email = models.TextField(null=True)
    first_name = models.TextField(null=True)
    last_name = models.TextField(null=True)
    role = models.TextField(null=True)

    objects = MemberQuerySet.as_manager()
    changed = members_changed
    NAME_COLUMNS = ("first_name", "last_name", "email")

    class Meta:
        ordering = ["first_name", "last_name", "quo_id"]

    def __str__(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.quo_id

    @classmethod
    def of(cls, data: MemberData, *, now: datetime) -> "Member":
        """Return an unsaved row from one response."""
        return cls(
            quo_id=data.id,
            first_seen_at=now,
            last_seen_at=now,
            email=data.email,
            first_name=data.first_name,
            last_name=data.last_name,
            role=data.role,
        )
