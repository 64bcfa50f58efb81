"""The rules of the findings: which stored webhooks break a policy, and with which subjects."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, Expression, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Left

from quo_admin.quo import spec
from quo_admin.webhooks.keys import access
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.policies import catalog, duplicates
from quo_admin.webhooks.policies.duplicates import ALL, may_send
from quo_admin.webhooks.policies.warnings import MANY, PolicyName
from quo_admin.workspace.models import Member, Number

Broken = set[tuple[str, int, str]]  # (policy, pk of the webhook, subject)
Rows = QuerySet[Any, tuple[str, int, str]]
MEMBER, STAFF = "member ", "staff "  # prefixes of the two kinds of creators
LONGEST = 255  # characters of a subject, as in an acknowledgement


_NUMBER_HERE = Q(Exists(Number.objects.current().filter(quo_id=OuterRef("resource_id"))))


def _live() -> WebhookQuerySet:
    return Webhook.objects.live()


def _of_numbers() -> WebhookQuerySet:
    """Return existing webhooks, except those for contacts, which have no numbers."""
    return _live().exclude(family="contacts")


def _plain_http() -> WebhookQuerySet:
    return _live().filter(is_plain_http=True)


def _unreachable() -> WebhookQuerySet:
    return _live().filter(is_unreachable=True)


def _all_numbers() -> WebhookQuerySet:
    return _of_numbers().filter(Exists(_own_subscriptions().filter(resource_id=ALL)))


def _many_numbers() -> WebhookQuerySet:
    return _of_numbers().filter(number_count__gt=MANY)


def _disabled() -> WebhookQuerySet:
    return Webhook.objects.with_status(spec.Status.DISABLED)


def _own_subscriptions(webhook: str = "pk") -> QuerySet[Subscription]:
    """Return the subscriptions of the webhook in the outer query."""
    return Subscription.objects.filter(webhook=OuterRef(webhook))


def _left(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Return the subscriptions of numbers that left the company, once its numbers were read."""
    read = Exists(Number.objects.all())
    return rows.exclude(resource_id=ALL).filter(~_NUMBER_HERE, read)


def _kept(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    return rows.filter(Q(resource_id=ALL) | _NUMBER_HERE)


def _naming_left(pks: Collection[int] | None = None) -> WebhookQuerySet:
    """Return existing webhooks, or those of these, with a number that left.

    Found by their subscriptions, since only few webhooks have one.
    """
    rows = (
        Subscription.objects.all() if pks is None else Subscription.objects.filter(webhook__in=pks)
    )
    return _live().filter(pk__in=_left(rows).values("webhook"))


def _number_left() -> WebhookQuerySet:
    return _naming_left().filter(Exists(_kept(_own_subscriptions())))


def _all_numbers_left(pks: Collection[int] | None = None) -> WebhookQuerySet:
    return _naming_left(pks).filter(~Exists(_kept(_own_subscriptions())))


def _host_once() -> WebhookQuerySet:
    same = may_send().filter(host=OuterRef("host")).exclude(pk=OuterRef("pk"))
    return may_send().exclude(host="").filter(~Exists(same))


def _of_member_who_left() -> WebhookQuerySet:
    here = Member.objects.current().values("quo_id")
    rows = _live().exclude(user_id=None).exclude(user_id="").exclude(user_id__in=here)
    return rows.filter(Exists(Member.objects.all()))


def _of_staff_who_left() -> WebhookQuerySet:
    here = User.objects.filter(is_active=True).values("username")
    return _live().exclude(created_by="").exclude(created_by__in=here)


def _creator_left() -> WebhookQuerySet:
    either = Q(pk__in=_of_member_who_left().values("pk"))
    return _live().filter(either | Q(pk__in=_of_staff_who_left().values("pk")))


def _key_seen() -> WebhookQuerySet:
    seen = access.seen_by_former_users().values("target")
    return _live().filter(quo_id__in=seen)


BREAKING: dict[str, Callable[[], WebhookQuerySet]] = {
    PolicyName.PLAIN_HTTP: _plain_http,
    PolicyName.ALL_NUMBERS: _all_numbers,
    PolicyName.MANY_NUMBERS: _many_numbers,
    PolicyName.DISABLED: _disabled,
    PolicyName.UNREACHABLE: _unreachable,
    PolicyName.DOUBLED: duplicates.webhooks,
    catalog.NUMBER_LEFT: _number_left,
    catalog.ALL_NUMBERS_LEFT: _all_numbers_left,
    catalog.HOST_ONCE: _host_once,
    catalog.CREATOR_LEFT: _creator_left,
    catalog.KEY_SEEN_BY_FORMER_USER: _key_seen,
}


def subjects(policies: Collection[str], pks: Collection[int]) -> Broken:
    """Return the subjects with which these webhooks break these policies. At most four queries."""
    broken: Broken = set()
    if PolicyName.DOUBLED in policies:
        broken = {(PolicyName.DOUBLED.value, pk, id) for pk, id in duplicates.pairs(pks)}
    queries = [
        rows
        for policy in policies
        if policy != PolicyName.DOUBLED
        for rows in _queries(policy, pks)
    ]
    return broken | set(queries[0].union(*queries[1:], all=True)) if queries else broken


def _queries(policy: str, pks: Collection[int]) -> list[Rows]:
    """Return queries that can be united with those of other policies."""
    if policy == catalog.NUMBER_LEFT:
        left = _left(Subscription.objects.filter(webhook__in=pks, webhook__missing_since=None))
        left = left.filter(Exists(_kept(_own_subscriptions("webhook"))))
        return [left.values_list(_text(policy), "webhook", _column("resource_id")).distinct()]
    if policy == catalog.KEY_SEEN_BY_FORMER_USER:
        ids = _live().filter(pk__in=pks).values("quo_id")
        seen = access.seen_by_former_users().filter(target__in=ids)
        return [seen.values_list(_text(policy), "webhook", _column("actor"))]
    queries: list[tuple[WebhookQuerySet, Expression]]
    if policy == catalog.CREATOR_LEFT:
        members, staff = _of_member_who_left(), _of_staff_who_left()
        queries = [(members, _subject(MEMBER, "user_id")), (staff, _subject(STAFF, "created_by"))]
    elif policy == catalog.HOST_ONCE:
        queries = [(_host_once(), _subject("", "host"))]
    elif policy == catalog.ALL_NUMBERS_LEFT:
        queries = [(_all_numbers_left(pks), _text(""))]
    else:
        queries = [(BREAKING[policy](), _text(""))]
    return [
        rows.filter(pk__in=pks).values_list(_text(policy), "pk", subject)
        for rows, subject in queries
    ]


def _text(text: str) -> Value:
    return Value(text, output_field=TextField())


def _column(name: str) -> Cast:
    return Cast(name, TextField())


def _subject(kind: str, column: str) -> Func:
    return Left(Concat(_text(kind), _column(column)), LONGEST, output_field=TextField())
