"""One row of a batch: one webhook to create."""

from datetime import datetime, timedelta
from typing import Any, Self
from uuid import uuid4

from django.db import models
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    Func,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)

from quo_admin import clock
from quo_admin.batches.models.batch import Batch
from quo_admin.webhooks.models import Attempt


class JsonLength(Func):
    """The length of a JSON list."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSON_ARRAY_LENGTH", **context)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, function="JSONB_ARRAY_LENGTH", **context)


class BatchRowQuerySet(models.QuerySet["BatchRow"]):
    def to_create(self) -> Self:
        return self.filter(plan=BatchRow.Plan.CREATE, chosen=True)

    def unfinished(self) -> Self:
        """Rows to create whose attempt is not there yet, or is being sent."""
        sent = Attempt.objects.exclude(state=Attempt.State.SENDING).filter(token=OuterRef("token"))
        return self.to_create().filter(over=False, failure="").filter(~Exists(sent))

    def with_states(self, *, now: datetime) -> Self:
        """Annotate each row with ``state``, worked out from the attempt that shares its token.

        The state is not stored, so a row cannot disagree with its attempt.
        """
        attempts = Attempt.objects.filter(token=OuterRef("token"))
        state = Case(
            When(~Q(plan=BatchRow.Plan.CREATE) | Q(chosen=False), then=Value("skipped")),
            When(_leased(now), then=Value("sending")),  # by a worker
            When(attempt_state__in=["created", "found"], then=Value("created")),
            When(attempt_state__in=["rejected", "not_created"], then=Value("failed")),
            When(attempt_state="unknown", then=Value("unknown")),
            When(
                clock.within("attempt_started", now=now, age=Attempt.LEASE),
                attempt_state="sending",
                then=Value("sending"),
            ),
            When(attempt_state="sending", then=Value("unknown")),
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
        """Return the number of rows in each state that has any."""
        rows: Any = self.with_states(now=now).order_by()
        return dict(rows.values_list("state").annotate(n=Count("pk")).order_by("state"))

    def waiting(self, *, now: datetime) -> Self:
        """Return the rows that were not sent and are not leased."""
        sent = Attempt.objects.filter(token=OuterRef("token"))
        return (
            self.to_create().filter(over=False, failure="").filter(_free(now)).filter(~Exists(sent))
        )

    def take(self, *, now: datetime) -> "BatchRow | None":
        """Lease the next row of a running batch to exactly one caller, or return None.

        The lease is conditional on columns of the row itself only. PostgreSQL reads these again
        after waiting for a row lock; the result of a subquery it would not.
        """
        due = self.filter(batch__state=Batch.State.RUNNING).waiting(now=now)
        for item in due.order_by("batch_id", "row").select_related("batch")[:20]:
            same = BatchRow.objects.filter(pk=item.pk, token=item.token, over=False)
            if same.filter(_free(now)).update(lease_until=now + BatchRow.LEASE):
                return item
        return None


def _free(now: datetime) -> Q:
    return clock.free("lease_until", now=now, length=BatchRow.LEASE)


def _leased(now: datetime) -> Q:
    return clock.leased("lease_until", now=now, length=BatchRow.LEASE)


class BatchRow(models.Model):
    """One webhook to create. Its outcome is the state of its attempt.

    ``token`` is the attempt's token too, so a row makes one attempt even when it is tried again
    after a crash. A retry after a failure gives the row a new token.
    """

    class Plan(models.TextChoices):
        CREATE = "create", "Create"
        SKIP = "skip", "Skip"
        BLOCKED = "blocked", "Blocked"

    LEASE = timedelta(seconds=60)  # a create takes at most 25 s; a longer lease means a crash

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
    over = models.BooleanField(default=False)  # tried; nothing is left to do
    failure = models.TextField(blank=True)  # why no attempt was started

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

    @property
    def plan_state(self) -> tuple[str, str]:
        """CSS kind and label of what the plan does with the row."""
        if self.plan == self.Plan.SKIP:
            return "skip", "Covered"
        if self.plan == self.Plan.BLOCKED:
            return "warn", "Blocked"
        return ("new", "Create") if self.chosen else ("off", "Not selected")

    def release(self, **values: Any) -> None:
        """End the lease and store the values, unless the row was given a new token meanwhile."""
        same = BatchRow.objects.filter(pk=self.pk, token=self.token)
        same.update(**{"lease_until": None} | values)
