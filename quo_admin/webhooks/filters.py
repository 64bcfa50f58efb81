"""What the list of webhooks is asked for, as it stands in its address."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Self

from django.urls import reverse
from django.utils.http import urlencode

from quo_admin.quo.types import clean
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

LONGEST = 255  # characters of one answer; no database likes to look for more


@dataclass(frozen=True)
class Filters:
    """Words and filters; empty ones do not filter. A value that nothing has finds nothing."""

    q: str = ""
    status: str = ""
    event: str = ""
    number: str = ""
    host: str = ""
    scheme: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> Self:
        """Read a query string. What it asks beyond the fields is none of our business."""
        texts = {field.name: clean(asked.get(field.name, "")).strip() for field in fields(cls)}
        return cls(**{name: text[:LONGEST] for name, text in texts.items()})

    def but(self, **changes: str) -> Self:
        return replace(self, **changes)

    @property
    def on(self) -> dict[str, str]:
        """The filters that are set, the words aside."""
        return {name: value for name, value in asdict(self).items() if value and name != "q"}

    @property
    def address(self) -> str:
        return self.at()

    def at(self, **place: str) -> str:
        """Return the address of the list so filtered, and of a place in it."""
        asked = {"q": self.q} if self.q else {}
        asked |= self.on | place
        return reverse("webhooks:list") + (f"?{urlencode(asked)}" if asked else "")

    def webhooks(self) -> WebhookQuerySet:
        found = Webhook.objects.search(self.q)
        if self.status:
            found = found.standing(self.status)
        if self.event:
            found = found.telling(self.event)
        if self.number:
            found = found.reached_by(self.number)
        if self.host:
            found = found.filter(host=self.host.lower())
        if self.scheme:
            found = found.over(self.scheme)
        return found
