"""What Quo's published v1 document says, as constants. Nothing here is ours.

Source: the OpenAPI document of the Quo API, version 1.0.0, read 2026-11-22. Each constant names
the operation it comes from; ``tests/quo/test_spec.py`` compares them with the document.

The document's patterns are anchored (``^PN(.*)$``). Ours are not: use ``fullmatch``, because
Python's ``$`` also matches before a trailing newline.
"""

import re
from enum import StrEnum

# Paths. v1 has create, list, get and delete; there is no update.
WEBHOOKS = "/v1/webhooks"
MESSAGE_WEBHOOKS = "/v1/webhooks/messages"
PHONE_NUMBERS = "/v1/phone-numbers"
USERS = "/v1/users"


class MessageEvent(StrEnum):
    """createMessageWebhook_v1, body.events[].enum."""

    RECEIVED = "message.received"
    DELIVERED = "message.delivered"


class Status(StrEnum):
    """createMessageWebhook_v1, body.status.enum."""

    ENABLED = "enabled"
    DISABLED = "disabled"


# createMessageWebhook_v1, body
REQUEST_PROPERTIES = ("events", "label", "resourceIds", "status", "url", "userId")
REQUEST_REQUIRED = ("events", "url")
DEFAULT_STATUS = Status.ENABLED  # body.status.default
ALL_PHONE_NUMBERS = "*"  # body.resourceIds, second branch: items.const
PHONE_NUMBER_ID = re.compile(r"PN(.*)")  # body.resourceIds, first branch: items.pattern
USER_ID = re.compile(r"US(.*)")  # body.userId.pattern

# createMessageWebhook_v1, response 201, data
RESPONSE_REQUIRED = (
    "id",
    "userId",
    "orgId",
    "label",
    "status",
    "url",
    "key",
    "createdAt",
    "updatedAt",
    "deletedAt",
    "events",
    "resourceIds",
)
WEBHOOK_ID = re.compile(r"WH(.*)")  # data.id.pattern
ORGANIZATION_ID = re.compile(r"OR(.*)")  # data.orgId.pattern

# listWebhooks_v1, response 200: the families of webhooks, by the events they may have
FAMILIES: dict[str, tuple[str, ...]] = {
    "messages": tuple(MessageEvent),
    "calls": ("call.completed", "call.ringing", "call.recording.completed"),
    "call-summaries": ("call.summary.completed",),
    "call-transcripts": ("call.transcript.completed",),
    "contacts": ("contact.updated", "contact.deleted"),
}

# listUsers_v1, query.maxResults
USERS_PAGE_MIN = 1
USERS_PAGE_MAX = 50

# listPhoneNumbers_v1, response 200, data[].number.pattern
E164 = re.compile(r"\+[1-9]\d{1,14}")


def _uri() -> re.Pattern[str]:
    """Return RFC 3986's grammar of a URI (appendix A) as one pattern."""
    pct = "%[0-9A-Fa-f]{2}"
    unreserved = r"A-Za-z0-9\-._~"
    sub = "!$&'()*+,;="
    pchar = f"(?:[{unreserved}{sub}:@]|{pct})"
    segments = f"(?:/{pchar}*)*"

    octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
    h16 = "[0-9A-Fa-f]{1,4}"
    last32 = rf"(?:{h16}:{h16}|{octet}(?:\.{octet}){{3}})"
    ipv6 = "|".join(
        [
            f"(?:{h16}:){{6}}{last32}",
            f"::(?:{h16}:){{5}}{last32}",
            f"(?:{h16})?::(?:{h16}:){{4}}{last32}",
            f"(?:(?:{h16}:){{0,1}}{h16})?::(?:{h16}:){{3}}{last32}",
            f"(?:(?:{h16}:){{0,2}}{h16})?::(?:{h16}:){{2}}{last32}",
            f"(?:(?:{h16}:){{0,3}}{h16})?::{h16}:{last32}",
            f"(?:(?:{h16}:){{0,4}}{h16})?::{last32}",
            f"(?:(?:{h16}:){{0,5}}{h16})?::{h16}",
            f"(?:(?:{h16}:){{0,6}}{h16})?::",
        ]
    )
    future = rf"[vV][0-9A-Fa-f]+\.[{unreserved}{sub}:]+"
    host = rf"(?:\[(?:{ipv6}|{future})\]|(?:[{unreserved}{sub}]|{pct})*)"
    userinfo = f"(?:(?:[{unreserved}{sub}:]|{pct})*@)?"
    authority = f"//{userinfo}{host}(?::[0-9]*)?{segments}"
    path = f"/(?:{pchar}+{segments})?|{pchar}+{segments}|"
    tail = rf"(?:{pchar}|[/?])*"
    return re.compile(rf"[A-Za-z][A-Za-z0-9+\-.]*:(?:{authority}|{path})(?:\?{tail})?(?:#{tail})?")


URI = _uri()  # body.url, format: uri
