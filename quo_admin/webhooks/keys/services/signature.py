"""Which stored key signed a delivery. Keys are opened here one by one, and go no further."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.views.decorators.debug import sensitive_variables

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import signature_mistakes, signatures
from quo_admin.quo.signatures import Fit, Kind, Stamp, Verdict
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.keys.delivery import Delivery, Scope, scope_of
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

BUDGET_S = 5.0  # seconds of trying keys for one question; policy
CHUNK = 200  # keys that are read at once


@dataclass(frozen=True)
class Answer:
    """What was found. Holds no key, and nothing of the delivery but its age.

    Attributes:
        verdict: None where no key could be chosen, as the payload does not say what it is about.
        scope: what the payload is about.
        every: all keys were to be tried, not only those of webhooks that cover the payload.
        tried, total: how many keys of how many; unreadable: how many of those tried do not open.
        spelling: in which spelling the body fits, in words.
        covers: as far as is known here, the webhook sends what the payload is about.
    """

    verdict: Verdict | None
    scope: Scope | None
    every: bool
    webhook: Webhook | None = None
    tried: int = 0
    total: int = 0
    unreadable: int = 0
    spelling: str = ""
    covers: bool = True

    @property
    def leaves_keys(self) -> bool:
        """Another key than those tried may be the one."""
        unknown = self.verdict is None or self.verdict.kind == Kind.NO_MATCH
        return unknown and not self.every


@sensitive_variables()
def check_signature(
    *, actor: str, delivery: Delivery, now_ms: int, every: bool = False, budget_s: float = BUDGET_S
) -> Answer:
    """Say which stored key signed a delivery, or which usual mistake did. The audit log gets the
    verdict and the webhook, before anybody hears of it.

    Args:
        actor: username of the staff member, for the audit log.
        now_ms: the age is counted to here where nobody said when the delivery was received.
        every: try all keys, not only those of webhooks that cover the payload's number and event.
    """
    scope = scope_of(delivery.bodies[0][1])
    answer = Answer(None, scope, every)
    try:
        stamps = signatures.read(delivery.header)
    except signatures.BadHeader as exc:
        answer = replace(answer, verdict=Verdict(exc.kind))
    else:
        if scope or every:
            answer = _try_keys(answer, stamps, delivery, now_ms=now_ms, budget_s=budget_s)
    audit.record(
        actor=actor,
        action=Action.SIGNATURE_CHECKED,
        target=answer.webhook.quo_id if answer.webhook else "",
        label=str(answer.webhook or ""),
        after=_words(answer),
    )
    return answer


def note_too_often(*, actor: str) -> None:
    """Write to the audit log that a signature was handed in and not looked at."""
    audit.record(
        actor=actor, action=Action.SIGNATURE_CHECKED, after="not looked at: asked too often"
    )


def _words(answer: Answer) -> str:
    verdict = answer.verdict
    if verdict is None:
        return "no key tried: the body names no number and event"
    wrong = [*verdict.mistakes, *([] if answer.covers else ["key of another webhook"])]
    return f"{verdict.kind}: {', '.join(wrong)}" if wrong else verdict.kind


@sensitive_variables()
def _try_keys(
    answer: Answer, stamps: tuple[Stamp, ...], delivery: Delivery, *, now_ms: int, budget_s: float
) -> Answer:
    """Look for a key that signed as Quo does. Failing that, keep the one with fewest mistakes."""
    until = time.monotonic() + budget_s
    scope = None if answer.every else answer.scope
    webhooks = (scope.webhooks() if scope else Webhook.objects.all()).filter(
        key_sealed__isnull=False
    )
    bodies = [body for _, body in delivery.bodies]
    written = signature_mistakes.written(bodies)
    best: tuple[Fit, int] | None = None
    tried = unreadable = 0
    for pk, sealed in _in_chunks(webhooks):
        if time.monotonic() > until:
            break
        tried += 1
        try:
            key = sealing.unseal(sealed)
        except sealing.KeyUnreadable:
            unreadable += 1
            continue
        fit = signatures.exact(stamps, bodies, key) or signatures.mistaken(stamps, written, key)
        if fit and (best is None or len(fit.mistakes) < len(best[0].mistakes)):
            best = fit, pk
        if fit and not fit.mistakes:
            break
    received_ms = now_ms if delivery.received_ms is None else delivery.received_ms
    webhook = Webhook.objects.defer("key_sealed").get(pk=best[1]) if best else None
    return replace(
        answer,
        verdict=signatures.judge(best and best[0], now_ms=received_ms),
        webhook=webhook,
        spelling=_spelling(best[0], delivery) if best else "",
        covers=scope is not None or webhook is None or _covers(webhook, answer.scope),
        tried=tried,
        total=webhooks.count(),
        unreadable=unreadable,
    )


def _covers(webhook: Webhook, scope: Scope | None) -> bool:
    told = webhook.events is not None and webhook.resource_ids is not None
    return not (scope and told) or scope.webhooks().filter(pk=webhook.pk).exists()


def _spelling(fit: Fit, delivery: Delivery) -> str:
    certain = not fit.mistakes and len(delivery.bodies) > 1
    return delivery.bodies[fit.body][0] if certain else ""


def _in_chunks(webhooks: WebhookQuerySet) -> Iterator[tuple[int, bytes]]:
    """Yield each sealed key, those of live webhooks first, the newest first; none is held open."""
    for gone in (False, True):
        rows = webhooks.filter(missing_since__isnull=not gone).order_by("-pk")
        chunk = list(rows.values_list("pk", "key_sealed")[:CHUNK])
        while chunk:
            yield from ((pk, bytes(sealed or b"")) for pk, sealed in chunk)
            rest = rows.filter(pk__lt=chunk[-1][0])
            chunk = list(rest.values_list("pk", "key_sealed")[:CHUNK])
