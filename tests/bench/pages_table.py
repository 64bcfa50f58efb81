"""The tables of tests/bench/pages.py, in Markdown."""

from collections.abc import Iterable

COLUMNS = (
    *("page", "CPU ms", "wall ms", "queries", "kB", "CPU / nearly empty", "wall / nearly empty"),
    *("stock CPU ms", "stock wall ms", "CPU / stock", "wall / stock"),
)
WORTH = 10  # times the nearly empty page: at most, of a page that is no export


def of_size(measured: list[dict]) -> str:
    """Return what each page costs. The first one is the nearly empty one."""
    stock = {row["address"]: row for row in measured if not row["name"]}
    pages = [row for row in measured if row["name"]]
    return table(COLUMNS, (_cells(row, pages[0], stock.get(row["stock"])) for row in pages))


def _cells(row: dict, empty: dict, stock: dict | None) -> list[str]:
    if row["failure"]:
        return [row["name"], row["failure"], *[""] * (len(COLUMNS) - 2)]
    cells = [
        row["name"],
        f"{row['cpu']:.1f}",
        f"{row['wall']:.1f}",
        str(row["queries"]),
        f"{row['bytes'] / 1000:.1f}",
        *(_times(row[name] / empty[name]) for name in ("cpu", "wall")),
    ]
    if stock is None:
        return [*cells, "", "", "", ""]
    if stock["failure"]:
        return [*cells, stock["failure"], "", "", ""]
    ratios = [f"{row[name] / stock[name]:.2f}" for name in ("cpu", "wall")]
    return [*cells, f"{stock['cpu']:.1f}", f"{stock['wall']:.1f}", *ratios]


def _times(ratio: float) -> str:
    return f"**{ratio:.1f}**" if ratio > WORTH else f"{ratio:.1f}"


def of_ratios(sizes: dict[int, list[dict]]) -> str:
    """Return how many times as much each page costs as at the smallest size.

    Bytes tell whether it shows more: a page of 100 rows cannot cost as little as one of 30.
    """
    least, *larger = sizes
    small = {row["name"]: row for row in sizes[least] if row["name"]}
    found = {size: {row["name"]: row for row in sizes[size]} for size in larger}
    heads = ["page", f"CPU ms at {least:,}"]
    for size in larger:
        heads += [f"CPU {size:,} / {least:,}", "wall", "bytes", "queries"]
    lines = []
    for name, row in small.items():
        cells = [name, f"{row['cpu']:.1f}"]
        for size in larger:
            cells += _ratios(row, found[size].get(name))
        lines.append(cells)
    return table(heads, lines)


def _ratios(small: dict, large: dict | None) -> list[str]:
    if large is None or large["failure"] or small["failure"]:
        return [large["failure"] if large else "", "", "", ""]
    ratios = [f"{large[name] / small[name]:.1f}" for name in ("cpu", "wall", "bytes")]
    return [*ratios, f"{small['queries']} → {large['queries']}"]


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(heads)
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
