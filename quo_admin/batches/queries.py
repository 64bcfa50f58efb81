"""Queries on batches by what people need to do, and the URLs of their list."""

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.webhooks.models import Attempt

PAUSED, FAILED = "paused", "failed"
WORDS = {"": "All", PAUSED: "Paused after an error", FAILED: "Failed or unknown rows"}

State = Batch.State


def in_state(kind: str) -> QuerySet[Batch]:
    """Return the batches of one of WORDS: paused after an error, ended with failed or unknown
    rows, or all.
    """
    if kind == PAUSED:
        return Batch.objects.filter(state=State.PAUSED).exclude(why="")
    if kind == FAILED:
        # Most rows created their webhook. Working out the state of each would take ten times as
        # long.
        open = Attempt.objects.exclude(state__in=[Attempt.State.CREATED, Attempt.State.FOUND])
        suspect = BatchRow.objects.filter(~Q(failure="") | Q(token__in=open.values("token")))
        wrong = suspect.in_state("failed", "unknown", now=timezone.now())
        over = Batch.objects.filter(state__in=[State.STOPPED, State.DONE])
        return over.filter(pk__in=wrong.values("batch"))
    return Batch.objects.all()


def address(kind: str) -> str:
    """Return the URL of the list of these batches."""
    return reverse("batches:list") + (f"?{urlencode({'show': kind})}" if kind else "")
