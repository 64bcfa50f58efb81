"""How long the list of webhooks takes, and the stock Django admin over the same table.

    uv run --group dev python -m tests.bench.lists --database sqlite:////tmp/quo-admin-lists.sqlite3
    uv run --group dev python -m tests.bench.lists --database postgres://tests@127.0.0.1:5433/lists

Fills 10,000, then 100,000, then 1,000,000 webhooks into the same database, which should be empty or
its own, and measures at each. Ours and theirs take turns. Prints medians in milliseconds, how many
times as long the admin takes, the export's first byte and memory, and what each facet costs.
"""

import argparse
import csv
import io
import os
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

RUNS, LONG_S = 7, 20  # at most so many runs, and no further one after so many seconds
EXPORTS = 3  # runs of the export after the first, which only warms the caches
Page = Callable[[], object]


def main() -> None:
    options = parser().parse_args()
    prepare(options.database)
    from tests.bench import lists_fill

    for rows in options.rows:
        began = time.monotonic()
        lists_fill.fill(rows)
        print(f"\n{rows:,} webhooks, filled in {time.monotonic() - began:.0f} s")
        for part in (pages, export, facets):
            if part.__name__ in options.only:
                part(rows)


def prepare(database: str, *, urls: str = "tests.bench.lists_admin") -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "quo_admin.settings",
        "SECRET_KEY": "bench" * 10,
        "FIELD_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
        "QUO_API_KEY": "bench",
        "QUO_API_URL": "http://127.0.0.1:9",
        "DATABASE_URL": database,
        "ALLOWED_HOSTS": "testserver",
    }
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ROOT_URLCONF = urls
    settings.LOGGING_CONFIG = None
    call_command("migrate", verbosity=0)


def signed_in():
    from django.contrib.auth.models import User
    from django.test import Client

    person, _ = User.objects.get_or_create(username="bench", is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client, address: str) -> Page:
    """Return a function that opens the page, which has to answer with 200."""

    def get() -> None:
        response = client.get(address)
        assert response.status_code == 200, (address, response.status_code)

    return get


def pages(rows: int) -> None:
    client = signed_in()

    print(f"{'':38}{'ours':>9}{'stock':>11}{'ratio':>8}{'lean':>11}{'ratio':>8}")
    for name, ours, query in cases(rows):
        admins = [page(client, f"/{name}/webhooks/webhook/{query}") for name in ("stock", "lean")]
        own, *theirs = times([page(client, ours), *admins])
        line = f"{name:38}{own:9.1f}"
        print(line + "".join(f"{each:11.1f}{each / own:8.1f}" for each in theirs), flush=True)


def cases(rows: int) -> list[tuple[str, str, str]]:
    """Return each question: its name, our address, and what the admin's ends with."""
    from quo_admin.webhooks.models import Webhook
    from tests.bench.lists_fill import host, number_id

    far = Webhook.objects.order_by("created_or_seen_at")[rows // 5]
    some = Webhook.objects.order_by("pk")[rows // 2]
    busy, rare = host(2), host(900)
    number = number_id(1500)
    return [
        ("first page", "/webhooks/", ""),
        ("a page far back", f"/webhooks/?after={far.quo_id}", f"?p={rows * 4 // 5 // 50}"),
        ("search, label part: Fresno", "/webhooks/?q=Fresno", "?q=Fresno"),
        ("search, label part: Reno 123", "/webhooks/?q=Reno+123", "?q=Reno+123"),
        ("search, nothing has it", "/webhooks/?q=zzzz", "?q=zzzz"),
        ("search, a busy host", f"/webhooks/?q={busy}", f"?q={busy}"),
        ("search, a rare host", f"/webhooks/?q={rare}", f"?q={rare}"),
        ("search, a number's id", f"/webhooks/?q={number}", f"?q={number}"),
        ("search, a webhook's id", f"/webhooks/?q={some.quo_id}", f"?q={some.quo_id}"),
        (
            "filter, enabled and received",
            "/webhooks/?status=enabled&event=message.received",
            "?status__exact=enabled&subscriptions__event__exact=message.received",
        ),
        (
            "filter, disabled and deleted contacts",
            "/webhooks/?status=disabled&event=contact.deleted",
            "?status__exact=disabled&subscriptions__event__exact=contact.deleted",
        ),
        ("filter, a host", f"/webhooks/?host={rare}", f"?host__exact={rare}"),
        ("sorted by label", "/webhooks/?sort=label", "?o=1"),
        ("sorted by member's name", "/webhooks/?sort=member", "?o=8"),
        ("one webhook", f"/webhooks/{some.quo_id}/", f"{some.pk}/change/"),
    ]


def times(pages: list[Page]) -> list[float]:
    """Return the median of each in ms. They take turns, and the first turn does not count."""
    taken: list[list[float]] = [[] for _ in pages]
    began = time.monotonic()
    for run in range(RUNS + 1):
        for get, each in zip(pages, taken, strict=True):
            start = time.perf_counter()
            get()
            each.append((time.perf_counter() - start) * 1000)
        if run and time.monotonic() - began > LONG_S:
            break
    return [median(each[1:]) for each in taken]


def export(rows: int) -> None:
    """Export up to 100,000: ours by the page, theirs by one iterator into one text."""
    from quo_admin.webhooks.models import Webhook

    query = {"status": "missing"} if rows > 100_000 else {}
    found = Webhook.objects.filter(missing_since__isnull=False) if query else Webhook.objects.all()
    client = signed_in()
    print(f"export of {found.count():,}")

    def ours() -> tuple[float, int]:
        start = time.perf_counter()
        chunks = iter(client.post("/webhooks/export/", query).streaming_content)
        next(chunks)
        first = time.perf_counter() - start
        return first, sum(chunk.count(b"\r\n") for chunk in chunks)

    def theirs() -> tuple[float, int]:
        start = time.perf_counter()
        text = io.StringIO()
        fields = [
            field.name for field in Webhook._meta.concrete_fields if field.name != "key_sealed"
        ]
        writer = csv.writer(text)
        for webhook in found.order_by("-pk").iterator():
            writer.writerow([getattr(webhook, name) for name in fields])
        return time.perf_counter() - start, text.getvalue().count("\r\n")

    measured: dict[str, list[tuple[float, float, float]]] = {"ours": [], "one iterator": []}
    for _ in range(EXPORTS + 1):
        for name, run in (("ours", ours), ("one iterator", theirs)):
            start, before = time.perf_counter(), memory("VmRSS", reset=True)
            first, count = run()
            whole, peak = time.perf_counter() - start, memory("VmHWM") - before
            measured[name].append((whole, first * 1000, peak))
    for name, runs in measured.items():
        whole, first, peak = map(median, zip(*runs[1:], strict=True))
        print(
            f"  {name:14}{whole:7.1f} s, {count:,} lines, first byte after {first:.0f} ms,"
            f" {peak:.0f} MB more memory"
        )


def memory(name: str, *, reset: bool = False) -> float:
    """Return this process's memory in MB: as it is (VmRSS), or at its highest since a reset."""
    if reset:
        Path("/proc/self/clear_refs").write_text("5")
    lines = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
    return int(lines[name].split()[0]) / 1024


def facets(rows: int) -> None:
    """Print what each facet costs where nothing is filtered, and the whole answer."""
    from quo_admin.webhooks.inventory.facets import Counts
    from quo_admin.webhooks.inventory.filters import Filters

    parts: dict[str, Callable[[Counts], object]] = {"total": lambda counts: counts.total}
    for name in ("status", "event", "family", "host", "member", "created_by", "drift"):
        parts[name] = lambda counts, name=name: counts.counted(name)
    client = signed_in()
    for name, part in parts.items():
        print(f"  {name:14}{times([lambda part=part: part(Counts(Filters()))])[0]:9.1f} ms")
    for name in ("facets", "states"):
        [whole] = times([page(client, f"/webhooks/{name}/")])
        print(f"  {name + ', whole':14}{whole:9.1f} ms")


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default="sqlite:////tmp/quo-admin-lists.sqlite3")
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parts = ("pages", "export", "facets")
    parser.add_argument("--only", nargs="+", choices=parts, default=parts)
    return parser


if __name__ == "__main__":
    main()
