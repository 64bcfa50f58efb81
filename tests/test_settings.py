"""Settings are read as they are, and a wrong one is named without its value."""

import os
import runpy
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from django.core.checks import run_checks
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from quo_admin.database_url import database
from quo_admin.environment import Environment, Wrong
from quo_admin.quo import connect
from quo_admin.quo.apps import check_connection
from quo_admin.quo.exceptions import NotSent

ROOT = Path(__file__).parents[1]
DOLLAR = ROOT / "tests" / "data" / "environment" / "dollar.env"
CANARY = "cAnArY4711"
SETTINGS = {
    "SECRET_KEY": "any long text",
    "FIELD_KEYS": Fernet.generate_key().decode(),
    "QUO_API_KEY": "abc123",
    "QUO_API_URL": "https://api.quo.com",
    "DATABASE_URL": "sqlite:////tmp/never-used.sqlite3",
    "DEBUG": "off",
    "ALLOWED_HOSTS": "localhost",
    "CSRF_TRUSTED_ORIGINS": "https://quo-admin.example.com",
    "TRUSTED_PROXIES": "1",
}
SHAPES = [
    "{}", "${}", "$${}", " {} ", "Bearer {}", "{}\n{}", "\udcff{}", "é{}", "\x00{}", "{},{}",
    "https://{}", "https://{}/v1", "https://user:{}@host", "http://[{}",
    "https://\u2100{}", "postgres://{}", "postgres://u:{}@host:{}/name", "postgres://u:{}@host",
    "https://host:{}", "postgres://u:{}@[host/n",
    "{}://u:p@host/name", "postgres://h/n?CONN_MAX_AGE={}", "'{}", "\\{}",
]  # fmt: skip


def read(values):
    """Read the settings module with these values in the environment and nothing else."""
    old = dict(os.environ)
    os.environ.clear()
    os.environ.update({name: text.replace("\0", "") for name, text in values.items()})
    try:
        return runpy.run_path(str(ROOT / "quo_admin" / "settings.py"))
    finally:
        os.environ.clear()
        os.environ.update(old)


def stopped(**values):
    with pytest.raises(SystemExit) as ended:
        read(SETTINGS | values)
    return str(ended.value)


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
    with pytest.raises(SystemExit) as ended:
        read(given)

    assert ended.value.code == (f"Set {named} in the environment or in .env. See .env.example.")


def check(**values):
    outer = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env=outer | {"DJANGO_SETTINGS_MODULE": "quo_admin.settings"} | SETTINGS | values,
        capture_output=True,
        text=True,
    )


def test_check_names_wrong_settings_and_prints_no_value_and_no_traceback():
    wrong = check(
        FIELD_KEYS=f"{SETTINGS['FIELD_KEYS']},{CANARY}",
        DATABASE_URL=f"postgres://u:{CANARY}@host",
        CSRF_TRUSTED_ORIGINS=f"{CANARY}.example",
        TRUSTED_PROXIES=CANARY,
        DEBUG=CANARY,
    )

    assert wrong.returncode == 1
    assert wrong.stderr.splitlines() == [
        "FIELD_KEYS must hold keys of 32 bytes in base64. Entry 2 of 2 is no key. "
        ".env.example says how to create one.",
        "DEBUG must be on or off.",
        "CSRF_TRUSTED_ORIGINS must hold origins with their scheme, such as "
        "https://quo-admin.example.com. Entry 1 has none.",
        "TRUSTED_PROXIES must be a number such as 0 or 1.",
        "DATABASE_URL must be postgres://user:password@host/name or sqlite:////folder/file.",
    ]


def test_check_explains_an_api_key_and_an_api_address():
    wrong = check(QUO_API_KEY=f"Bearer {CANARY}", QUO_API_URL=f"https://api.quo.com/{CANARY}")

    assert "Write the key alone, without “Bearer”" in wrong.stderr
    assert "QUO_API_URL must end after the host" in wrong.stderr
    assert CANARY not in wrong.stderr + wrong.stdout


@pytest.mark.parametrize("name", SETTINGS)
def test_no_wrong_setting_prints_its_value(name, settings, capfd):
    """Every error's text and traceback, every check, and the error of a call to Quo."""
    for shape in SHAPES:
        said = ""
        try:
            values = read(SETTINGS | {name: shape.replace("{}", CANARY)})
        except SystemExit as exc:
            said = "".join(traceback.format_exception(exc))
        else:
            for one in ("QUO_API_KEY", "QUO_API_URL", "CSRF_TRUSTED_ORIGINS", "FIELD_KEYS"):
                setattr(settings, one, values[one])
            said = f"{run_checks()} {check_connection()}"
            try:
                connect.client()
            except NotSent as exc:
                said += "".join(traceback.format_exception(exc))
        assert CANARY not in said, shape

    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("Bearer abc", "without “Bearer”"),
        ("bearer abc", "without “Bearer”"),
        ("abc\ndef", "in one line"),
        ("abc\n", "in one line"),
        (" abc", "without spaces"),
        ("ab\tc", "without spaces"),
        ("abc\u200b", "characters that no key has"),
    ],
)
def test_api_key_that_is_none_is_explained_and_not_sent(key, words, settings):
    settings.QUO_API_KEY = key

    found = check_connection()
    with pytest.raises(NotSent, match=words):
        connect.client()

    assert [one.id for one in found] == ["quo.E002"]
    assert words in found[0].msg


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://api.quo.com/v1", "must end after the host"),
        ("https://api.quo.com?x=1", "must end after the host"),
        ("https://me@api.quo.com", "must end after the host"),
        ("https://api.quo.com ", "must end after the host"),
        ("api.quo.com", "must be https"),
        ("https://[", "is no URL"),
        ("https://api.quo.com:x", "is no URL"),
    ],
)
def test_api_address_that_is_none_is_explained(url, words, settings):
    settings.QUO_API_URL = url

    assert [words in one.msg for one in check_connection()] == [True]


@pytest.mark.parametrize("origin", ["quo.example.com", "//quo.example.com", "https://", "*"])
def test_origin_without_a_scheme_is_named_by_its_position(origin):
    said = stopped(CSRF_TRUSTED_ORIGINS=f"https://one.example, {origin}")

    assert "such as https://quo-admin.example.com. Entry 2" in said


def test_secrets_that_begin_with_a_dollar_are_taken_as_they_are():
    text = DOLLAR.read_text()
    wanted = dict(line.split("=", 1) for line in text.splitlines() if line)
    values = {}
    env = Environment(values)
    env.read_file(DOLLAR)

    assert not env.problems
    assert values == wanted

    got = read(SETTINGS | values)

    assert got["SECRET_KEY"] == wanted["SECRET_KEY"]
    assert got["QUO_API_KEY"] == "$k4Tz81example"
    found = got["DATABASES"]["default"]
    assert [found[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "quo", "pa#ss$w@rd", "127.0.0.1", "5432", "quo",
    ]  # fmt: skip


def test_name_of_another_variable_is_not_replaced_by_its_value():
    assert read(SETTINGS | {"SECRET_KEY": "$QUO_API_KEY"})["SECRET_KEY"] == "$QUO_API_KEY"


@pytest.mark.parametrize("line", [f"SECRET_KEY = {CANARY}", f"SECRET KEY={CANARY}", CANARY])
def test_line_that_cannot_be_read_is_named_by_its_number(line, tmp_path, capfd, caplog):
    file = tmp_path / ".env"
    file.write_text(f"# secrets\n{line}\n")
    env = Environment({})
    env.read_file(file)

    assert env.problems == ["Line 2 of .env cannot be read. Write NAME=value."]
    captured = capfd.readouterr()
    assert CANARY not in captured.out + captured.err + caplog.text


def test_file_with_a_byte_order_mark_is_read_and_another_encoding_is_named(tmp_path):
    file, values = tmp_path / ".env", {}
    file.write_text("SECRET_KEY=abc\n", "utf-8-sig")
    Environment(values).read_file(file)
    file.write_bytes(b"SECRET_KEY=\xe9\n")
    env = Environment({})
    env.read_file(file)

    assert values == {"SECRET_KEY": "abc"}
    assert env.problems == [".env is not in UTF-8. Save it as UTF-8."]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("postgres://u:p@h/n", "u p h  n"),
        ("postgresql://u:p@h:5433/n", "u p h 5433 n"),
        ("postgres://u:p%40%2F%23%3F%25@h/n", "u p@/#?% h  n"),
        ("postgres://u:p@/#?:%@h/n", "u p@/#?:% h  n"),
        ("postgres://u:$1+[x]@h/n+m", "u $1+[x] h  n+m"),
        ("postgres://u%40x:p@DB.Example/n%2Fm", "u@x p DB.Example  n/m"),
        ("postgres://u@h/n", "u  h  n"),
        ("postgres://h/n", "  h  n"),
        ("postgres://u:p@[::1]:5432/n", "u p ::1 5432 n"),
        ("postgres://u:p@one:1,two:2/n", "u p one,two 1,2 n"),
        ("postgres://u:p@%2Fvar%2Frun/n", "u p /var/run  n"),
        ("postgres:////var/run/n", "  /var/run  n"),
    ],
)
def test_parts_of_a_database_url_arrive_unharmed(url, wanted):
    found = database(url)

    parts = ("USER", "PASSWORD", "HOST", "PORT", "NAME")
    assert " ".join(found[part] for part in parts) == wanted
    assert found["ENGINE"] == "django.db.backends.postgresql"


def test_options_after_a_database_url_are_kept():
    found = database("postgres://u:p@h/n?sslmode=require&conn_max_age=60")

    assert found["OPTIONS"] == {"sslmode": "require"}
    assert found["CONN_MAX_AGE"] == 60


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////tmp/a%20b.sqlite3", "/tmp/a b.sqlite3"),
        ("sqlite:///quo.sqlite3", "quo.sqlite3"),
        ("sqlite://:memory:", ":memory:"),
    ],
)
def test_sqlite_file_is_read_from_a_database_url(url, name):
    assert database(url) == {"ENGINE": "django.db.backends.sqlite3", "NAME": name}


@pytest.mark.parametrize(
    "url", ["quo", "mysql://u:p@h/n", "postgres://h", "postgres://h/", "postgres://u:p@h:x/n"]
)
def test_database_url_that_cannot_be_read_is_rejected(url):
    with pytest.raises(Wrong):
        database(url)


def test_debug_error_page_shows_no_secret(settings):
    settings.DEBUG = True
    settings.DATABASES = {"default": database(f"postgres://u:{CANARY}@h/n")}
    settings.FIELD_KEYS, settings.QUO_API_KEY = [CANARY], CANARY
    secrets = {
        "DATABASE_URL": CANARY,
        "FIELD_KEYS": CANARY,
        "QUO_API_KEY": CANARY,
        "SECRET_KEY": CANARY,
        "HTTP_AUTHORIZATION": CANARY,
        "HTTP_COOKIE": f"{settings.SESSION_COOKIE_NAME}={CANARY}",
    }
    request = RequestFactory().get("/", **secrets)

    def connect_to_database(conn_params):
        raise ConnectionError("refused")

    try:
        connect_to_database({"password": CANARY})
    except ConnectionError:
        reporter = ExceptionReporter(request, *sys.exc_info())

    page = reporter.get_traceback_html() + reporter.get_traceback_text()
    assert Path(__file__).name in page
    assert CANARY not in page
