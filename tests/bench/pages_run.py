"""One size of tests/bench/pages.py in a process of its own: fills a database and opens its pages.

Writes what it measured as JSON. CPU is that of this process: SQLite's is in it, PostgreSQL's not.
"""

import argparse
import json
import logging
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from tests.bench import lists

RUNS, LONG_S = 9, 20  # at most so many runs, and no further one once they took so many seconds
DAY_S = 24 * 60 * 60  # seconds
ADMIN = "root"  # signed in to the stock admin


@dataclass
class Measured:
    """What one page cost. ``cpu`` and ``wall`` in ms; the first run counts only if it is alone."""

    name: str
    address: str
    stock: str
    queries: int = 0
    bytes: int = 0
    failure: str = ""
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def add(self, cpu: float, wall: float) -> None:
        self.cpu.append(cpu * 1000)
        self.wall.append(wall * 1000)

    @property
    def again(self) -> bool:
        return not self.failure and sum(self.wall) < LONG_S * 1000

    def as_json(self) -> dict:
        runs = {name: each[1:] or each for name, each in (("cpu", self.cpu), ("wall", self.wall))}
        return asdict(self) | {name: median(each or [0]) for name, each in runs.items()}


def main() -> None:
    options = parser().parse_args()
    lists.prepare(options.database, urls="tests.bench.pages_admin")
    logging.disable(logging.WARNING)
    from tests.bench import pages_list

    began = time.monotonic()
    company, draft = filled(options.webhooks, options.numbers)
    say(f"{options.webhooks:,} webhooks, filled in {time.monotonic() - began:.0f} s")
    pages = [
        page
        for page in pages_list.pages(company, draft)
        if page.name == pages_list.NOTHING or any(word in page.name for word in options.only)
    ]
    found = measure(pages)
    Path(options.out).write_text(json.dumps([each.as_json() for each in found]))


def filled(webhooks: int, numbers: int | None):
    """Return the company and the number of its draft."""
    from django.contrib.auth.models import User
    from django.utils import timezone

    from quo_admin.batches.models import Batch
    from tests.bench import pages_batches, pages_fill
    from tests.bench.pages_company import Company

    if User.objects.filter(username=ADMIN).exists():  # --keep
        from quo_admin.workspace.models import Sync

        now = Sync.objects.latest("ended_at").ended_at
        pages_fill.finish()
        draft = Batch.objects.filter(state="draft").latest("pk").pk
        return Company.of(webhooks, now=now, numbers=numbers), draft
    company = Company.of(webhooks, now=timezone.now(), numbers=numbers)
    pages_fill.fill(company)
    draft = pages_batches.fill(company, client("olga"))
    pages_fill.finish()
    return company, draft


def client(name: str):
    """Return a client that signed in with a password, since some pages ask for it otherwise."""
    from django.conf import settings
    from django.test import Client

    from tests.bench.pages_fill import PASSWORD

    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = DAY_S
    client = Client()
    if name:
        form = {"login": name, "password": PASSWORD}
        assert client.post("/accounts/login/", form).status_code == 302, name
    return client


def measure(pages) -> list[Measured]:
    """Open every page once, then all of them in turns: another load is shared by all."""
    clients = {name: client(name) for name in {page.by for page in pages} | {ADMIN}}
    todo = []
    for page in pages:
        todo.append((Measured(page.name, page.address, page.stock), clients[page.by], page.form))
    for address in dict.fromkeys(page.stock for page in pages if page.stock):
        todo.append((Measured("", address, ""), clients[ADMIN], None))
    for run in range(RUNS + 1):
        for each, who, form in todo:
            if not run or each.again:
                visit(each, who, form, first=not run)
    return [each for each, _, _ in todo]


def visit(each: Measured, who, form: dict | None, *, first: bool) -> None:
    """Open the page once. The first time, count its queries and bytes."""
    from django.utils import timezone

    from quo_admin.worker.models import Heartbeat

    Heartbeat.objects.record("bench", now=timezone.now())
    with counted_queries() as queries:
        cpu, wall = time.process_time(), time.perf_counter()
        try:
            response = who.get(each.address) if form is None else post(who, each.address, form)
        except Exception as exc:  # noqa: BLE001  (a page that fails is a result)
            each.failure = f"{type(exc).__name__}: {exc}"[:80]
            return
        each.add(time.process_time() - cpu, time.perf_counter() - wall)
    if first:
        each.queries, each.bytes = len(queries), len(response.content)
        if each.wall[0] > 2000:
            say(f"{each.address}: {each.wall[0] / 1000:.1f} s")
    if response.status_code != 200:
        each.failure = f"status {response.status_code}"


def post(who, address: str, form: dict):
    """Post a form as htmx does, without files."""
    encoded = urlencode(form, doseq=True)
    return who.post(address, encoded, content_type="application/x-www-form-urlencoded")


@contextmanager
def counted_queries():
    from django.db import connection

    queries: list[None] = []

    def count(execute, *call):
        queries.append(None)
        return execute(*call)

    with connection.execute_wrapper(count):
        yield queries


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", required=True)
    parser.add_argument("--webhooks", type=int, required=True)
    parser.add_argument("--numbers", type=int)
    parser.add_argument("--only", nargs="*", default=[""])
    parser.add_argument("--out", required=True)
    return parser


if __name__ == "__main__":
    main()
