"""A local Quo as a WSGI app: authentication, routing, and responses in Quo's shapes.

Rate limit and faults are handled before it, in server.py.
"""

from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qs, quote, unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from quo_admin.sandbox.operations import FIXED, ONE, Missing, Operations, Request, Workspace
from quo_admin.sandbox.shapes import AREAS, SHAPES, Answer
from quo_admin.sandbox.store import Store
from quo_admin.sandbox.validate import Invalid


class Quo:
    """One workspace, served over WSGI."""

    def __init__(
        self, store: Store, *, shapes: str = "observed", api_keys: Iterable[str] = ()
    ) -> None:
        """Serve what the store holds. Without api_keys, any key is accepted that is not empty."""
        self.shapes = SHAPES[shapes]
        self.workspace = Workspace(store, self.shapes)
        self.api_keys = frozenset(api_keys)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        answer = self.answer(environ)
        status = HTTPStatus(answer.status)
        headers = {"Content-Type": answer.content_type} if answer.body else {}
        start_response(f"{status.value} {status.phrase}", list((headers | answer.headers).items()))
        return [answer.body]

    def answer(self, environ: WSGIEnvironment) -> Answer:
        # The path as it was sent: a "%2F" in an ID is not a separator.
        path = environ.get("REQUEST_URI") or quote(environ.get("PATH_INFO", ""), "/", "latin-1")
        path, _, query = path.partition("?")
        area = area_of(path)
        sent = environ.get("HTTP_AUTHORIZATION", "")
        if not sent or (self.api_keys and sent not in self.api_keys):
            return self.shapes.unauthorized(area, sent=bool(sent))

        method = environ["REQUEST_METHOD"]
        operations, params = find(path)
        if method not in operations:
            return self.shapes.unrouted(method, path, list(operations))
        length = int(environ.get("CONTENT_LENGTH") or 0)
        request = Request(
            params=params,
            query=parse_qs(environ.get("QUERY_STRING") or query, keep_blank_values=True),
            body=environ["wsgi.input"].read(length) if length else b"",
        )
        try:
            return operations[method](self.workspace, request)
        except Invalid as exc:
            return self.shapes.invalid(area, exc.problems)
        except Missing as exc:
            return self.shapes.missing(area, str(exc))


def area_of(path: str) -> str:
    """Return the part of the API: "webhooks", "phone-numbers" or "users"."""
    return next((area for area in AREAS if path.startswith(f"/v1/{area}")), "webhooks")


def find(path: str) -> tuple[Operations, tuple[str, ...]]:
    """Return the operations at a path by their method, and the path's parameter if it has one."""
    if path in FIXED:
        return FIXED[path], ()
    collection, _, last = path.rpartition("/")
    if last and collection in ONE:
        return ONE[collection], (unquote(last, errors="replace"),)
    return {}, ()
