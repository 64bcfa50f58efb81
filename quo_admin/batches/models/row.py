"""One row of a batch: one webhook to create."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Subquery, Value, When

from quo_admin.batches.models.batch import Batch
from quo_admin.webhooks.models import Attempt


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    def to_create(self) -> Self:
        return self.filter(plan=BatchRow.Plan.CREATE, chosen=True)

    def with_states(self, *, now: datetime) -> Self:
        """Annotate each with ``state``: how its attempt stands, found by the token they share.

        Nothing of it is stored twice, so an item cannot say another thing than its attempt.
        """
        attempts = Attempt.objects.filter(token=OuterRef("token"))
        state = Case(
            When(~Q(plan=BatchRow.Plan.CREATE) | Q(chosen=False), then=Value("skipped")),
            When(lease_until__gt=now, then=Value("sending")),  # in somebody's hands
            When(attempt_state__in=["created", "found"], then=Value("created")),
            When(attempt_state__in=["rejected", "not_created"], then=Value("failed")),
            When(attempt_state="unknown", then=Value("unknown")),
            When(
                attempt_state="sending",
                attempt_started__lte=now - Attempt.LEASE,
                then=Value("unknown"),
            ),
            When(attempt_state="sending", then=Value("sending")),
            When(~Q(failure=""), then=Value("failed")),
            default=Value("waiting"),
            output_field=CharField(),
        )
        return self.annotate(
            attempt_state=Subquery(attempts.values("state")),
            attempt_started=Subquery(attempts.values("started_at")),
        ).annotate(state=state)

    def in_state(self, *states: str, now: datetime) -> Self:
        return self.with_states(now=now).filter(**{"state__in": states})

    def counts(self, *, now: datetime) -> dict[str, int]:
        """Return how many are in each state; those that none is in are left out."""
        rows: Any = self.with_states(now=now).order_by()
        return dict(rows.values_list("state").annotate(n=Count("pk")).order_by("state"))

    def waiting(self, *, now: datetime) -> Self:
        """Return those that nobody has sent and nobody is sending."""
        sent = Attempt.objects.filter(token=OuterRef("token"))
        return (
            self.to_create().filter(over=False, failure="").filter(_free(now)).filter(~Exists(sent))
        )

    def take(self, *, now: datetime) -> "BatchRow | None":
        """Lease the next one of a running batch, to one caller only.

        The lease asks for nothing but columns of the row itself, which PostgreSQL reads anew for
        who had to wait for the row; what a subquery found it would not.
        """
        due = self.filter(batch__state=Batch.State.RUNNING).waiting(now=now)
        for item in due.order_by("batch_id", "row").select_related("batch")[:20]:
            same = BatchRow.objects.filter(pk=item.pk, token=item.token, over=False)
            if same.filter(_free(now)).update(lease_until=now + BatchRow.LEASE):
                return item
        return None


def _free(now: datetime) -> Q:
    return Q(lease_until=None) | Q(lease_until__lte=now)


class BatchRow(models.Model):
    """One webhook to create. What becomes of it is its attempt's state, and nothing else's.

    ``token`` is the attempt's token too: one item makes one attempt, however often it is tried
    after a crash. To be tried anew after a failure it is given a new one.
    """

    class Plan(models.TextChoices):
        CREATE = "create", "Create"
        SKIP = "skip", "Skip"
        BLOCKED = "blocked", "Blocked"

    LEASE = timedelta(seconds=60)  # a create takes at most 25 s; who holds it longer is dead

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="rows")
    row = models.IntegerField()  # from 1
    numbers = models.JSONField()  # ids
    label = models.TextField()
    payload = models.JSONField()  # the body to be sent
    plan = models.CharField(max_length=7, choices=Plan.choices)
    why = models.TextField(blank=True)  # why it is skipped or blocked
    because = models.CharField(max_length=255, blank=True)  # id of the webhook that covers it
    chosen = models.BooleanField(default=True)
    token = models.UUIDField(unique=True, default=uuid4)
    lease_until = models.DateTimeField(null=True)
    over = models.BooleanField(default=False)  # it was tried, and there is nothing to try again
    failure = models.TextField(blank=True)  # why no attempt was begun

    objects = BatchRowQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["row"]
        constraints = [
            models.UniqueConstraint(name="item_row_once_in_a_batch", fields=["batch", "row"])
        ]
        indexes = [
            models.Index(fields=["batch", "row"], name="item_waiting", condition=Q(over=False))
        ]

    def give_back(self, **told: Any) -> None:
        """End the lease and write down what became of it, unless it was given a new token."""
        same = BatchRow.objects.filter(pk=self.pk, token=self.token)
        same.update(**{"lease_until": None} | told)
