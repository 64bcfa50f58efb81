"""How the words of a search are understood.

By an index if possible: an ID or its beginning, a whole host, a number. Otherwise they are part of
a label, host or ID, or of the name of a number or member, and each webhook is tested until the
page is full.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from quo_admin.quo import spec
from quo_admin.webhooks.inventory.conditions import Condition, equal, of_webhooks, where
from quo_admin.webhooks.models import Subscription, Webhook
from quo_admin.webhooks.models.expressions import Begins, WithoutIndex
from quo_admin.workspace.models import Member, Number
from quo_admin.workspace.phone_numbers import MIN_NUMBER_DIGITS, number_search_terms

BEGINNING = 6  # characters of an ID: fewer may be a word, such as "WHO"


@dataclass(frozen=True)
class Search:
    """What the words are taken for, "id", "host", "number" or "words", and their condition.

    ``numbers``: numbers were found, so webhooks on all numbers are found too.
    """

    how: str
    condition: Condition
    numbers: bool = False


def search(words: str, *, everywhere: bool = False) -> Search:
    """Return the search; ``everywhere``: the words are words, whatever else they could be."""
    found = None if everywhere else _by_id(words) or _by_host(words) or _by_number(words)
    return found or _by_words(words)


def reached_by(ids: Iterable[str] | QuerySet[Number, dict[str, str]]) -> QuerySet[Subscription]:
    """Return the subscriptions that cover these numbers, those on all numbers included."""
    star = Subscription.objects.filter(resource_id=spec.ALL_PHONE_NUMBERS)
    if isinstance(ids, QuerySet):
        return Subscription.objects.filter(resource_id__in=ids) | star
    return Subscription.objects.filter(resource_id__in={*ids, spec.ALL_PHONE_NUMBERS})


def _by_id(words: str) -> Search | None:
    if not re.fullmatch(r"WH\S+", words):
        return None
    whole = equal("quo_id", words)
    if len(words) < BEGINNING:
        return Search("id", whole) if whole.few else None
    begins = Q(Begins(F("quo_id"), words))
    condition = where(begins, Q(Begins(WithoutIndex(F("quo_id")), words)))
    return Search("id", condition) if condition.few != [] else None


def _by_host(words: str) -> Search | None:
    host = words.lower()
    if "." not in host or not Webhook.objects.filter(host=host).exists():
        return None
    return Search("host", equal("host", host))


def _by_number(words: str) -> Search | None:
    numbers: QuerySet[Number]
    if re.fullmatch(r"PN\S+", words):
        numbers = Number.objects.filter(quo_id__startswith=words)
    elif any(len(spelled) >= MIN_NUMBER_DIGITS for spelled in number_search_terms(words)):
        numbers = Number.objects.search(words)
    else:
        return None
    ids = {words, *numbers.values_list("quo_id", flat=True)}
    if len(ids) == 1 and not Subscription.objects.filter(resource_id=words).exists():
        return None
    return Search("number", of_webhooks(reached_by(ids)), numbers=True)


def _by_words(words: str) -> Search:
    asks = Q(label__icontains=words) | Q(host__icontains=words) | Q(quo_id__icontains=words)
    asks |= Q(user_id__in=[words, *Member.objects.called(words)])
    # SQLite ignores case in ASCII only: Ü and ü are different letters to it
    if not words.isascii():
        asks |= Q(sort_name__contains=words.lower())
    numbers = Number.objects.search(words)
    if not numbers.exists():
        return Search("words", where(asks))
    named = of_webhooks(reached_by(numbers.values("quo_id")))
    asks |= named.tests if named.few is None else Q(pk__in=named.few)
    return Search("words", where(asks), numbers=True)
