"""Our copy of Quo's webhooks, the attempts to make them, and what staff and sweeps say of them."""

from quo_admin.webhooks.models.acknowledgement import Acknowledgement
from quo_admin.webhooks.models.attempt import Attempt, AttemptEnded
from quo_admin.webhooks.models.listing import Listing
from quo_admin.webhooks.models.receipt import Receipt
from quo_admin.webhooks.models.webhook import Drift, Subscription, Webhook

__all__ = [
    "Acknowledgement",
    "Attempt",
    "AttemptEnded",
    "Drift",
    "Listing",
    "Receipt",
    "Subscription",
    "Webhook",
]
