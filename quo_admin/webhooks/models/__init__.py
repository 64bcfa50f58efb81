"""Our copy of Quo's webhooks, the attempts to make them, and the receipts that show a key once."""

from quo_admin.webhooks.models.attempt import Attempt, AttemptEnded
from quo_admin.webhooks.models.receipt import Receipt
from quo_admin.webhooks.models.webhook import Subscription, Webhook

__all__ = ["Attempt", "AttemptEnded", "Receipt", "Subscription", "Webhook"]
