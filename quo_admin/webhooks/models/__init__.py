"""Our copy of Quo's webhooks, the attempts to make them, and what staff and syncs say of them."""

from quo_admin.webhooks.models.acknowledgement import Acknowledgement
from quo_admin.webhooks.models.attempt import Attempt, AttemptEnded
from quo_admin.webhooks.models.drift import Drift
from quo_admin.webhooks.models.finding import Finding
from quo_admin.webhooks.models.member_list import MemberList
from quo_admin.webhooks.models.one_time_link import OneTimeLink
from quo_admin.webhooks.models.subscription import Subscription
from quo_admin.webhooks.models.webhook import Webhook

__all__ = [
    "Acknowledgement",
    "Attempt",
    "AttemptEnded",
    "Drift",
    "Finding",
    "MemberList",
    "OneTimeLink",
    "Subscription",
    "Webhook",
]
