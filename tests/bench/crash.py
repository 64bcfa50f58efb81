"""Whether a webhook is lost or created twice when a process is killed, or a response is lost.

    uv run --group dev python -m tests.bench.crash --runs 200 --database sqlite:////tmp/crash.sqlite3

Real web servers, real workers and the sandbox. Impatient people create webhooks; at each point the
web server is killed with SIGKILL, or the connection to Quo is dropped. Nobody confirms “doubled”.
Prints for each point what Quo and we have: before reconciling, while no worker runs; after it; and
in the end, when people have sent again what was not created. Ends with 1 if after reconciling
anything was lost, duplicated, or left open.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from quo_admin.sandbox import server
from quo_admin.sandbox.environment import environment, load_or_create_secrets
from tests.bench import crash_short
from tests.bench.crash_people import Person, Run
from tests.bench.crash_points import POINTS, Orders, Point
from tests.bench.crash_processes import Processes, WebServer

CREATES = "POST /v1/webhooks/messages"
RECONCILED_WITHIN_S = 300
OPEN = {"sending", "unknown"}


@dataclass(frozen=True)
class Bench:
    """Everything that runs, and what the labels of this bench begin with."""

    quo: server.Sandbox
    processes: Processes
    people: list[Person]
    orders: Orders
    beginning: str
    short: bool


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench and return the exit code."""
    options = parser().parse_args(words)
    points = list(dict.fromkeys(options.point or POINTS))
    folder = options.data or Path(tempfile.mkdtemp(prefix="quo-admin-crash-"))
    print(f"Everything is kept in {folder}.")
    if options.short:
        print("SHORT FORM: leases, pauses and the patience of reconciling are shortened.")
    with in_state(options, folder) as bench:
        batches = [points] if options.short else [[point] for point in points]
        return max([reconciled(bench, batch, runs=options.runs) for batch in batches])


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="crash", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=200, help="for each point")
    parser.add_argument("--point", action="append", choices=list(POINTS), help="default: all")
    parser.add_argument("--database", help="default: an SQLite file in the folder")
    parser.add_argument("--people", type=int, default=8, help="how many create at once")
    parser.add_argument("--data", type=Path, help="a folder to make; default: a new one in /tmp")
    parser.add_argument("--short", action="store_true", help="with shorter patience, for CI")
    return parser


@contextmanager
def in_state(options: argparse.Namespace, folder: Path) -> Iterator[Bench]:
    """Start everything but the workers, and end it again."""
    orders = Orders(folder / "orders")
    orders.folder.mkdir(parents=True)
    kept = load_or_create_secrets(folder / "secrets.json")
    with ExitStack() as stack:
        quo = stack.enter_context(
            server.running(state=folder / "quo.sqlite3", api_keys=[kept["QUO_API_KEY"]])
        )
        details = environment(os.environ, kept=kept, database=folder / "ours.sqlite3", quo=quo.url)
        details |= {"DEMO_PASSWORD": kept["DEMO_PASSWORD"], "CRASH_ORDERS": str(orders.folder)}
        details |= {"DATABASE_URL": options.database} if options.database else {}
        details |= {"CRASH_SHORT": "1"} if options.short else {}
        processes = Processes(folder=folder, environment=details)
        processes.run("manage.py", "migrate", "-v0")
        processes.run("manage.py", "demo_people", "maya")
        servers = [WebServer(processes) for _ in range(options.people)]
        for each in servers:
            stack.callback(each.end)
        people = [Person(each) for each in servers]
        for person in people:
            person.sign_in()
        beginning = f"{int(time.time())} "  # a database may hold those of an earlier bench
        yield Bench(quo, processes, people, orders, beginning, options.short)


def reconciled(bench: Bench, points: list[str], *, runs: int) -> int:
    """Do all runs of these points, reconcile them, print the counts, and return the exit code."""
    done: dict[str, list[Run]] = {}
    for name in points:
        done[name] = [Run(n, f"{bench.beginning}{name} {n}") for n in range(runs)]
        create_all(bench, POINTS[name], done[name])
        answers = Counter(run.first_answer for run in done[name])
        print(f"\n{name}: the first press brought {dict(answers)}")
        report(bench, {f"{name}, before reconciling": done[name]})
    bad = reconcile(bench)
    bad += report(bench, {f"{name}, after reconciling": its for name, its in done.items()})
    for its in done.values():
        everybody(bench, its, Person.follow)
    bad += report(bench, {f"{name}, in the end": its for name, its in done.items()})
    return 1 if bad else 0


def create_all(bench: Bench, point: Point, runs: list[Run]) -> None:
    """Let the people create, each with a death ordered, and wait for what Quo makes late."""
    late_s = point.late_s and (crash_short.LATE_S if bench.short else point.late_s)
    if point.fault:
        fault = point.fault | ({"seconds": late_s} if late_s else {})
        bench.quo.faults.add(on=CREATES, times=None, **fault)
    for run in runs:
        if point.spots:
            spot = point.spots[run.n // 2 % len(point.spots)]
            bench.orders.give(run.label, spot=spot, master=run.n % 2 == 1)
    everybody(bench, runs, Person.create)
    if bench.orders.waiting():
        raise RuntimeError(f"Not everybody died who should have: {bench.orders.waiting()}")
    bench.quo.faults.clear()
    time.sleep(late_s and late_s + 1)


def everybody(bench, runs, act):
    """Share the runs among the people, who work at the same time, each one after the other."""

    def work(place):
        for run in runs[place :: len(bench.people)]:
            act(bench.people[place], run)

    with ThreadPoolExecutor(len(bench.people)) as pool:
        list(pool.map(work, range(len(bench.people))))


def reconcile(bench: Bench) -> int:
    """Let workers run until no attempt is open, and return how many are left after five minutes."""
    worker = ["-m", "tests.bench.crash_short"] if bench.short else ["manage.py", "worker"]
    began = time.monotonic()
    with bench.processes.workers(*worker):
        while left := open_attempts(bench):
            if time.monotonic() - began > RECONCILED_WITHIN_S:
                break
            time.sleep(1)
    print(f"\nReconciled in {time.monotonic() - began:.0f} s; still open: {left}")
    return left


def open_attempts(bench: Bench) -> int:
    return sum(len(OPEN & set(states)) for states in stored(bench)["states"].values())


def stored(bench: Bench) -> dict:
    """Return what the product has; see crash_stored.py."""
    return json.loads(bench.processes.run("-m", "tests.bench.crash_stored", bench.beginning))


def report(bench: Bench, titles: dict[str, list[Run]]) -> int:
    """Print the counts of the runs under each title, and return how many were lost or doubled."""
    ours = stored(bench)
    bad = 0
    for title, runs in titles.items():
        labels = {run.label for run in runs}
        made = [doc for doc in bench.quo.store.all("webhook") if doc["label"] in labels]
        kept = [doc for doc in made if ours["keys"].get(doc["id"]) == doc["key"]]
        each = Counter(doc["label"] for doc in made)
        states = Counter(state for label in labels for state in ours["states"].get(label, ()))
        lost, doubled = len(made) - len(kept), sum(n > 1 for n in each.values())
        bad += lost + doubled
        print(f"{title}")
        print(f"  made at Quo: {len(made)}")
        print(f"  stored here: {len(kept)}")
        print(f"  lost: {lost}")
        print(f"  doubled: {doubled}")
        for state, count in sorted(states.items()):
            print(f"  attempts {state}: {count}", flush=True)
    return bad


if __name__ == "__main__":
    sys.exit(main())
