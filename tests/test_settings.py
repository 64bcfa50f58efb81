"""Starting without settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "SECRET_KEY and FIELD_KEYS"),
        ({"SECRET_KEY": "", "FIELD_KEYS": ""}, "SECRET_KEY and FIELD_KEYS"),
        ({"SECRET_KEY": "hush"}, "FIELD_KEYS"),
    ],
    ids=["nothing", "empty", "one"],
)
def test_missing_secret_stops_commands_with_a_one_sentence_error(given, named):
    outer = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = outer | {"DJANGO_SETTINGS_MODULE": "quo_admin.settings"} | given

    ended = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True
    )

    assert ended.returncode == 1
    error = ended.stderr.decode()
    assert error == f"Set {named} in the environment or in .env. See .env.example.\n"
