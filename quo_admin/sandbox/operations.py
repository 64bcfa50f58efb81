"""The operations of the sandbox: the eleven of the document, and their paths."""

import base64
import re
import secrets
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from quo_admin.quo import spec
from quo_admin.sandbox import validate
from quo_admin.sandbox.shapes import Answer, Observed, in_json
from quo_admin.sandbox.store import Doc, Store

ALPHABET = string.ascii_letters + string.digits
ANY_TEXT = re.compile(".*", re.DOTALL)
NAMES = {"webhook": "Webhook", "number": "Phone number", "user": "User"}


class Missing(Exception):
    """There is no such thing in this workspace. The text is its name in Quo's words."""


@dataclass(frozen=True)
class Request:
    """What an operation reads of a request. ``params`` has the path's parameter, if it has one."""

    params: tuple[str, ...]
    query: dict[str, list[str]]
    body: bytes


@dataclass(frozen=True)
class Workspace:
    """One company's documents, and how strictly requests are checked."""

    store: Store
    shapes: Observed

    def find(self, kind: str, doc_id: str) -> Doc:
        doc = self.store.get(kind, doc_id)
        if doc is None:
            raise Missing(NAMES[kind])
        return doc

    def owner(self) -> str:
        return next(str(user["id"]) for user in self.store.all("user") if user["role"] == "owner")

    def check_ids(self, user_id: str, numbers: Iterable[str] = ()) -> None:
        if self.shapes.checks_ids:
            self.find("user", user_id)
            for number in numbers:
                self.find("number", number)


def new_id(prefix: str) -> str:
    """Return an ID as Quo creates them: the prefix and ten letters or digits."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(10))


def new_key() -> str:
    """Return a signing key as Quo creates them: base64 of 32 random bytes."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def create_webhook(family: str) -> Callable[[Workspace, Request], Answer]:
    """Return the operation that creates a webhook of one family."""

    def create(workspace: Workspace, request: Request) -> Answer:
        body = validate.new_webhook(request.body, family=family)
        scope = body.get("resourceIds", [spec.ALL_PHONE_NUMBERS])
        user_id = body.get("userId") or workspace.owner()
        workspace.check_ids(user_id, [each for each in scope if each != spec.ALL_PHONE_NUMBERS])
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        webhook = {
            "id": new_id("WH"),
            "userId": user_id,
            "orgId": workspace.store.all("organization")[0]["id"],
            "label": body.get("label"),
            "status": body.get("status", spec.DEFAULT_STATUS),
            "url": body["url"],
            "key": new_key(),
            "createdAt": now,
            "updatedAt": now,
            "deletedAt": None,
            "events": body["events"],
            "resourceIds": scope,
        }
        workspace.store.add([("webhook", webhook)])
        return in_json(201, {"data": webhook})

    return create


def list_webhooks(workspace: Workspace, request: Request) -> Answer:
    user_id = validate.one(request.query, "userId", spec.USER_ID) or workspace.owner()
    workspace.check_ids(user_id)
    every = workspace.store.all("webhook")
    return in_json(200, {"data": [each for each in every if each["userId"] == user_id]})


def webhook_id(request: Request) -> str:
    return validate.one({"id": request.params}, "id", spec.WEBHOOK_ID) or ""


def get_webhook(workspace: Workspace, request: Request) -> Answer:
    return in_json(200, {"data": workspace.find("webhook", webhook_id(request))})


def delete_webhook(workspace: Workspace, request: Request) -> Answer:
    if not workspace.store.delete("webhook", webhook_id(request)):
        raise Missing("Webhook")
    return Answer(204)


def list_numbers(workspace: Workspace, request: Request) -> Answer:
    user_id = validate.one(request.query, "userId", spec.USER_ID)
    numbers = workspace.store.all("number")
    if user_id is not None:
        workspace.check_ids(user_id)
        numbers = [each for each in numbers if user_id in [user["id"] for user in each["users"]]]
    return in_json(200, {"data": numbers})


def get_number(workspace: Workspace, request: Request) -> Answer:
    params = {"phoneNumberId": request.params}
    number = validate.one(params, "phoneNumberId", spec.PHONE_NUMBER_ID) or ""
    return in_json(200, {"data": workspace.find("number", number)})


def list_users(workspace: Workspace, request: Request) -> Answer:
    """One page of members. The token is the ID that the page begins with."""
    size = validate.max_results(request.query, required=workspace.shapes.max_results_required)
    token = validate.one(request.query, "pageToken", ANY_TEXT)
    users = workspace.store.all("user")
    ids = [user["id"] for user in users]
    if token and token not in ids:
        raise Missing("Page")
    start = ids.index(token) if token else 0
    page, rest = users[start : start + size], ids[start + size :]
    body = {"data": page, "totalItems": len(page), "nextPageToken": rest[0] if rest else None}
    return in_json(200, body)


def get_user(workspace: Workspace, request: Request) -> Answer:
    user_id = validate.one({"userId": request.params}, "userId", spec.USER_ID) or ""
    return in_json(200, {"data": workspace.find("user", user_id)})


Operations = dict[str, Callable[[Workspace, Request], Answer]]

# Contact webhooks cannot be created in v1: they appear in lists only.
CREATABLE = [family for family in spec.FAMILIES if family != "contacts"]
FIXED: dict[str, Operations] = {
    f"{spec.WEBHOOKS}/{family}": {"POST": create_webhook(family)} for family in CREATABLE
} | {
    spec.WEBHOOKS: {"GET": list_webhooks},
    spec.PHONE_NUMBERS: {"GET": list_numbers},
    spec.USERS: {"GET": list_users},
}
ONE: dict[str, Operations] = {
    spec.WEBHOOKS: {"GET": get_webhook, "DELETE": delete_webhook},
    spec.PHONE_NUMBERS: {"GET": get_number},
    spec.USERS: {"GET": get_user},
}
