"""Key handover of a batch: an audit entry for each key, then one view by one person."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from quo_admin.audit import services as audit
from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.batches.models import Batch, KeyHandover
from quo_admin.chunks import in_chunks
from quo_admin.template_tags import pairs
from quo_admin.webhooks.keys import sealing
from quo_admin.webhooks.models import Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet

FORMS = {"env": "Environment lines", "json": "JSON"}
KEYS_PER_PAGE = 500  # each is an audit entry, written before any key is shown
ENTRIES_PER_TRANSACTION = 50  # other writers of the audit log wait for a transaction


@dataclass(frozen=True)
class Sheet:
    """Keys in clear text. Only for the one page that shows them; repr() leaves them out."""

    form: str
    count: int
    text: str = field(repr=False)


def with_keys(batch: Batch) -> WebhookQuerySet:
    """Return the webhooks of a batch that still exist and whose keys we hold, in row order."""
    row = batch.rows.filter(token=OuterRef("attempt__token")).values("row")[:1]
    return (
        Webhook.objects.live()
        .filter(attempt__token__in=batch.rows.values("token"), key_sealed__isnull=False)
        .defer("key_sealed")
        .order_by(Subquery(row), "pk")
    )


def handovers(webhook_ids: Iterable[str]) -> dict[str, Entry]:
    """Return the last audit entry of a handover for each of these webhooks that has one."""
    entries = Entry.objects.filter(action=Action.KEYS_HANDED_OVER, target__in=list(webhook_ids))
    return {entry.target: entry for entry in entries.order_by("number")}


def handed_over(batch: Batch) -> int:
    """Return how many keys of a batch were handed over at least once."""
    ids = Webhook.objects.filter(attempt__token__in=batch.rows.values("token")).values("quo_id")
    entries = Entry.objects.filter(action=Action.KEYS_HANDED_OVER, target__in=ids)
    return entries.values("target").distinct().count()


def hand_over(
    *, actor: str, staff_id: int, batch: Batch, webhooks: Sequence[Webhook], form: str
) -> KeyHandover:
    """Record in the audit log that this person gets these keys, then return a one-time link.

    No entry, no key: the link comes last. If writing fails half way, the log names keys that
    were never shown, which is the safe side to err on.
    """
    for chunk in in_chunks(list(webhooks), ENTRIES_PER_TRANSACTION):
        with transaction.atomic():
            for webhook in chunk:
                audit.record(
                    actor=actor,
                    action=Action.KEYS_HANDED_OVER,
                    target=webhook.quo_id,
                    label=str(webhook),
                    after=f"fingerprint {pairs(webhook.key_fingerprint)}",
                )
    return KeyHandover.objects.create_link(
        batch,
        webhooks=[webhook.pk for webhook in webhooks],
        form=form,
        staff_id=staff_id,
        now=timezone.now(),
    )


def take(*, token: str, staff_id: int, batch: Batch) -> Sheet | None:
    """Use up the one-time link and return its keys, or None when it is used up or expired.

    Raises:
        KeyUnreadable: the FIELD_KEYS of this installation cannot decrypt a key.
    """
    link = KeyHandover.objects.use_up(token, batch=batch, staff_id=staff_id, now=timezone.now())
    if link is None:
        return None
    variables = variable_names(batch)
    webhooks = list(with_keys(batch).defer(None).filter(pk__in=link.webhooks))
    opened = [(webhook, sealing.unseal(bytes(webhook.key_sealed or b""))) for webhook in webhooks]
    text = as_json(opened) if link.form == "json" else as_env(opened, variables)
    return Sheet(link.form, len(opened), text)


def as_env(opened: Iterable[tuple[Webhook, str]], names: Mapping[str, str]) -> str:
    """Return a line for each key, below a comment with its ID, fingerprint and label.

    Args:
        names: variable names by webhook ID.
    """
    lines: list[str] = []
    for host, group in groupby(opened, key=lambda pair: pair[0].host):
        lines.append(f"# {_on_one_line(host)}")
        for webhook, key in group:
            facts = [webhook.quo_id, f"fingerprint {pairs(webhook.key_fingerprint)}"]
            facts += [_on_one_line(webhook.label)] if webhook.label else []
            lines += [f"# {', '.join(facts)}", f"{names[webhook.quo_id]}={shlex.quote(key)}"]
    return "\n".join(lines)


def as_json(opened: Iterable[tuple[Webhook, str]]) -> str:
    """Return the keys by host and webhook ID."""
    hosts: dict[str, dict[str, dict[str, str | None]]] = {}
    for webhook, key in opened:
        hosts.setdefault(webhook.host, {})[webhook.quo_id] = {
            "label": webhook.label,
            "fingerprint": pairs(webhook.key_fingerprint),
            "key": key,
        }
    return json.dumps(hosts, indent=2, ensure_ascii=False)


def variable_names(batch: Batch) -> dict[str, str]:
    """Return the environment variable for each webhook ID, unique within the batch.

    Unique across pages too: a batch handed over page by page may end in one file.
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
