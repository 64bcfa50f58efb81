"""Key handover of a batch: an audit entry for each key first, then one view by one person."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.batches.models import Batch, KeyHandover
from quo_admin.template_tags import pairs
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

FORMS = {"env": "Environment lines", "json": "JSON"}
AT_ONCE = 500  # keys handed over; each is an entry of the audit log, written before any is shown
ENTRIES_AT_ONCE = 50  # in one transaction, for which everybody who records waits


@dataclass(frozen=True)
class Sheet:
    """Keys in clear, once: for one place in memory and on one page, nowhere else."""

    form: str
    count: int
    text: str = field(repr=False)


def with_keys(batch: Batch) -> WebhookQuerySet:
    """Return the webhooks of a batch that are still at Quo and whose keys are here, by host."""
    return (
        Webhook.objects.live()
        .filter(attempt__token__in=batch.rows.values("token"), key_sealed__isnull=False)
        .defer("key_sealed")
        .order_by("host", "pk")
    )


def hand_over(
    *, actor: str, staff_id: int, batch: Batch, webhooks: Sequence[Webhook], form: str
) -> KeyHandover:
    """Write to the audit log that this person gets these keys, and give the right to see them once.

    The right comes last: no entry, no key. What was written when it broke off in between stands
    on the audit log although nothing was shown, which errs on the safe side.
    """
    for start in range(0, len(webhooks), ENTRIES_AT_ONCE):
        with transaction.atomic():
            for webhook in webhooks[start : start + ENTRIES_AT_ONCE]:
                audit.record(
                    actor=actor,
                    action=Action.KEYS_HANDED_OVER,
                    target=webhook.quo_id,
                    label=str(webhook),
                    after=f"fingerprint {pairs(webhook.key_fingerprint)}",
                )
    return KeyHandover.objects.give(
        batch,
        webhooks=[webhook.pk for webhook in webhooks],
        form=form,
        staff_id=staff_id,
        now=timezone.now(),
    )


def take(*, token: str, staff_id: int, batch: Batch) -> Sheet | None:
    """Use up the receipt and return the keys, or None where there is no such right (any more).

    Raises:
        KeyUnreadable: FIELD_KEYS of this installation do not open one of them.
    """
    right = KeyHandover.objects.use_up(token, batch=batch, staff_id=staff_id, now=timezone.now())
    if right is None:
        return None
    named = names(batch)
    webhooks = list(with_keys(batch).defer(None).filter(pk__in=right.webhooks))
    opened = [(webhook, sealing.unseal(bytes(webhook.key_sealed or b""))) for webhook in webhooks]
    text = as_json(opened) if right.form == "json" else as_env(opened, named)
    return Sheet(right.form, len(opened), text)


def as_env(opened: Iterable[tuple[Webhook, str]], names: Mapping[str, str]) -> str:
    """Return a line for each key, below a remark with what the receiving team can check it by.

    Args:
        names: of the variables, by the webhook's id.
    """
    lines: list[str] = []
    for host, ones in groupby(opened, key=lambda one: one[0].host):
        lines.append(f"# {_on_one_line(host)}")
        for webhook, key in ones:
            told = [webhook.quo_id, f"fingerprint {pairs(webhook.key_fingerprint)}"]
            told += [_on_one_line(webhook.label)] if webhook.label else []
            lines += [f"# {', '.join(told)}", f"{names[webhook.quo_id]}={shlex.quote(key)}"]
    return "\n".join(lines)


def as_json(opened: Iterable[tuple[Webhook, str]]) -> str:
    """Return the keys by host and by id of the webhook."""
    hosts: dict[str, dict[str, dict[str, str | None]]] = {}
    for webhook, key in opened:
        hosts.setdefault(webhook.host, {})[webhook.quo_id] = {
            "label": webhook.label,
            "fingerprint": pairs(webhook.key_fingerprint),
            "key": key,
        }
    return json.dumps(hosts, indent=2, ensure_ascii=False)


def names(batch: Batch) -> dict[str, str]:
    """Return the names of the variables, by the webhook's id: no two of the batch are the same.

    A batch may be handed over in several parts, which end in one file all the same.
    """
    labels = dict(with_keys(batch).values_list("quo_id", "label"))
    plain = {id: _words(label) or _words(id) for id, label in labels.items()}
    count = Counter(plain.values())
    return {
        id: f"QUO_WEBHOOK_KEY_{name}" + (f"_{_words(id)}" if count[name] > 1 else "")
        for id, name in plain.items()
    }


def _words(text: str | None) -> str:
    return re.sub(r"[^A-Z0-9]+", "_", (text or "").upper()).strip("_")


def _on_one_line(text: str | None) -> str:
    return " ".join((text or "").split())
