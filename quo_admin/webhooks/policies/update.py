"""Keeps the findings up to date, in the transaction that changes what they depend on."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.lookups import In
from django.utils import timezone

from quo_admin import locks
from quo_admin.audit.models import Entry
from quo_admin.chunks import in_chunks
from quo_admin.webhooks.changes import Reach
from quo_admin.webhooks.keys.access import SEEN
from quo_admin.webhooks.models import Finding, Subscription, Webhook
from quo_admin.webhooks.models.expressions import Short
from quo_admin.webhooks.policies import catalog, duplicates
from quo_admin.webhooks.policies.duplicates import Partner
from quo_admin.webhooks.policies.host_once import webhooks_of_hosts
from quo_admin.webhooks.policies.rules import LONGEST, FindingKey, findings_of
from quo_admin.webhooks.policies.warnings import PolicyName

AT_ONCE = 200  # webhooks; their keys are variables of a query
Differences = tuple[set[FindingKey], dict[FindingKey, int]]
OLD_NAMES = "_usernames_before"  # where a person keeps the username while being saved


def update(pks: Collection[int]) -> int:
    """Bring the findings of these webhooks up to date, and return how many were wrong."""
    return sum(_update(differences(chunk)) for chunk in in_chunks(sorted(pks), AT_ONCE))


def next_pks(after: int) -> list[int]:
    """Return the next webhooks after a primary key, to check all of them in chunks."""
    return _next(Webhook.objects.all(), "pk", after)


def differences_in_words(pks: Collection[int]) -> list[str]:
    """Return what is wrong about the findings of these webhooks."""
    missing, wrong = differences(pks)
    ids = dict(Webhook.objects.filter(pk__in=pks).values_list("pk", "quo_id"))
    return [
        f"Webhook {ids[pk]}: finding {policy} {subject}".rstrip() + f" {problem}."
        for keys, problem in ((missing, "was not stored"), (wrong, "does not exist any more"))
        for pk, policy, subject in sorted(keys)
    ]


def differences(pks: Collection[int], partners: Sequence[Partner] | None = None) -> Differences:
    """Return the findings that are not stored, and the stored ones that are wrong, with their pk.

    Args:
        pks: a few hundred webhooks at most.
        partners: the webhooks that duplicate them, if they are known already.
    """
    right = findings_of(pks, partners)
    rows = Finding.objects.filter(webhook__in=pks)
    kept = {(row.webhook_id, row.policy, row.subject): row.pk for row in rows}
    return right - kept.keys(), {key: id for key, id in kept.items() if key not in right}


def on_webhooks_changed(pks: Collection[int], changed: Reach, **kwargs: Any) -> None:
    """Check these webhooks, those that they duplicate or did, and the only ones of their hosts."""
    partners = duplicates.partners(pks)
    hosts = {delivery.host for delivery in changed}
    others = {partner.other_pk for partner in partners} | _stored_for(pks, hosts)
    others |= {pk for pk, *more in webhooks_of_hosts(hosts).values() if not more}
    if others <= set(pks):
        _update(differences(pks, partners))
    else:
        update({*pks, *others})


def _stored_for(pks: Collection[int], hosts: Collection[str]) -> set[int]:
    """Return the webhooks with a stored finding that names one of these webhooks or hosts."""
    ids = Webhook.objects.filter(pk__in=pks).values("quo_id")
    doubled = Q(policy=PolicyName.DOUBLED, subject__in=ids)
    alone = Q(policy=catalog.HOST_ONCE, subject__in=[host[:LONGEST] for host in hosts])
    return set(Finding.objects.filter(doubled | alone).values_list("webhook", flat=True))


def on_numbers_changed(ids: Collection[str] | None, **kwargs: Any) -> None:
    """Check the webhooks of numbers that are new, missing or back; None stands for all numbers."""
    rows = Subscription.objects.all()
    _update_all(rows if ids is None else rows.filter(resource_id__in=ids), "webhook")


def on_members_changed(ids: Collection[str] | None, **kwargs: Any) -> None:
    """Check the webhooks of members that are new, missing or back; None stands for all members."""
    rows = Webhook.objects.live().exclude(user_id=None)
    if ids is not None:
        rows = rows.filter(In(Short("user_id"), [id[: Short.LENGTH] for id in ids]))
    _update_all(rows, "pk")


def before_person_is_saved(instance: User, **kwargs: Any) -> None:
    """Remember the username, and take the lock before the audit log's."""
    if _may_matter(**kwargs):
        before_person_is_deleted()
        old = User.objects.filter(pk=instance.pk).values_list("username", flat=True)
        vars(instance)[OLD_NAMES] = list(old)


def on_person_saved(instance: User, **kwargs: Any) -> None:
    """Check the webhooks that a person created, and those whose key the person has seen."""
    if _may_matter(**kwargs):
        _update_of_people({instance.username, *vars(instance).pop(OLD_NAMES, [])})


def before_person_is_deleted(**kwargs: Any) -> None:
    """Take the lock before the audit log's, which another receiver takes."""
    if connection.in_atomic_block:
        locks.exclusive(locks.WEBHOOKS)


def on_person_deleted(instance: User, **kwargs: Any) -> None:
    _update_of_people({instance.username})


def _may_matter(update_fields: Iterable[str] | None = None, **kwargs: Any) -> bool:
    """Whether a save may change a username or whether the account is active."""
    return update_fields is None or not {"username", "is_active"}.isdisjoint(update_fields)


def _update_of_people(names: Collection[str]) -> None:
    with transaction.atomic():
        locks.exclusive(locks.WEBHOOKS)
        _update_all(Webhook.objects.filter(created_by__in=names), "pk")
        seen = Entry.objects.filter(actor__in=names, action__in=SEEN).values("target")
        _update_all(Webhook.objects.filter(quo_id__in=seen), "pk")


def _update(found: Differences) -> int:
    missing, wrong = found
    if wrong:
        Finding.objects.filter(pk__in=wrong.values()).delete()
    now = timezone.now()
    Finding.objects.bulk_create(
        Finding(webhook_id=pk, policy=policy, subject=subject, since=now)
        for pk, policy, subject in sorted(missing)
    )
    return len(missing) + len(wrong)


def _update_all(rows: QuerySet[Any], column: str) -> None:
    """Bring the webhooks of these rows up to date, a chunk at a time."""
    last = 0
    while chunk := _next(rows, column, last):
        update(chunk)
        last = chunk[-1]


def _next(rows: QuerySet[Any], column: str, after: int) -> list[int]:
    rest = rows.filter(**{f"{column}__gt": after}).order_by(column)
    return list(rest.values_list(column, flat=True).distinct()[:AT_ONCE])
