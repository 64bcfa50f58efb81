"""What every page of the site costs at 30, 10,000 and 100,000 webhooks.

    uv run --group dev python -m tests.bench.pages
    uv run --group dev python -m tests.bench.pages --database postgres://tests@127.0.0.1:5433/pages

Each size has a database of its own, named after --database and the size: it is deleted, made anew
and filled with a believable company. An Operator opens each page through the whole middleware, with
Django's test client; a superuser opens its counterpart in the stock admin; a page with nothing but
the menu is opened between them. Pages take turns, and a page that takes long is opened less often,
or once. Prints a table of medians for each size, and one of ratios to the smallest size.

CPU is that of this process, so that another load on the machine counts little. Of PostgreSQL's work
only the wall time tells. Exits with 1 if a page fails.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from tests.bench import pages_table

SIZES = [30, 10_000, 100_000]
FOLDER = "/tmp"


def main() -> None:
    options = parser().parse_args()
    sizes: dict[int, list[dict]] = {}
    for size in sorted(options.sizes):
        sizes[size] = run(size, options)
        print(f"\n## {size:,} webhooks\n\n{pages_table.of_size(sizes[size])}", flush=True)
    if len(sizes) > 1:
        print(f"\n## Ratios\n\n{pages_table.of_ratios(sizes)}")
    failed = [row["address"] for rows in sizes.values() for row in rows if row["failure"]]
    if failed:
        sys.exit(f"Failed: {', '.join(dict.fromkeys(failed))}")


def run(size: int, options: argparse.Namespace) -> list[dict]:
    """Measure one size in a process of its own, which starts without caches and settings."""
    database = named(options.database, size)
    if not options.keep:
        make_anew(database)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "measured.json"
        command = [sys.executable, "-m", "tests.bench.pages_run", "--database", database]
        command += ["--webhooks", str(size), "--out", str(out), "--only", *options.only]
        if options.numbers and size < 1000:
            command += ["--numbers", str(options.numbers)]
        if subprocess.run(command, check=False).returncode:
            sys.exit(f"{size:,} webhooks could not be measured.")
        return json.loads(out.read_text())


def named(database: str, size: int) -> str:
    """Return the address of the database of one size."""
    parts = urlsplit(database)
    if parts.scheme == "sqlite":
        return f"{database.removesuffix('.sqlite3')}-{size}.sqlite3"
    return urlunsplit(parts._replace(path=f"{parts.path}_{size}"))


def make_anew(database: str) -> None:
    """Delete the database and, on PostgreSQL, make an empty one."""
    parts = urlsplit(database)
    if parts.scheme == "sqlite":
        for end in ("", "-wal", "-shm"):
            Path(f"/{parts.path.lstrip('/')}{end}").unlink(missing_ok=True)
        return
    import psycopg
    from psycopg import sql

    address = urlunsplit(parts._replace(scheme="postgresql", path="/postgres"))
    name = sql.Identifier(parts.path.lstrip("/"))
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", default=f"sqlite:///{FOLDER}/quo-admin-pages")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of webhooks")
    parser.add_argument(
        "--only", nargs="+", default=[""], metavar="WORD", help="pages whose name has a word"
    )
    parser.add_argument(
        "--numbers", type=int, help="of the small company: 230 fill a page and the picker"
    )
    parser.add_argument("--keep", action="store_true", help="open the databases of the last run")
    return parser


if __name__ == "__main__":
    main()
