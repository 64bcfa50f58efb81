"""Storing a plan as a batch that waits to be started."""

from typing import Any

from quo_admin.batches.models import Batch
from quo_admin.batches.services import draft
from quo_admin.onboarding.plan import PlanRequest, plan


def create_draft(
    *, actor: str, request: PlanRequest, form_data: dict[str, Any], instead_of: Batch | None = None
) -> Batch:
    """Create the plan, and store it row by row as a draft. Nothing is sent.

    Args:
        actor: username, for the batch.
        form_data: the planner's input, so that the plan can be edited later.
        instead_of: a draft that this one replaces.
    """
    return draft.create_draft(
        actor=actor, rows=plan(request).rows(), form_data=form_data, instead_of=instead_of
    )
