"""The attempts and batches of tests/bench/pages.py."""

import random
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from quo_admin.batches.models import Batch, BatchRow
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.workspace.models import Number
from tests.bench.pages_company import Company
from tests.bench.pages_insert import insert
from tests.factories import plan_form

URL = "https://new.example/quo"
OLD = 30  # batches that are done
FAILED = {"rejected": 40, "not_created": 60, "unknown": 3}


def fill(company: Company, client) -> int:
    """Add them, and return the number of the draft.

    Args:
        client: signed in as an Operator. The draft is made as people make one, on the site.
    """
    insert(attempts(company))
    draft = plan_draft(company, client)
    for number in range(OLD):
        add_batch(draft, rows=3, created=0, company=company, days=OLD - number)
    add_batch(draft, rows=company.planned, created=company.planned // 2, company=company, days=0)
    return draft.pk


def attempts(company: Company) -> Iterator[Attempt]:
    """Yield one for each webhook that was created here, and some that did not end well."""
    made = Webhook.objects.exclude(created_by="").order_by("pk")
    fields = ("pk", "created_by", "label", "url", "events", "resource_ids", "created_at")
    for pk, by, label, url, events, ids, at in made.values_list(*fields).iterator():
        yield attempt(pk, payload(label, url, events, ids), by, "created", at, webhook_id=pk)
    few = company.webhooks < 1000
    for state, how_many in FAILED.items():
        for n in range(1 if few else how_many):
            at = company.now - timedelta(days=n, hours=2)
            body = payload(f"Survey {n}", f"{URL}/{n}", ["message.received"], ["*"])
            yield attempt(f"{state} {n}", body, "priya", state, at, message="No answer")


def attempt(seed, body: dict, by: str, state: str, at, **values) -> Attempt:
    return Attempt(
        actor=by,
        token=UUID(int=random.Random(seed).getrandbits(128), version=4),
        payload=body,
        state=state,
        started_at=at,
        ended_at=at + timedelta(seconds=1),
        next_check_at=at + timedelta(days=1) if state == "unknown" else None,
        **values,
    )


def payload(label: str, url: str, events: list[str], ids: list[str]) -> dict:
    return {
        "label": label,
        "url": url,
        "events": events,
        "resourceIds": ids,
        "status": "enabled",
    }


def plan_draft(company: Company, client) -> Batch:
    ids = Number.objects.current().order_by("pk").values_list("quo_id", flat=True)
    form = plan_form(resourceIds=["", *ids[: company.planned]], url=URL)
    response = client.post("/onboarding/new/", form)
    assert response.status_code == 302, response.content.decode()
    return Batch.objects.latest("pk")


def add_batch(draft: Batch, *, rows: int, created: int, company: Company, days: int) -> None:
    """Add a batch with the plan of the draft. The rest of its rows could not be started."""
    at = company.now - timedelta(days=days, hours=1)
    done = Batch.objects.create(
        form_data=draft.form_data,
        state="done",
        row_count=rows,
        planned_by="olga",
        planned_at=at,
        started_by="olga",
        started_at=at,
        ended_at=at + timedelta(minutes=2),
    )
    tokens = Attempt.objects.filter(state="created").order_by("-pk").values_list("token", flat=True)
    used = list(tokens[:created])
    BatchRow.objects.bulk_create(
        BatchRow(
            batch=done,
            row=row.row,
            numbers=row.numbers,
            label=row.label,
            payload=row.payload,
            plan=row.plan,
            because=row.because,
            over=True,
            failure="" if row.row <= len(used) else "The company had no credits.",
            **({"token": used[row.row - 1]} if row.row <= len(used) else {}),
        )
        for row in draft.rows.order_by("row")[:rows]
    )
