"""Quo's rules for creating a webhook, copied from the document, and a few stricter ones of ours.

Rules from the document accept exactly what it accepts, and cite it. Where we are stricter, the
docstring says so, so that nobody "fixes" one to match the other.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError

from quo_admin.quo import spec


def validate_phone_number_id(value: str) -> None:
    """Accept exactly what the document accepts as a phone number ID.

    Source: createMessageWebhook_v1, body.resourceIds[].pattern ``^PN(.*)$``.

    Raises:
        ValidationError: code "phone_number_id".
    """
    if not spec.PHONE_NUMBER_ID.fullmatch(value):
        raise ValidationError(
            "“%(value)s” is not a Quo phone number ID. Phone number IDs begin with PN.",
            code="phone_number_id",
            params={"value": value},
        )


def validate_resource_ids(values: Sequence[str]) -> None:
    """Accept number IDs, or ``*`` for all numbers, never both.

    Source: createMessageWebhook_v1, body.resourceIds.anyOf: every item is an ID, or every item
    is ``*``. Stricter than the source: the list may not be empty; the document does not say
    which numbers an empty list would mean.

    Raises:
        ValidationError: code "required", "phone_number_id" or "mixed".
    """
    if not values:
        raise ValidationError("Select at least one number, or “All numbers”.", code="required")
    ids = [value for value in values if value != spec.ALL_PHONE_NUMBERS]
    for value in ids:
        validate_phone_number_id(value)
    if ids and len(ids) != len(values):
        raise ValidationError(
            "Select either all numbers or specific numbers, not both.", code="mixed"
        )


def validate_user_id(value: str) -> None:
    """Accept exactly what the document accepts as a user ID.

    Source: createMessageWebhook_v1, body.userId.pattern ``^US(.*)$``.

    Raises:
        ValidationError: code "user_id".
    """
    if not spec.USER_ID.fullmatch(value):
        raise ValidationError(
            "“%(value)s” is not a Quo user ID. User IDs begin with US.",
            code="user_id",
            params={"value": value},
        )


def validate_webhook_url(value: str) -> None:
    """Accept what the document accepts, if it is an http(s) URL with a host and without a user.

    Source: createMessageWebhook_v1, body.url, ``format: uri`` (RFC 3986). ``urlsplit`` alone is
    not a check: it drops tabs and newlines and accepts spaces, ``<`` and ``ü``.
    Stricter than the source: the document also allows ftp:, javascript: and user:password@.

    Raises:
        ValidationError: code "uri" or "webhook_url".
    """
    if not spec.URI.fullmatch(value):
        raise ValidationError(
            "Enter a full URL, such as https://example.com/messages. "
            "Enter a host with non-ASCII characters in Punycode (xn--…).",
            code="uri",
        )
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # an IP literal that the grammar allows and nobody can reach
        usable = False
    if not usable or "@" in parts.netloc:
        raise ValidationError(
            "Enter an http or https URL with a host and without a user name.",
            code="webhook_url",
        )
