"""The data of requests and responses, as frozen dataclasses. All text from Quo is cleaned.

Quo's document says that all fields are required and what type each has. We follow it when we send,
and do not rely on it when we read: a field that is missing or of another type becomes None, which
pages show as "not returned by Quo". Only an ID must be readable, or there is nothing to store.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from quo_admin.quo import spec
from quo_admin.quo.json_values import (
    json_object,
    moment_or_none,
    readable_id,
    text_or_none,
    texts_or_none,
)
from quo_admin.quo.storable_text import clean


@dataclass(frozen=True, kw_only=True)
class NewMessageWebhook:
    """The body of createMessageWebhook_v1. None omits a property: null is not allowed."""

    events: tuple[spec.MessageEvent, ...]
    url: str
    resource_ids: tuple[str, ...]
    label: str | None = None
    status: spec.Status = spec.DEFAULT_STATUS
    user_id: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the body under the document's names, without omitted properties."""
        body = {
            "events": [event.value for event in self.events],
            "label": self.label,
            "resourceIds": list(self.resource_ids),
            "status": self.status.value,
            "url": self.url,
            "userId": self.user_id,
        }
        return {name: value for name, value in body.items() if value is not None}


@dataclass(frozen=True, kw_only=True)
class WebhookData:
    """One webhook as Quo returned it. ``key`` is a secret and stays out of ``repr``."""

    id: str
    user_id: str | None
    org_id: str | None
    label: str | None
    status: str | None
    url: str | None
    key: str | None = field(repr=False)
    created_at: datetime | None
    updated_at: datetime | None
    deleted_at: datetime | None
    events: tuple[str, ...] | None
    resource_ids: tuple[str, ...] | None

    @property
    def is_complete(self) -> bool:
        """Whether everything is there that may not be null: all but label and deletedAt."""
        nullable = {"label", "deleted_at"}
        return all(value is not None for name, value in vars(self).items() if name not in nullable)

    @classmethod
    def from_json(cls, doc: object) -> Self:
        """Read one webhook of a response.

        Raises:
            Unreadable: it is not an object, or has no readable ID.
        """
        doc = json_object(doc)
        return cls(
            id=readable_id(doc.get("id"), "WH"),
            user_id=text_or_none(doc.get("userId")),
            org_id=text_or_none(doc.get("orgId")),
            label=text_or_none(doc.get("label")),
            status=text_or_none(doc.get("status")),
            url=text_or_none(doc.get("url")),
            key=text_or_none(doc.get("key")),
            created_at=moment_or_none(doc.get("createdAt")),
            updated_at=moment_or_none(doc.get("updatedAt")),
            deleted_at=moment_or_none(doc.get("deletedAt")),
            events=texts_or_none(doc.get("events")),
            resource_ids=texts_or_none(doc.get("resourceIds")),
        )


@dataclass(frozen=True, kw_only=True)
class NumberData:
    """One phone number of the company: what we use of listPhoneNumbers_v1."""

    id: str
    name: str | None
    number: str | None
    group_id: str | None
    member_ids: tuple[str, ...]
    porting_status: str | None
    no_messaging_to: tuple[str, ...]  # regions, such as "US", where messaging is restricted
    created_at: datetime | None

    @classmethod
    def from_json(cls, doc: object) -> Self:
        """Read one number of a response. Raises Unreadable as for a webhook."""
        doc = json_object(doc)
        users = doc.get("users")
        ids = (
            [user.get("id") for user in users if isinstance(user, Mapping)]
            if isinstance(users, list)
            else []
        )
        return cls(
            id=readable_id(doc.get("id"), "PN"),
            name=text_or_none(doc.get("name")),
            number=text_or_none(doc.get("number")),
            group_id=text_or_none(doc.get("groupId")),
            member_ids=tuple(clean(id) for id in ids if isinstance(id, str)),
            porting_status=text_or_none(doc.get("portingStatus")),
            no_messaging_to=_restricted(doc.get("restrictions"), "messaging"),
            created_at=moment_or_none(doc.get("createdAt")),
        )


def _restricted(restrictions: object, what: str) -> tuple[str, ...]:
    regions = restrictions.get(what) if isinstance(restrictions, Mapping) else None
    words = regions if isinstance(regions, Mapping) else {}
    return tuple(
        sorted(clean(str(region)) for region, word in words.items() if word == "restricted")
    )


@dataclass(frozen=True, kw_only=True)
class MemberData:
    """One member of the company, from listUsers_v1."""

    id: str
    email: str | None
    first_name: str | None
    last_name: str | None
    role: str | None

    @classmethod
    def from_json(cls, doc: object) -> Self:
        """Read one member of a response. Raises Unreadable as for a webhook."""
        doc = json_object(doc)
        return cls(
            id=readable_id(doc.get("id"), "US"),
            email=text_or_none(doc.get("email")),
            first_name=text_or_none(doc.get("firstName")),
            last_name=text_or_none(doc.get("lastName")),
            role=text_or_none(doc.get("role")),
        )
