"""The sandbox's errors in the two dialects of Quo: as seen in responses, and as documented.

The status, the last digits of the code and the title are the same; the rest is not.
"""

import html
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

DOCS = "https://quo.com/docs"
AREAS = {"webhooks": "03", "phone-numbers": "04", "users": "11"}  # how an error's code begins


@dataclass(frozen=True)
class Answer:
    """One HTTP answer, whole."""

    status: int
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Problem:
    """One fault of a request. ``path`` is a JSON pointer, ``kind`` the expected type.

    ``value`` is a tuple of the wrong value, empty if there was none.
    """

    path: str
    message: str
    kind: str
    value: tuple[Any, ...] = ()

    def as_json(self) -> dict[str, Any]:
        error = {"path": self.path, "message": self.message, "schema": {"type": self.kind}}
        return error | ({"value": self.value[0]} if self.value else {})


def in_json(status: int, body: object, **headers: str) -> Answer:
    return Answer(status, json.dumps(body).encode(), headers=headers)


def flat(code: str, status: int, title: str, message: str, **more: object) -> Answer:
    """Return the flat error body: all documented errors, and the live application's own."""
    body = {"message": message, "code": code, "status": status, "docs": DOCS, "title": title}
    return in_json(status, body | more)


def listed(problems: Sequence[Problem]) -> tuple[str, list[dict[str, Any]]]:
    """Return problems as one line and as a list."""
    line = ", ".join(f"{problem.path}: {problem.message}" for problem in problems)
    return line, [problem.as_json() for problem in problems]


def trace() -> str:
    """Return a trace as Quo writes it: 19 digits, as text."""
    return str(secrets.randbelow(9 * 10**18) + 10**18)


class Observed:
    """What callers of the live API report."""

    checks_ids = True  # an unknown number or member is a 404
    max_results_required = False
    limited = True

    def unauthorized(self, area: str, *, sent: bool) -> Answer:
        message = "Unauthorized" if sent else "Missing authorization header"
        error = {"message": message, "key": "Unauthorized", "trace": trace()}
        return in_json(401, {"error": error})

    def invalid(self, area: str, problems: Sequence[Problem]) -> Answer:
        message, errors = listed(problems)
        code = f"{AREAS[area]}00400"
        return flat(code, 400, "Bad Request", message, trace=trace(), errors=errors)

    def missing(self, area: str, what: str) -> Answer:
        # No trace: the application's own errors were seen without one.
        return flat(f"{AREAS[area]}00404", 404, "Not Found", f"{what} not found")

    def unrouted(self, method: str, path: str, allowed: Sequence[str]) -> Answer:
        page = (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
            "<title>Error</title>\n</head>\n<body>\n"
            f"<pre>Cannot {html.escape(method)} {html.escape(path)}</pre>\n</body>\n</html>\n"
        )
        return Answer(404, page.encode(), "text/html; charset=utf-8")

    def too_many(self, area: str) -> Answer:
        code = f"{AREAS[area]}00429"
        answer = flat(code, 429, "Too Many Requests", "Rate limit exceeded", trace=trace())
        return replace(answer, headers={"Retry-After": "1"})


class Document(Observed):
    """What the published document promises, and nothing beyond it."""

    checks_ids = False  # it has no 404 on create
    max_results_required = True
    limited = False

    def unauthorized(self, area: str, *, sent: bool) -> Answer:
        return flat(f"{AREAS[area]}00401", 401, "Unauthorized", "You are unauthorized")

    def invalid(self, area: str, problems: Sequence[Problem]) -> Answer:
        message, errors = listed(problems)
        if area == "webhooks":  # the only 400 in the document here
            title = "Invalid Version"
            return flat("0305400", 400, title, message, errors=errors, description=title)
        return flat(f"{AREAS[area]}00400", 400, "Bad Request", message, errors=errors)

    def unrouted(self, method: str, path: str, allowed: Sequence[str]) -> Answer:
        status = 405 if allowed else 404
        title = "Method Not Allowed" if allowed else "Not Found"
        body = {"message": f"Cannot {method} {path}", "status": status, "title": title}
        return in_json(status, body, **({"Allow": ", ".join(allowed)} if allowed else {}))


SHAPES: dict[str, Observed] = {"observed": Observed(), "document": Document()}
