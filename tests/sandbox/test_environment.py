"""What the demo's processes may know."""

import json
import re
from pathlib import Path

import environ
import pytest
from cryptography.fernet import Fernet

from quo_admin.sandbox.environment import environment, load_or_create_secrets

KEPT = {"SECRET_KEY": "s", "FIELD_KEYS": "f", "QUO_API_KEY": "q", "DEMO_PASSWORD": "p"}
CALLERS = ["QUO_API_URL", "QUO_API_KEY", "DATABASE_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"]
CALLERS += ["GUNICORN_CMD_ARGS", "HTTP_PROXY", "https_proxy", "PYTHONPATH", "PYTHONWARNINGS"]
SETTINGS = Path(__file__).parent.parent.parent / "quo_admin" / "settings.py"


def made(caller, database=Path("/demo/quo-admin.sqlite3")):
    return environment(caller, kept=KEPT, database=database, quo="http://127.0.0.1:4000")


def test_environment_defines_every_setting():
    names = re.findall(r'\benv(?:\.\w+)?\(\s*"(\w+)"', SETTINGS.read_text())

    assert "QUO_API_URL" in names
    assert set(names) <= set(made({}))


@pytest.mark.parametrize("name", CALLERS)
def test_caller_variables_are_not_passed_to_child_processes(name):
    assert "hostile" not in made({name: "hostile"}).values()


def test_system_variables_are_passed_to_child_processes():
    assert made({"PATH": "/bin", "LANG": "de_DE.UTF-8"}).items() >= {
        ("PATH", "/bin"),
        ("LANG", "de_DE.UTF-8"),
    }


def test_database_path_may_contain_special_characters(tmp_path):
    database = tmp_path / "a b" / "100% #1?.sqlite3"

    read = environ.Env.db_url_config(made({}, database)["DATABASE_URL"])

    assert read["NAME"] == str(database)


def test_secrets_are_generated_once_with_private_permissions(tmp_path):
    file = tmp_path / "secrets.json"

    first, second = load_or_create_secrets(file), load_or_create_secrets(file)

    assert first == second
    assert first != load_or_create_secrets(tmp_path / "another.json")
    assert file.stat().st_mode & 0o777 == 0o600
    Fernet(first["FIELD_KEYS"])


def test_missing_secret_is_added_to_existing_secrets(tmp_path):
    file = tmp_path / "secrets.json"
    file.write_text(json.dumps({"SECRET_KEY": "kept"}))

    kept = load_or_create_secrets(file)

    assert kept["SECRET_KEY"] == "kept"
    assert kept["DEMO_PASSWORD"]
    assert load_or_create_secrets(file) == kept


@pytest.mark.parametrize("text", ["", "[1]", "{"])
def test_damaged_secrets_give_a_one_sentence_error(tmp_path, text):
    file = tmp_path / "secrets.json"
    file.write_text(text)

    with pytest.raises(ValueError, match="Remove its folder to start over"):
        load_or_create_secrets(file)
