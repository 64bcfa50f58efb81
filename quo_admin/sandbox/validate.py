"""Checks requests against Quo's document. Every rule is from quo/spec.py, none is ours."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from quo_admin.quo import spec
from quo_admin.sandbox.shapes import Problem

# create*Webhook_v1, body.events.minItems: only these two families have one.
NEEDS_AN_EVENT = {"call-summaries", "call-transcripts"}
REQUIRED_KINDS = {"events": "Array", "url": "String"}
INTEGER = re.compile(r"-?[0-9]{1,18}")


class Invalid(Exception):
    """The request does not match the document. ``problems`` says where, in order."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{problem.path}: {problem.message}" for problem in problems))
        self.problems = problems


def new_webhook(raw: bytes, *, family: str) -> dict[str, Any]:
    """Return the body of a create, or raise Invalid with all of its problems."""
    body = _read(raw)
    if not isinstance(body, dict):
        raise Invalid(Problem("", "Expected object", "Object", (body,)))
    problems = list(_problems(body, family))
    if problems:
        raise Invalid(*problems)
    return body


def one(query: Mapping[str, Sequence[str]], name: str, pattern: re.Pattern[str]) -> str | None:
    """Return the one value of a query parameter, None if it is absent."""
    values = query.get(name, [])
    if len(values) > 1 or (values and not pattern.fullmatch(values[0])):
        raise Invalid(Problem(f"/{name}", f"Expected {name}", "TemplateLiteral", (values[0],)))
    return values[0] if values else None


def max_results(query: Mapping[str, Sequence[str]], *, required: bool) -> int:
    """Return listUsers_v1, query.maxResults: 1 to 50, by default 10."""
    text = one(query, "maxResults", INTEGER)
    if text is None:
        if required:
            raise Invalid(Problem("/maxResults", "Expected required property", "Integer"))
        return 10
    if not spec.USERS_PAGE_MIN <= int(text) <= spec.USERS_PAGE_MAX:
        message = f"Expected integer from {spec.USERS_PAGE_MIN} to {spec.USERS_PAGE_MAX}"
        raise Invalid(Problem("/maxResults", message, "Integer", (int(text),)))
    return int(text)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_constant=_refuse)
    except (ValueError, RecursionError) as exc:
        raise Invalid(Problem("", "Expected JSON", "Object")) from exc


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")


def _problems(body: dict[str, Any], family: str) -> Iterator[Problem]:
    for name in spec.REQUEST_REQUIRED:
        if name not in body:
            yield Problem(f"/{name}", "Expected required property", REQUIRED_KINDS[name])
    if "events" in body:
        yield from _events(body["events"], family)
    if "resourceIds" in body and not _is_scope(body["resourceIds"]):
        yield Problem("/resourceIds", "Expected union value", "Union", (body["resourceIds"],))
    for name, pattern, kind in (
        ("label", re.compile(".*", re.DOTALL), "String"),
        ("url", spec.URI, "String"),
        ("status", re.compile("|".join(spec.Status)), "Union"),
        ("userId", spec.USER_ID, "TemplateLiteral"),
    ):
        if name in body and not _matches(body[name], pattern):
            message = (
                "Expected string to match 'uri' format" if name == "url" else "Expected string"
            )
            yield Problem(f"/{name}", message, kind, (body[name],))


def _events(events: Any, family: str) -> Iterator[Problem]:
    if not isinstance(events, list):
        yield Problem("/events", "Expected array", "Array", (events,))
    elif not events and family in NEEDS_AN_EVENT:
        yield Problem(
            "/events", "Expected array length to be greater or equal to 1", "Array", ([],)
        )
    else:
        for place, event in enumerate(events):
            if event not in spec.FAMILIES[family]:
                yield Problem(f"/events/{place}", "Expected union value", "Union", (event,))


def _is_scope(ids: Any) -> bool:
    return isinstance(ids, list) and (
        all(_matches(each, spec.PHONE_NUMBER_ID) for each in ids)
        or all(each == spec.ALL_PHONE_NUMBERS for each in ids)
    )


def _matches(value: Any, pattern: re.Pattern[str]) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None
