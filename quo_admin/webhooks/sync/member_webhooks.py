"""Reading one member's webhooks from Quo, also after the member left."""

from quo_admin.quo import connect
from quo_admin.quo.exceptions import NotFound
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Member


def list_of(member: str) -> tuple[WebhookData, ...]:
    """Return the member's webhooks as Quo lists them.

    For a member who left, Quo may not return a list any more (its document does not say). Then each
    webhook of theirs that we know is read by itself, so that none is called missing, or existing,
    without a response from Quo.

    Raises:
        QuoError: the list, or one of the webhooks, got no usable response.
    """
    try:
        return connect.client().list_webhooks(member)
    except NotFound:
        if Member.objects.current().filter(quo_id=member).exists():
            raise
    known = Webhook.objects.live().filter(user_id=member).order_by("pk")
    webhooks = [_webhook(quo_id) for quo_id in known.values_list("quo_id", flat=True)]
    return tuple(data for data in webhooks if data)


def _webhook(quo_id: str) -> WebhookData | None:
    try:
        return connect.client().get_webhook(quo_id)
    except NotFound:
        return None
