"""The environment of the demo's processes: secrets of its own, and every setting by name."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

# All that the children inherit. Settings, proxies, PYTHON* and the rest do not pass.
PASSED_ON = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "TZ")


def load_or_create_secrets(file: Path) -> dict[str, str]:
    """Return the demo's secrets, created on the first start and kept in a private file.

    Raises:
        ValueError: the file was changed. The text is for the person at the terminal.
    """
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "FIELD_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "QUO_API_KEY": secrets.token_urlsafe(24),
        "DEMO_PASSWORD": secrets.token_urlsafe(9),
    }
    kept = _read(file) if file.exists() else {}
    every = fresh | kept
    if every != kept:
        draft = file.with_suffix(".new")
        draft.touch(mode=0o600)
        draft.write_text(json.dumps(every, indent=2))
        draft.replace(file)  # the whole file or nothing
    return every


def _read(file: Path) -> dict[str, str]:
    try:
        return dict(json.loads(file.read_text()))
    except (TypeError, ValueError) as exc:
        raise ValueError(f"{file} is not valid. Remove its folder to start over.") from exc


def environment(
    caller: Mapping[str, str], *, kept: Mapping[str, str], database: Path, quo: str
) -> dict[str, str]:
    """Return the whole environment of the demo's children.

    It names every setting, so that no `.env` can add one: the environment wins over `.env`.

    Args:
        quo: the URL of the sandbox.
    """
    passed = {name: caller[name] for name in PASSED_ON if name in caller}
    return passed | {
        "SECRET_KEY": kept["SECRET_KEY"],
        "FIELD_KEYS": kept["FIELD_KEYS"],
        "QUO_API_KEY": kept["QUO_API_KEY"],
        "QUO_API_URL": quo,
        "DEFAULT_COUNTRY": "",
        "DATABASE_URL": f"sqlite:///{quote(os.fspath(database.resolve()))}",
        "DEBUG": "off",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "CSRF_TRUSTED_ORIGINS": "",
        "TRUSTED_PROXIES": "0",
        "DJANGO_SETTINGS_MODULE": "quo_admin.settings",
        "GUNICORN_CMD_ARGS": "",
        "NO_PROXY": "*",
        "no_proxy": "*",
    }
