"""How long the coverage of 5,000 numbers over 10,000 webhooks takes, and a loop over the numbers.

    uv run --group dev python -m tests.bench.coverage --database sqlite:////tmp/coverage.sqlite3
    uv run --group dev python -m tests.bench.coverage --database postgres://tests@127.0.0.1:5433/c

Fills the database, which should be empty or its own. For each question: the queries of our page
with 150 numbers and with all, its median in ms, and that of the loop, which asks three times for
each number and makes no page. They take turns, but a long loop is run once. Its first hundred
numbers must be ours.
"""

import argparse
import re
import time
from collections.abc import Callable
from datetime import date

from tests.bench import lists

WEBHOOKS, FEW, ROWS = 10_000, 150, 100
LONG_MS = 2000  # a loop that takes longer is run once
PAST = date(2024, 1, 6)  # within the days on which tests.bench.lists_fill made its webhooks

Loop = Callable[[], list[str] | None]  # None where there is no list to be compared


def main() -> None:
    options = parser().parse_args()
    lists.prepare(options.database)
    from tests.bench import coverage_fill

    began = time.monotonic()
    coverage_fill.fill(WEBHOOKS, steep=options.steep)
    print(f"{coverage_fill.summary()}, filled in {time.monotonic() - began:.0f} s")
    client = lists.signed_in()
    with coverage_fill.fewer_numbers(FEW):
        few = [queries(client, address) for _, address, _ in cases()]
    print(f"{'':36}{'queries':>9}{'queries':>9}{'ours':>10}{'loop':>12}{'ratio':>8}")
    print(f"{'':36}{f'of {FEW}':>9}{'of all':>9}{'ms':>10}{'ms':>12}")
    for (name, address, loop), before in zip(cases(), few, strict=True):
        measure(client, name, address, loop, before)
    with coverage_fill.webhooks_on_all_numbers():
        print("with the webhooks on all numbers that the filling made:")
        for name, address, loop in cases()[:2]:
            measure(client, name, address, loop, queries(client, address))


def measure(client, name: str, address: str, loop: Loop, few: int) -> None:
    def ours() -> list[str]:
        """Return the ids of the numbers that the page links to."""
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)
        return re.findall(r'href="/numbers/(PN\w+)/', response.content.decode())

    start = time.perf_counter()
    requested = loop()
    naive = (time.perf_counter() - start) * 1000
    found = set(ours())
    assert requested is None or found == set(requested), (name, len(found), len(requested))
    if naive < LONG_MS:
        own, naive = lists.times([ours, loop])
    else:
        [own] = lists.times([ours])
    ratio = naive / own
    count = queries(client, address)
    print(f"{name:36}{few:9}{count:9}{own:10.1f}{naive:12.1f}{ratio:8.1f}", flush=True)


def queries(client, address: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def cases() -> list[tuple[str, str, Loop]]:
    """Return each question: its name, our address, and the loop that answers it."""
    from quo_admin.numbers.day import Day
    from quo_admin.numbers.gaps import GAPS
    from tests.bench.coverage_loop import first, ways_of
    from tests.bench.lists_fill import host, member_id, number_id

    day = Day(PAST)
    busy, rare = host(2), host(900)
    one = number_id(1500)
    gaps = [
        (f"list, {gap.word}", f"/numbers/?gap={name}", lambda gap=gap: first(ROWS, gap=gap))
        for name, gap in GAPS.items()
    ]
    past = [
        (f"as of {PAST}, {name}", f"/numbers/?on={PAST}&gap={name}", gap)
        for name, gap in [
            ("received", lambda: first(ROWS, gap=GAPS["received"], on=day)),
            ("disabled", lambda: first(ROWS, gap=GAPS["disabled"], on=day)),
        ]
    ]
    return [
        ("first page", "/numbers/", lambda: first(ROWS)),
        *gaps,
        ("search, name: Fresno", "/numbers/?q=Fresno", lambda: first(ROWS, q="Fresno")),
        ("search, nothing has it", "/numbers/?q=zzzz", lambda: first(ROWS, q="zzzz")),
        ("search, a busy host", f"/numbers/?q={busy}", lambda: first(ROWS, q=busy)),
        ("search, a rare host", f"/numbers/?q={rare}", lambda: first(ROWS, q=rare)),
        (
            "member and received",
            f"/numbers/?member={member_id(7)}&gap=received",
            lambda: first(ROWS, member=member_id(7), gap=GAPS["received"]),
        ),
        (f"as of {PAST}", f"/numbers/?on={PAST}", lambda: first(ROWS, on=day)),
        *past,
        ("one number", f"/numbers/{one}/", lambda: ways_of(one)),
        ("one number on a day", f"/numbers/{one}/?on={PAST}", lambda: ways_of(one)),
        ("the busiest number", f"/numbers/{number_id(0)}/", lambda: ways_of(number_id(0))),
    ]


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="sqlite:////tmp/quo-admin-coverage.sqlite3")
    parser.add_argument("--steep", action="store_true", help="thousands of webhooks of one number")
    return parser


if __name__ == "__main__":
    main()
