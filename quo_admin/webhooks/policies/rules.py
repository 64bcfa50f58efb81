"""The rules of the findings: which stored webhooks break a policy, and with which subjects.

``findings_of`` reads what the rules need to know about some webhooks in a constant number of
queries, and applies each rule to each of them.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User

from quo_admin.audit.models import Entry
from quo_admin.quo import spec
from quo_admin.template_tags import pairs as in_pairs
from quo_admin.webhooks.keys.access import KEY_SEEN_BY_FORMER_USER, SEEN
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.policies import catalog, duplicates
from quo_admin.webhooks.policies.duplicates import Partner
from quo_admin.webhooks.policies.host_once import webhooks_of_hosts
from quo_admin.webhooks.policies.warnings import MANY, PolicyName
from quo_admin.workspace.models import Member, Number

FindingKey = tuple[int, str, str]  # (pk of the webhook, policy, subject)
MEMBER, STAFF = "member ", "staff "  # prefixes of the two kinds of creators
LONGEST = 255  # characters of a subject
ALL = spec.ALL_PHONE_NUMBERS
COLUMNS = (
    *("pk", "quo_id", "status", "family", "host", "is_plain_http", "is_unreachable"),
    *("number_count", "user_id", "created_by", "key_fingerprint"),
)


@dataclass(frozen=True)
class Facts:
    """What the rules need to know about some webhooks, beside their own columns.

    Attributes:
        numbers: the subscribed numbers of each webhook, by primary key; ``*`` for all.
        numbers_here: which of these the company has; None before its numbers were read.
        members_here: the same of the webhooks' members.
        people: usernames with an active account.
        seen_by: who has seen the current key, by primary key.
        partners: (pk, ID of the other webhook) of duplicates.
        only: webhooks that are the only one to their host.
    """

    numbers: Mapping[int, set[str]]
    numbers_here: set[str] | None
    members_here: set[str] | None
    people: set[str]
    seen_by: Mapping[int, set[str]]
    partners: Mapping[int, set[str]]
    only: set[int]

    def left(self, webhook: Webhook) -> set[str]:
        """Return the numbers of a webhook that the company does not have any more."""
        if self.numbers_here is None:
            return set()
        return self.numbers.get(webhook.pk, set()) - self.numbers_here - {ALL}


Rule = Callable[[Webhook, Facts], Iterable[str]]


def findings_of(pks: Collection[int], partners: Sequence[Partner] | None = None) -> set[FindingKey]:
    """Return the findings of these webhooks; a missing webhook has none.

    Args:
        partners: the webhooks that duplicate them, if they are known already.
    """
    webhooks = list(Webhook.objects.live().filter(pk__in=pks).only(*COLUMNS)) if pks else []
    facts = _facts(webhooks, partners)
    return {
        (webhook.pk, policy, subject[:LONGEST])
        for webhook in webhooks
        for policy, rule in RULES.items()
        for subject in rule(webhook, facts)
    }


def _facts(webhooks: list[Webhook], found: Sequence[Partner] | None) -> Facts:
    numbers: dict[int, set[str]] = defaultdict(set)
    pks = [webhook.pk for webhook in webhooks]
    subscriptions = Subscription.objects.filter(webhook__in=pks)
    for pk, id in subscriptions.values_list("webhook_id", "resource_id").distinct():
        numbers[pk].add(id)
    partners: dict[int, set[str]] = defaultdict(set)
    for pk, other in duplicates.pairs(duplicates.partners(pks) if found is None else found):
        partners[pk].add(other)
    seen_by = _seen_by(webhooks)
    names = {webhook.created_by for webhook in webhooks}.union(*seen_by.values()) - {""}
    people = User.objects.filter(is_active=True, username__in=names) if names else ()
    hosts = webhooks_of_hosts({webhook.host for webhook in webhooks})
    return Facts(
        numbers,
        _here(Number, set().union(*numbers.values()) - {ALL}),
        _here(Member, {webhook.user_id or "" for webhook in webhooks} - {""}),
        {person.username for person in people},
        seen_by,
        partners,
        {only for only, *others in hosts.values() if not others},
    )


def _here(copies: type[Number] | type[Member], ids: set[str]) -> set[str] | None:
    """Return which of these exist now; None if no list of them was ever read."""
    here = copies.objects.current()
    found = set(here.filter(quo_id__in=ids).values_list("quo_id", flat=True)) if ids else set()
    return found if found or not ids or copies.objects.exists() else None


def _seen_by(webhooks: list[Webhook]) -> Mapping[int, set[str]]:
    """Return who has seen the current key of each webhook, from the audit log."""
    markers = {
        (w.quo_id, f"fingerprint {in_pairs(w.key_fingerprint)}"): w.pk
        for w in webhooks
        if w.key_fingerprint
    }
    seen: dict[int, set[str]] = defaultdict(set)
    if markers:
        entries = Entry.objects.filter(target__in={id for id, _ in markers}, action__in=SEEN)
        for target, actor, after in entries.values_list("target", "actor", "after").distinct():
            if pk := markers.get((target, after)):
                seen[pk].add(actor)
    return seen


# The rules. Each returns the subjects with which a webhook breaks the policy.


def _once(broken: bool) -> tuple[str, ...]:
    return ("",) if broken else ()


def _all_numbers(webhook: Webhook, facts: Facts) -> Iterable[str]:
    return _once(webhook.family != "contacts" and ALL in facts.numbers.get(webhook.pk, ()))


def _many_numbers(webhook: Webhook, facts: Facts) -> Iterable[str]:
    return _once(webhook.family != "contacts" and webhook.number_count > MANY)


def _number_left(webhook: Webhook, facts: Facts) -> Iterable[str]:
    left = facts.left(webhook)
    return left if left != facts.numbers.get(webhook.pk) else ()


def _all_numbers_left(webhook: Webhook, facts: Facts) -> Iterable[str]:
    left = facts.left(webhook)
    return _once(bool(left) and left == facts.numbers[webhook.pk])


def _host_once(webhook: Webhook, facts: Facts) -> Iterable[str]:
    return (webhook.host,) if webhook.pk in facts.only else ()


def _creator_left(webhook: Webhook, facts: Facts) -> Iterable[str]:
    member, person = webhook.user_id, webhook.created_by
    if member and facts.members_here is not None and member not in facts.members_here:
        yield f"{MEMBER}{member}"
    if person and person not in facts.people:
        yield f"{STAFF}{person}"


def _key_seen(webhook: Webhook, facts: Facts) -> Iterable[str]:
    return facts.seen_by.get(webhook.pk, set()) - facts.people


RULES: dict[str, Rule] = {
    PolicyName.PLAIN_HTTP.value: lambda webhook, facts: _once(webhook.is_plain_http),
    PolicyName.ALL_NUMBERS.value: _all_numbers,
    PolicyName.MANY_NUMBERS.value: _many_numbers,
    PolicyName.DISABLED.value: lambda w, facts: _once(w.status == spec.Status.DISABLED),
    PolicyName.UNREACHABLE.value: lambda webhook, facts: _once(webhook.is_unreachable),
    PolicyName.DOUBLED.value: lambda webhook, facts: facts.partners.get(webhook.pk, ()),
    catalog.NUMBER_LEFT: _number_left,
    catalog.ALL_NUMBERS_LEFT: _all_numbers_left,
    catalog.HOST_ONCE: _host_once,
    catalog.CREATOR_LEFT: _creator_left,
    KEY_SEEN_BY_FORMER_USER: _key_seen,
}
