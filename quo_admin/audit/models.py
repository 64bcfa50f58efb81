"""The trail's one model."""

from datetime import datetime

from django.db import models

from quo_admin.audit.actions import MARKS, Action
from quo_admin.audit.chain import START, Head


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> "EntryQuerySet":
        return self.order_by("-number")

    def head(self) -> Head:
        """Return the place of the last entry, START where there is none."""
        last = self.newest_first().values_list("number", "hash").first()
        return Head(*last) if last else START


class Entry(models.Model):
    """Who did what, to what, when. Written once by ``record()``; the database refuses the rest.

    Text only and no foreign keys, so that nothing which is deleted elsewhere reaches in here.
    ``number`` runs without gaps, which ids do not.
    """

    number = models.BigIntegerField(unique=True)
    at = models.CharField(
        max_length=27, help_text="UTC, ISO 8601 with microseconds and Z; sorts as text."
    )
    actor = models.TextField(help_text="Username, “command”, or nothing for somebody unknown.")
    action = models.TextField()
    target = models.TextField(help_text="The id of what it was done to.")
    label = models.TextField(help_text="What that was called then.")
    before = models.TextField()
    after = models.TextField()
    ip = models.TextField()
    request_id = models.TextField()
    canonical = models.TextField(help_text="The text that was hashed; see chain.py.")
    hash = models.CharField(max_length=64)

    objects = EntryQuerySet.as_manager()

    class Meta:
        default_permissions = ("view",)
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["target", "-number"], name="entry_by_target")]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"

    @property
    def moment(self) -> datetime | None:
        """When it was, or None where the text was tampered with and is no time any more."""
        try:
            return datetime.fromisoformat(self.at)
        except ValueError:
            return None

    @property
    def act(self) -> str:
        """The act in words; one that a later version wrote stays as it is."""
        return Action(self.action).label if self.action in Action.values else self.action

    @property
    def mark(self) -> str:
        """The kind of state that the act is drawn with, or nothing."""
        return MARKS.get(Action(self.action), "") if self.action in Action.values else ""
