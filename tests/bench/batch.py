"""Whether a batch finishes correctly when workers are killed and responses are lost; how fast.

    uv run --group dev python -m tests.bench.batch whole --workers 2 --database postgres://…/b
    uv run --group dev python -m tests.bench.batch rate --delay 0 0.5

A real web server, real workers and the sandbox, new ones for each run. A person plans a webhook
for each of 500 numbers in the pages, starts the batch, follows it, and selects “Resume” and “Retry”
when the page offers them.

whole: five times a worker is killed with SIGKILL and another one started, and one of twenty
responses is lost. Prints what Quo and our copy have at the end; exits with 1 if one is missing
or duplicated. rate: nothing fails. Prints how many calls a second reached Quo, for each of its
response times, and how long somebody waited who created webhooks with the form meanwhile.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quo_admin.sandbox import server
from quo_admin.sandbox.environment import environment, load_or_create_secrets
from tests.bench import rate_limiter
from tests.bench.batch_people import Bystander, Planner
from tests.bench.batch_quo import SHORT_WAYS, WAYS, Weather, numbers
from tests.bench.crash_processes import Processes, WebServer, end

URL = "https://bench.example/quo"
WITHIN_S = 900
ENOUGH = 0.95 * 9  # calls a second


@dataclass(frozen=True)
class Bench:
    """Everything that runs but the workers, and what the labels of this bench begin with."""

    quo: server.Sandbox
    processes: Processes
    web: WebServer
    ids: list[str]
    beginning: str
    worker: tuple[str, ...]


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench and return the exit code."""
    options = parser().parse_args(words)
    folder = options.data or Path(tempfile.mkdtemp(prefix="quo-admin-batch-"))
    print(f"Everything is kept in {folder}.")
    if options.part == "whole":
        if options.short:
            print("SHORT FORM: leases, pauses and the patience of reconciling are shortened.")
        with in_state(options, folder) as bench:
            return whole(bench, options)
    runs = [(delay, by_form) for delay in options.delay for by_form in (False, True)]
    return max(rated(options, folder / str(n), *run) for n, run in enumerate(runs))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="batch", description=__doc__.splitlines()[0])
    parser.add_argument("part", choices=["whole", "rate"])
    parser.add_argument("--rows", type=int, default=500)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--lost-each", type=int, default=20, help="one answer of so many is lost")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--delay", type=float, nargs="+", default=[0, 0.5], help="Quo's, in s")
    parser.add_argument("--every", type=float, default=3, help="seconds between forms")
    parser.add_argument("--database", help="empty or of this bench; default: a file in the folder")
    parser.add_argument("--data", type=Path, help="a folder to make; default: a new one in /tmp")
    parser.add_argument("--short", action="store_true", help="with shorter patience, for CI")
    return parser


@contextmanager
def in_state(options: argparse.Namespace, folder: Path) -> Iterator[Bench]:
    """Start everything but the workers, let our mirror be read, and end it again."""
    (folder / "orders").mkdir(parents=True)  # of crash.py, whose web server this is; none is given
    kept = load_or_create_secrets(folder / "secrets.json")
    with ExitStack() as stack:
        quo = stack.enter_context(
            server.running(state=folder / "quo.sqlite3", api_keys=[kept["QUO_API_KEY"]])
        )
        docs = list(numbers(options.rows))
        quo.store.add(docs)
        details = environment(os.environ, kept=kept, database=folder / "ours.sqlite3", quo=quo.url)
        details |= {"DEMO_PASSWORD": kept["DEMO_PASSWORD"], "CRASH_ORDERS": str(folder / "orders")}
        details |= {"DATABASE_URL": options.database} if options.database else {}
        details |= {"CRASH_SHORT": "1"} if options.short else {}
        processes = Processes(folder=folder, environment=details)
        for command in (["migrate", "-v0"], ["demo_people", "maya"], ["sync"]):
            processes.run("manage.py", *command)
        web = WebServer(processes)
        stack.callback(web.end)
        beginning = f"{int(time.time())} "  # a database may hold those of an earlier bench
        worker = ("-m", "tests.bench.batch_short") if options.short else ("manage.py", "worker")
        yield Bench(quo, processes, web, [doc["id"] for _, doc in docs], beginning, worker)


def whole(bench: Bench, options: argparse.Namespace) -> int:
    """Carry a batch out in bad weather, and return the exit code."""
    weather = bench.quo.faults = Weather(
        ways=SHORT_WAYS if options.short else WAYS, lost_each=options.lost_each
    )
    planner = Planner(bench.web)
    planner.sign_in()
    began = time.monotonic()
    with ExitStack() as stack:
        workers = Workers(bench, options.workers)
        stack.callback(workers.end)
        # An address of its own, or what an earlier bench made would cover the numbers.
        url = f"{URL}/{bench.beginning.strip()}"
        batch = planner.plan(bench.ids, beginning=bench.beginning, url=url)
        for kill in range(1, options.kills + 1):
            wait_for_creates(bench, options.rows * kill // (options.kills + 1))
            workers.kill(kill)
        pressed, counts = planner.follow(batch, within_s=WITHIN_S)
        print(f"Over after {time.monotonic() - began:.0f} s, in the end: {dict(counts)}")
    print(f"workers killed: {options.kills}")
    print(f"answers lost: {len(weather.lost)}")
    print(f"  {dict(Counter(weather.lost))}")
    print(f"pressed: {dict(pressed)}")
    return report(bench) or int(set(counts) != {"created"})


class Workers:
    """So many workers, of which one is killed now and then, and another one takes its place."""

    def __init__(self, bench: Bench, count: int) -> None:
        self._bench = bench
        self._all = [bench.processes.start(*bench.worker) for _ in range(count)]

    def kill(self, n: int) -> None:
        place = n % len(self._all)
        self._all[place].kill()
        self._all[place].wait()
        self._all[place] = self._bench.processes.start(*self._bench.worker)

    def end(self) -> None:
        for worker in self._all:
            end(worker)


def wait_for_creates(bench: Bench, count: int) -> None:
    until = time.monotonic() + WITHIN_S
    while creates(bench) < count:
        if time.monotonic() > until:
            raise RuntimeError(f"There were only {creates(bench)} creates, not {count}.")
        time.sleep(0.02)


def creates(bench: Bench) -> int:
    return sum(call.method == "POST" for call in bench.quo.calls.all())


def report(bench: Bench) -> int:
    """Print what Quo and we have in the end, and return whether anything is missing or twice."""
    ours = json.loads(bench.processes.run("-m", "tests.bench.crash_stored", bench.beginning))
    made = [
        d for d in bench.quo.store.all("webhook") if str(d["label"]).startswith(bench.beginning)
    ]
    stored = [doc for doc in made if ours["keys"].get(doc["id"]) == doc["key"]]
    each = Counter(id for doc in made for id in doc["resourceIds"])
    missing = [id for id in bench.ids if not each[id]]
    twice = [id for id in bench.ids if each[id] > 1]
    print(f"made at Quo: {len(made)}")
    print(f"stored here with their keys: {len(stored)}")
    print(f"numbers without one: {len(missing)} {missing[:5]}")
    print(f"numbers with two: {len(twice)} {twice[:5]}")
    for state, count in sorted(Counter(s for its in ours["states"].values() for s in its).items()):
        print(f"attempts {state}: {count}")
    print(f"refused with 429: {sum(call.status == 429 for call in bench.quo.calls.all())}")
    well = len(made) == len(stored) == len(bench.ids) and not missing and not twice
    return 0 if well else 1


def rated(options: argparse.Namespace, folder: Path, delay_s: float, by_form: bool) -> int:
    """Carry a batch out in fair weather, print how fast, and return whether it was too slow."""
    with in_state(options, folder) as bench:
        planner, bystander = Planner(bench.web), Bystander(bench.web)
        planner.sign_in()
        bystander.sign_in()
        bench.quo.faults = Weather(delay_s=delay_s)
        before = len(bench.quo.calls.all())
        workers = Workers(bench, options.workers)
        try:
            batch = planner.plan(bench.ids, beginning=bench.beginning, url=URL)
            if by_form:
                bystander.begin(beginning=bench.beginning, every_s=options.every)
            _, counts = planner.follow(batch, within_s=WITHIN_S)
        finally:
            if by_form:
                bystander.end()
            workers.end()
        calls = bench.quo.calls.all()[before:]
    also = ", somebody creates by the form" if by_form else ""
    print(f"\nQuo takes {delay_s:g} s, {options.workers} workers{also}: {dict(counts)}")
    rate_limiter.report(calls)
    if by_form:
        print(f"by the form: {bystander.summary(quo_s=delay_s)}")
    took = calls[-1].at - calls[0].at
    rate = len(calls) / took
    print(f"of nine a second: {rate / 9:.1%}", flush=True)
    return 0 if rate >= ENOUGH else 1


if __name__ == "__main__":
    sys.exit(main())
