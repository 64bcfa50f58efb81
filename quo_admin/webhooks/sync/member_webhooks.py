"""Reading one member's webhooks from Quo, also after the member left."""

from collections.abc import Sequence

from quo_admin.quo import connect
from quo_admin.quo.exceptions import NotFound
from quo_admin.quo.types import WebhookData
from quo_admin.webhooks.models import Webhook
from quo_admin.workspace.models import Member
from quo_admin.workspace.shrunk_lists import read_confirmed


def list_of(member: str, *, words: str) -> Sequence[WebhookData]:
    """Return the member's webhooks as Quo lists them.

    For a member who left, Quo may not return a list any more (its document does not say). Then each
    webhook of theirs that we know is read by itself, so that none is called missing, or existing,
    without a response from Quo.

    Args:
        words: what it lists, such as "webhooks of Maya Ortiz".

    Raises:
        QuoError: the list, or one of the webhooks, got no usable response.
    """
    known = Webhook.objects.live().filter(user_id=member).order_by("pk")
    ids = list(known.values_list("quo_id", flat=True))
    try:
        return read_confirmed(lambda: connect.client().list_webhooks(member), ids, words=words)
    except NotFound:
        if Member.objects.current().filter(quo_id=member).exists():
            raise
    webhooks = [_webhook(quo_id) for quo_id in ids]
    return tuple(data for data in webhooks if data)


def _webhook(quo_id: str) -> WebhookData | None:
    try:
        return connect.client().get_webhook(quo_id)
    except NotFound:
        return None
