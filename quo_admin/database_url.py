"""Reads DATABASE_URL, whatever characters its password has."""

import re
from typing import Any
from urllib.parse import unquote

import environ

from quo_admin.environment import Wrong

PLACE = re.compile(r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^@/?#:,\[\]]*)(?::(?P<port>[0-9]{1,5}))?")
# The user and password end at the last @ that hosts and a database name follow: a password may
# hold any of @ / ? # itself.
POSTGRESQL = re.compile(
    r"(?:postgres(?:ql)?|pgsql|psql)://"
    r"(?:(?P<user>[^:]*?)(?::(?P<password>.*))?@)?"
    r"(?P<places>(?:\[[0-9A-Fa-f:.]+\]|[^@/?#\[\]])*)/(?P<name>[^@?#]+)(?:\?(?P<query>[^#]*))?",
    re.DOTALL,
)
SQLITE = re.compile(r"sqlite://(?:/(?P<name>[^?#]+)|:memory:)", re.DOTALL)


def database(url: str) -> dict[str, Any]:
    """Return Django's settings of a database: PostgreSQL, or SQLite.

    Raises:
        Wrong: it cannot be read. No part of it is quoted.
    """
    url = url.strip()
    if sqlite := SQLITE.fullmatch(url):
        name = unquote(sqlite["name"] or ":memory:")
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": name}
    found = POSTGRESQL.fullmatch(url)
    places = [PLACE.fullmatch(place) for place in found["places"].split(",")] if found else []
    folder, _, name = found["name"].rpartition("/") if found else ("", "", "")  # of a socket
    if not found or not all(places) or not name or folder[:1] not in ("", "/"):
        raise Wrong("must be postgres://user:password@host/name or sqlite:////folder/file.")
    hosts = [unquote(place["host"]).strip("[]") for place in places if place]
    ports = [place["port"] for place in places if place and place["port"]]
    # The rest is options of Django and of PostgreSQL.
    options: dict[str, Any] = environ.Env.db_url_config(  # type: ignore[no-untyped-call]
        f"postgres:///name?{found['query'] or ''}"
    )
    return options | {
        "NAME": unquote(name),
        "USER": unquote(found["user"] or ""),
        "PASSWORD": unquote(found["password"] or ""),
        "HOST": unquote(folder) or ",".join(hosts),
        "PORT": ",".join(ports),
    }
