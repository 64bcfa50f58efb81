"""The request as the page shows it before it is sent. Makes no call."""

import json
import shlex
from dataclasses import dataclass

from django.conf import settings

from quo_admin.quo import spec
from quo_admin.quo.types import NewMessageWebhook


@dataclass(frozen=True)
class RequestPreview:
    """The exact body, and the same request as a curl command without the API key."""

    path: str
    body: str
    curl: str


def request_preview(wanted: NewMessageWebhook) -> RequestPreview:
    body = json.dumps(wanted.to_json(), indent=2, ensure_ascii=False)
    address = settings.QUO_API_URL.rstrip("/") + spec.MESSAGE_WEBHOOKS
    curl = (
        f"curl {shlex.quote(address)} "
        '-H "Authorization: $QUO_API_KEY" -H "Content-Type: application/json" '
        f"--data-raw {shlex.quote(body)}"
    )
    return RequestPreview(path=spec.MESSAGE_WEBHOOKS, body=body, curl=curl)
