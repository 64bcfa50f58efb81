"""Static files of an installed site are hashed and compressed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def test_collectstatic_hashes_and_compresses_the_files(tmp_path):
    for name in ("manage.py", "quo_admin", "static", "templates"):
        source = settings.BASE_DIR / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, tmp_path / name)
    env = {"SECRET_KEY": "tests", "FIELD_KEYS": settings.FIELD_KEYS[0], "PATH": "/usr/bin"}

    command = [sys.executable, "manage.py", "collectstatic", "--noinput"]
    subprocess.run(command, cwd=tmp_path, env=env, check=True, capture_output=True)

    collected = tmp_path / ".static"
    paths = json.loads((collected / "staticfiles.json").read_text())["paths"]
    [hashed] = [hashed for name, hashed in paths.items() if name.startswith("css/base")]
    assert hashed != "css/base.css"
    assert Path(collected / f"{hashed}.gz").exists()
    code = "from quo_admin import settings; print(settings.STORAGES['staticfiles']['BACKEND'])"
    site = [sys.executable, "-c", code]
    shown = subprocess.run(site, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
    assert "Manifest" in shown.stdout
