"""Which events of which numbers an endpoint already receives, or may receive soon."""

from collections.abc import Iterable, Sequence

from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import endpoint_hash_of
from quo_admin.webhooks.models import Attempt, Subscription
from quo_admin.workspace.models import Number, ShortNumber


class Existing:
    """The webhooks or attempts that send an event of a number to one endpoint.

    Args:
        rows: (number ID or ``*``, event, (ID, name)). Of several with the same number and event
            the last one counts.
    """

    def __init__(self, rows: Iterable[tuple[str, str, tuple[str, str]]]) -> None:
        self._rows = {(resource_id, event): found for resource_id, event, found in rows}
        self._numbers = {number for number, _ in self._rows}

    def touches(self, number: ShortNumber) -> bool:
        """Whether anything sends any event of this number. Most plans are for numbers without."""
        return number.quo_id in self._numbers or spec.ALL_PHONE_NUMBERS in self._numbers

    def of(self, number: Number | ShortNumber, event: str) -> tuple[str, str] | None:
        """Return (ID, name) of what sends this event of this number, by name or by ``*``."""
        everywhere = self._rows.get((spec.ALL_PHONE_NUMBERS, event))
        return self._rows.get((number.quo_id, event), everywhere)

    def names(self, number: Number | ShortNumber, events: Iterable[str]) -> str:
        found = (self.of(number, event) for event in events)
        return " and ".join(dict.fromkeys(each[1] for each in found if each))

    def why(self, number: Number | ShortNumber, events: Iterable[str]) -> str:
        """Return why nothing has to be created for these events, in a sentence."""
        return f"Already sent to this endpoint by {self.names(number, events)}."


def existing_webhooks(url: str, events: Sequence[str]) -> Existing:
    """Return the webhooks that already send to this URL, the newest where there are several."""
    rows = (
        Subscription.objects.sending()
        .filter(endpoint_hash=endpoint_hash_of(url), event__in=events)
        .order_by("webhook__created_or_seen_at", "webhook")
        .values_list("resource_id", "event", "webhook__quo_id", "webhook__label")
    )
    return Existing((number, event, (id, f"“{label or id}”")) for number, event, id, label in rows)


def open_attempts(url: str) -> Existing:
    """Return the attempts that may still create, or may have created, a webhook to this URL."""
    wanted = endpoint_hash_of(url)
    attempts = Attempt.objects.open().order_by("pk").only("pk", "payload")
    return Existing(
        (number, event, (str(attempt.pk), str(attempt).capitalize()))
        for attempt in attempts
        if endpoint_hash_of(attempt.payload["url"]) == wanted
        and attempt.payload["status"] == spec.Status.ENABLED
        for number in attempt.payload["resourceIds"]
        for event in attempt.payload["events"]
    )
