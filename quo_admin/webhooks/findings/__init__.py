"""Findings: the house rules over everything stored, asked of the database whenever somebody looks.

Nothing is kept but what people let stand (``Acknowledgement``). A finding is one rule, one webhook
and a subject, which tells findings of one rule apart.
"""

from quo_admin.webhooks.findings.finding import (
    Count,
    Finding,
    askable,
    counts,
    first_findings,
    found,
    of_webhook,
    settled,
    webhooks_breaking,
)
from quo_admin.webhooks.findings.house import RULES, HouseRule

__all__ = [
    "RULES",
    "Count",
    "Finding",
    "HouseRule",
    "askable",
    "counts",
    "first_findings",
    "found",
    "of_webhook",
    "settled",
    "webhooks_breaking",
]
