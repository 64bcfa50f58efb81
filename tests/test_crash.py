"""The short form of tests/bench/crash.py: a few runs of each point, with shortened patience."""

import re

from tests.bench import crash
from tests.bench.crash_points import POINTS

RUNS = 3
QUO_MADE_IT_AND_WE_DID_NOT_KNOW = {"before-answer", "before-commit", "late"}


def under(title, printed):
    """Return the counts under a title: {"lost": 0, …}."""
    block = re.search(f"^{title}\n((?:  .+\n)+)", printed, re.MULTILINE)[1]
    return {words: int(count) for words, count in re.findall(r"  (.+): (\d+)", block)}


def test_no_webhook_is_lost_or_duplicated_at_any_crash_point(tmp_path, capsys):
    code = crash.main(
        ["--short", "--runs", str(RUNS), "--people", str(RUNS), "--data", str(tmp_path / "bench")]
    )
    printed = capsys.readouterr().out

    assert code == 0
    for point in POINTS:
        reconciled = under(f"{point}, after reconciling", printed)
        assert (reconciled["lost"], reconciled["doubled"]) == (0, 0)
        end = under(f"{point}, in the end", printed)
        assert (end["made at Quo"], end["stored here"], end["doubled"]) == (RUNS, RUNS, 0)
    for point in QUO_MADE_IT_AND_WE_DID_NOT_KNOW:
        assert under(f"{point}, after reconciling", printed)["attempts found"] == RUNS
