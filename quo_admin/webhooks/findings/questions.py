"""What each house rule asks of the database: which webhooks break it, and with which subjects."""

from collections.abc import Callable, Collection
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Exists, Expression, Func, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat, Left

from quo_admin.quo import spec
from quo_admin.webhooks import exposure
from quo_admin.webhooks.findings import doubled, house
from quo_admin.webhooks.findings.doubled import ALL, may_send
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.webhook import WebhookQuerySet
from quo_admin.webhooks.rules import MANY, Rule
from quo_admin.workspace.models import Member, Number

Broken = set[tuple[str, int, str]]  # (rule, pk of the webhook, subject)
Rows = QuerySet[Any, tuple[str, int, str]]
MEMBER, STAFF = "member ", "staff "  # before whom: the two makers that a webhook may have
LONGEST = 255  # characters of a subject; an acknowledgement keeps no more


_NUMBER_HERE = Q(Exists(Number.objects.here().filter(quo_id=OuterRef("resource_id"))))


def _live() -> WebhookQuerySet:
    return Webhook.objects.live()


def _of_numbers() -> WebhookQuerySet:
    """Return the live ones, but those of contacts, which have no numbers."""
    return _live().exclude(family="contacts")


def _plain_http() -> WebhookQuerySet:
    return _live().filter(in_clear=True)


def _all_numbers() -> WebhookQuerySet:
    return _of_numbers().filter(Exists(_mine().filter(resource_id=ALL)))


def _many_numbers() -> WebhookQuerySet:
    return _of_numbers().filter(named__gt=MANY)


def _disabled() -> WebhookQuerySet:
    return Webhook.objects.standing(spec.Status.DISABLED)


def _mine(webhook: str = "pk") -> QuerySet[Subscription]:
    """Return the subscriptions of the webhook that is being asked about."""
    return Subscription.objects.filter(webhook=OuterRef(webhook))


def _left(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """Return those of numbers that are not the company's, once its own were read."""
    read = Exists(Number.objects.all())
    return rows.exclude(resource_id=ALL).filter(~_NUMBER_HERE, read)


def _kept(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    return rows.filter(Q(resource_id=ALL) | _NUMBER_HERE)


def _naming_left(pks: Collection[int] | None = None) -> WebhookQuerySet:
    """Return the live ones, or of these, that name a number that left.

    Found by their subscriptions: of all webhooks only few are such.
    """
    rows = (
        Subscription.objects.all() if pks is None else Subscription.objects.filter(webhook__in=pks)
    )
    return _live().filter(pk__in=_left(rows).values("webhook"))


def _number_left() -> WebhookQuerySet:
    return _naming_left().filter(Exists(_kept(_mine())))


def _all_numbers_gone(pks: Collection[int] | None = None) -> WebhookQuerySet:
    return _naming_left(pks).filter(~Exists(_kept(_mine())))


def _host_once() -> WebhookQuerySet:
    same = may_send().filter(host=OuterRef("host")).exclude(pk=OuterRef("pk"))
    return may_send().exclude(host="").filter(~Exists(same))


def _of_member_who_left() -> WebhookQuerySet:
    here = Member.objects.here().values("quo_id")
    rows = _live().exclude(user_id=None).exclude(user_id="").exclude(user_id__in=here)
    return rows.filter(Exists(Member.objects.all()))


def _of_staff_who_left() -> WebhookQuerySet:
    here = User.objects.filter(is_active=True).values("username")
    return _live().exclude(made_by="").exclude(made_by__in=here)


def _maker_gone() -> WebhookQuerySet:
    either = Q(pk__in=_of_member_who_left().values("pk"))
    return _live().filter(either | Q(pk__in=_of_staff_who_left().values("pk")))


def _key_seen() -> WebhookQuerySet:
    seen = exposure.seen_by_leavers().values("target")
    return _live().filter(quo_id__in=seen)


BREAKING: dict[str, Callable[[], WebhookQuerySet]] = {
    Rule.PLAIN_HTTP: _plain_http,
    Rule.ALL_NUMBERS: _all_numbers,
    Rule.MANY_NUMBERS: _many_numbers,
    Rule.DISABLED: _disabled,
    Rule.DOUBLED: doubled.webhooks,
    house.NUMBER_LEFT: _number_left,
    house.ALL_NUMBERS_GONE: _all_numbers_gone,
    house.HOST_ONCE: _host_once,
    house.MAKER_GONE: _maker_gone,
    house.KEY_SEEN_BY_LEAVER: _key_seen,
}


def subjects(rules: Collection[str], pks: Collection[int]) -> Broken:
    """Return what these webhooks break these rules with. At the most four queries."""
    broken: Broken = set()
    if Rule.DOUBLED in rules:
        broken = {(Rule.DOUBLED.value, pk, id) for pk, id in doubled.pairs(pks)}
    asked = [rows for rule in rules if rule != Rule.DOUBLED for rows in _asked(rule, pks)]
    return broken | set(asked[0].union(*asked[1:], all=True)) if asked else broken


def _asked(rule: str, pks: Collection[int]) -> list[Rows]:
    """Return rows that can be joined with other rules' in one question."""
    if rule == house.NUMBER_LEFT:
        left = _left(Subscription.objects.filter(webhook__in=pks, webhook__gone_at=None))
        left = left.filter(Exists(_kept(_mine("webhook"))))
        return [left.values_list(_text(rule), "webhook", _column("resource_id")).distinct()]
    if rule == house.KEY_SEEN_BY_LEAVER:
        ids = _live().filter(pk__in=pks).values("quo_id")
        seen = exposure.seen_by_leavers().filter(target__in=ids)
        return [seen.values_list(_text(rule), "webhook", _column("actor"))]
    asked: list[tuple[WebhookQuerySet, Expression]]
    if rule == house.MAKER_GONE:
        members, staff = _of_member_who_left(), _of_staff_who_left()
        asked = [(members, _who(MEMBER, "user_id")), (staff, _who(STAFF, "made_by"))]
    elif rule == house.HOST_ONCE:
        asked = [(_host_once(), _who("", "host"))]
    elif rule == house.ALL_NUMBERS_GONE:
        asked = [(_all_numbers_gone(pks), _text(""))]
    else:
        asked = [(BREAKING[rule](), _text(""))]
    return [
        rows.filter(pk__in=pks).values_list(_text(rule), "pk", subject) for rows, subject in asked
    ]


def _text(text: str) -> Value:
    return Value(text, output_field=TextField())


def _column(name: str) -> Cast:
    return Cast(name, TextField())


def _who(kind: str, column: str) -> Func:
    return Left(Concat(_text(kind), _column(column)), LONGEST, output_field=TextField())
