"""The short form of tests/bench/batch.py: few rows, and shortened patience."""

import re

from tests.bench import batch

ROWS = 30


def test_batch_completes_after_its_worker_is_killed_and_responses_are_lost(tmp_path, capsys):
    bad_weather = ["--kills", "1", "--lost-each", "10", "--workers", "2"]
    folder = ["--data", str(tmp_path / "bench")]

    code = batch.main(["whole", "--short", "--rows", str(ROWS), *bad_weather, *folder])

    printed = capsys.readouterr().out
    counts = {name: int(n) for name, n in re.findall(r"^([^:\n]+): (\d+)", printed, re.MULTILINE)}
    assert code == 0
    assert counts["workers killed"] == 1
    assert counts["answers lost"] >= 3
    assert counts["made at Quo"] == counts["stored here with their keys"] == ROWS
    assert counts["numbers without one"] == counts["numbers with two"] == 0
