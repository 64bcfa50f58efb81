"""What a deletion leaves uncovered: the events of numbers that only this webhook receives."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from quo_admin.quo import spec
from quo_admin.webhooks import summary
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.summary import Part
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class CoverageLoss:
    """What is lost, a sentence for each set of numbers.

    Without sentences, one of three things is true, and ``summary`` says which.
    """

    sentences: list[list[Part]]
    summary: str = "Everything it covers is also covered by another webhook."


def coverage_loss(webhook: Webhook) -> CoverageLoss:
    """Return what no other enabled webhook receives.

    An unknown status counts as sending here and as not sending elsewhere: better to warn once too
    often.
    """
    if webhook.events is None or webhook.resource_ids is None:
        return CoverageLoss(
            [],
            "Quo did not return its events and numbers, so the effect on coverage is unknown.",
        )
    if webhook.status == spec.Status.DISABLED or not (webhook.events and webhook.resource_ids):
        return CoverageLoss([], "This webhook sends nothing, so coverage does not change.")
    lost: dict[tuple[Part, ...], list[str]] = {}
    for event in dict.fromkeys(webhook.events):
        if which := tuple(_lost(event, webhook)):
            lost.setdefault(which, []).append(event)
    return CoverageLoss(
        [
            [*summary.messages(tuple(events)), *which, Part(" will not be covered by any webhook.")]
            for which, events in lost.items()
        ]
    )


def _lost(event: str, webhook: Webhook) -> list[Part]:
    """Return the names of the lost numbers; for all numbers, how many they are."""
    elsewhere = Subscription.objects.sending().filter(event=event).exclude(webhook=webhook)
    if elsewhere.filter(resource_id=spec.ALL_PHONE_NUMBERS).exists():
        return []
    if spec.ALL_PHONE_NUMBERS in (webhook.resource_ids or ()):
        known = Number.objects.current()
        taken = Exists(elsewhere.filter(resource_id=OuterRef("quo_id")))
        return _sum(lost=known.exclude(taken).count(), known=known.count())
    taken = Exists(elsewhere.filter(resource_id=OuterRef("resource_id")))
    only_here = webhook.subscriptions.filter(event=event).exclude(taken)
    named = list(only_here.order_by("pk").values_list("resource_id", flat=True))
    if not named:
        return []
    names = Number.objects.names(named)
    return summary.numbers([names.get(id, id) for id in named], all_numbers=False, known=0)


def _sum(*, lost: int, known: int) -> list[Part]:
    if lost == known:
        return summary.numbers([], all_numbers=True, known=known)
    now = [Part(f"{lost} of {known} numbers", fact=True), Part(" and of ")] if lost else []
    return [*now, Part("numbers added later", fact=True)]
