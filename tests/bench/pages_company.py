"""The companies of tests/bench/pages.py: who and what they have, told by its rank.

The same ones every time. What is rare goes by the rank and not by chance, so that a company with
30 webhooks has one of each kind too.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from tests.bench.coverage_fill import Gentle
from tests.bench.lists_fill import EVENTS, WHAT, WHERE, Zipf, host, member_id, number_id

DAYS = 600  # how long ago the first webhook was created
ON_ALL = ["message.received", "message.received", "message.received", "call.completed"]
MOST = 10  # numbers of an ordinary webhook
MANY = 25  # numbers of a large one


@dataclass(frozen=True)
class Company:
    """How much a company has. ``on_all``: webhooks on all numbers. ``entries``: audit entries."""

    now: datetime
    webhooks: int
    numbers: int
    members: int
    groups: int
    hosts: int
    on_all: int
    entries: int
    planned: int  # numbers in a draft, and webhooks of a batch
    staff: tuple[str, ...] = ("olga", "priya", "ben", "lena", "tom")

    @classmethod
    def of(cls, webhooks: int, *, now: datetime, numbers: int | None = None) -> "Company":
        """Return a small company for less than 1,000 webhooks, else a large one."""
        if webhooks < 1000:
            return cls(now, webhooks, numbers or 30, 5, 3, 8, 1, 300, 20)
        return cls(now, webhooks, numbers or 5000, 50, 60, 400, 20, 100_000, 500)

    @property
    def began(self) -> datetime:
        return self.now - timedelta(days=DAYS)

    @cached_property
    def covered(self) -> list[int]:
        """The ranks of numbers that ordinary webhooks name."""
        return [r for r in range(self.numbers) if not (has_left(r) or is_bare(r) or is_silent(r))]

    @cached_property
    def silent(self) -> list[int]:
        """The ranks of numbers that only disabled webhooks name."""
        return [rank for rank in range(self.numbers) if is_silent(rank) and not has_left(rank)]

    @cached_property
    def members_here(self) -> list[int]:
        return [rank for rank in range(self.members) if not member_has_left(rank)]

    @cached_property
    def frequency(self) -> Zipf:
        return Gentle(len(self.covered))

    @cached_property
    def host_frequency(self) -> Zipf:
        return Zipf(self.hosts)

    def spread(self, rank: int, count: int) -> datetime:
        """Return when the rank-th of so many things was done, the last of them an hour ago."""
        whole = timedelta(days=DAYS, hours=-1)
        return self.began + whole * rank / max(count, 1)

    def some(self, chance: random.Random, count: int) -> list[str]:
        """Return the IDs of at most so many numbers."""
        ranks = {self.covered[self.frequency.rank(chance)] for _ in range(count)}
        return sorted(number_id(rank) for rank in ranks)


def has_left(rank: int) -> bool:
    """Whether a number left the company."""
    return rank % 50 == 7


def is_bare(rank: int) -> bool:
    """Whether no webhook names a number."""
    return rank % 20 == 0


def is_silent(rank: int) -> bool:
    """Whether only disabled webhooks name a number."""
    return rank % 20 == 1


def member_has_left(rank: int) -> bool:
    return rank % 25 == 4


def is_missing(rank: int) -> bool:
    """Whether a webhook is not at Quo any more."""
    return rank % 40 == 9


def webhook_id(rank: int) -> str:
    return "WH" + hashlib.sha256(f"webhook {rank}".encode()).hexdigest()[:12]


def webhook_json(rank: int, company: Company) -> dict:
    """Return a webhook in Quo's own words, without its key. Ranks count from 1."""
    if rank % 50 == 15:  # the one before, once more
        return webhook_json(rank - 1, company) | _of_its_own(rank, company)
    chance = random.Random(rank)
    [(_, events)] = chance.choices(EVENTS, [weight for weight, _ in EVENTS])
    ids = _numbers(rank, company, chance)
    at = company.host_frequency.rank(chance)
    url = f"https://{host(at)}/quo/{chance.randrange(1 + 200 // (at + 1))}"
    url += "?token=hush" if rank % 3 else ""
    disabled = rank % 30 == 7
    if step := _on_all(rank, company):
        events, ids, disabled = [ON_ALL[step % len(ON_ALL)]], ["*"], False
    elif disabled or rank % 100 == 5:
        events = ["message.received", "message.delivered"]
    return {
        "userId": member_id(_member(rank, company, chance)),
        "orgId": "OR2fWc9x",
        "status": "disabled" if disabled else "enabled",
        "url": _unusual(rank, url),
        "events": events,
        "resourceIds": ids,
    } | _of_its_own(rank, company)


def _of_its_own(rank: int, company: Company) -> dict:
    chance = random.Random(-rank)
    made = company.spread(rank, company.webhooks).isoformat()
    label = f"{chance.choice(WHAT)}, {chance.choice(WHERE)} {rank}"
    return {"id": webhook_id(rank), "label": label, "createdAt": made, "updatedAt": made}


def _on_all(rank: int, company: Company) -> int:
    """Return which of those on all numbers it is, from 1, or 0 if it is none of them."""
    step, rest = divmod(rank, company.webhooks // company.on_all)
    return 0 if rest else step


def _numbers(rank: int, company: Company, chance: random.Random) -> list[str]:
    if rank % 30 == 7:
        return sorted(number_id(r) for r in {chance.choice(company.silent) for _ in range(3)})
    if rank % 45 == 11:
        return company.some(chance, MANY)
    left = [number_id(7)] if rank % 90 == 19 else []
    return company.some(chance, chance.randint(1, MOST)) + left


def _member(rank: int, company: Company, chance: random.Random) -> int:
    if rank % 150 == 23:
        return 4
    return chance.choice(company.members_here)


def _unusual(rank: int, url: str) -> str:
    """Return the URL, or the one that few webhooks have in its place."""
    if rank % 100 == 13:
        return f"https://once{rank}.example/quo"
    if rank % 200 == 17:
        return "https://hooks.internal/quo"
    return url.replace("https:", "http:") if rank % 100 == 5 else url
