"""Find the stored key that signed a delivery. Keys are decrypted one by one and go no further."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.views.decorators.debug import sensitive_variables

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.quo import signature_mistakes, signatures
from quo_admin.quo.signatures import Kind, Match, Stamp, Verdict
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.keys.delivery import Delivery, Scope, scope_of
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

BUDGET_S = 5.0  # seconds spent on one request; our limit
CHUNK = 200  # keys read at once


@dataclass(frozen=True)
class Answer:
    """The result. It holds no key, and of the delivery only its age.

    Attributes:
        verdict: None if no key was tried, because the body has no number and event.
        scope: the number and event of the body.
        every: all keys were tried, not only those of webhooks that cover the scope.
        tried, total: how many keys of how many; unreadable: how many could not be decrypted.
        spelling: which spelling of the body matches, in words.
        covers: the webhook covers the scope, as far as we know.
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
    def has_untried_keys(self) -> bool:
        """Whether a key that was not tried may match."""
        unknown = self.verdict is None or self.verdict.kind == Kind.NO_MATCH
        return unknown and not self.every


@sensitive_variables()
def check_signature(
    *, actor: str, delivery: Delivery, now_ms: int, every: bool = False, budget_s: float = BUDGET_S
) -> Answer:
    """Find the stored key that signed a delivery, and the common mistake if there is one.

    The verdict and the webhook are recorded in the audit log before they are returned.

    Args:
        actor: username of the staff member, for the audit log.
        now_ms: the end of the delivery's age if its time of receipt is unknown.
        every: try all keys, not only those of webhooks that cover its number and event.
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
        after=_outcome(answer),
    )
    return answer


def record_rate_limited(*, actor: str) -> None:
    """Record in the audit log that a check was blocked."""
    audit.record(
        actor=actor, action=Action.SIGNATURE_CHECKED, after="not checked: too many requests"
    )


def _outcome(answer: Answer) -> str:
    verdict = answer.verdict
    if verdict is None:
        return "no key tried: the body has no number and event"
    wrong = [*verdict.mistakes, *([] if answer.covers else ["key of another webhook"])]
    return f"{verdict.kind}: {', '.join(wrong)}" if wrong else verdict.kind


@sensitive_variables()
def _try_keys(
    answer: Answer, stamps: tuple[Stamp, ...], delivery: Delivery, *, now_ms: int, budget_s: float
) -> Answer:
    """Find a key that signed the way Quo does, else the one with the fewest mistakes."""
    until = time.monotonic() + budget_s
    scope = None if answer.every else answer.scope
    webhooks = (scope.webhooks() if scope else Webhook.objects.all()).filter(
        key_sealed__isnull=False
    )
    bodies = [body for _, body in delivery.bodies]
    serialized = signature_mistakes.serializations(bodies)
    best: tuple[Match, int] | None = None
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
        match = signatures.exact(stamps, bodies, key) or signatures.mistaken(
            stamps, serialized, key
        )
        if match and (best is None or len(match.mistakes) < len(best[0].mistakes)):
            best = match, pk
        if match and not match.mistakes:
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
    known = webhook.events is not None and webhook.resource_ids is not None
    return not (scope and known) or scope.webhooks().filter(pk=webhook.pk).exists()


def _spelling(match: Match, delivery: Delivery) -> str:
    certain = not match.mistakes and len(delivery.bodies) > 1
    return delivery.bodies[match.body][0] if certain else ""


def _in_chunks(webhooks: WebhookQuerySet) -> Iterator[tuple[int, bytes]]:
    """Yield the sealed keys, those of existing webhooks first, newest first."""
    for gone in (False, True):
        rows = webhooks.filter(missing_since__isnull=not gone).order_by("-pk")
        chunk = list(rows.values_list("pk", "key_sealed")[:CHUNK])
        while chunk:
            yield from ((pk, bytes(sealed or b"")) for pk, sealed in chunk)
            rest = rows.filter(pk__lt=chunk[-1][0])
            chunk = list(rest.values_list("pk", "key_sealed")[:CHUNK])
