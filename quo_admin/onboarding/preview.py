"""What the plan will do: sentence, labels and warnings, for a form in any state."""

from collections.abc import Sequence
from dataclasses import dataclass

from quo_admin.batches.planned_row import PlannedRow
from quo_admin.onboarding import labels
from quo_admin.onboarding.forms.plan import PlanForm
from quo_admin.onboarding.parsing import ParsedNumbers
from quo_admin.onboarding.plan import plan
from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import host_of
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.summary import Part, sentence
from quo_admin.workspace.models import Number

EXAMPLES = 3


@dataclass(frozen=True)
class PlanPreview:
    """What the planner shows beside the form.

    Attributes:
        webhooks: how many would be created; None while the form is incomplete.
        left_out: how many rows would be skipped or blocked.
        examples: labels from the pattern, for the first webhooks or numbers.
    """

    sentence: list[Part]
    parsed: ParsedNumbers
    webhooks: int | None
    left_out: int
    examples: list[str]
    findings: list[warnings.PolicyWarning]
    accepted: frozenset[str]


def plan_preview(form: PlanForm) -> PlanPreview:
    """Return what would happen with this form. Makes no call."""
    whole = form.is_valid()
    rows = plan(form.to_plan_request()) if whole else []
    create = [row for row in rows if row.plan == "create"]
    return PlanPreview(
        sentence=_sentence(form),
        parsed=form.parsed,
        webhooks=len(create) if whole else None,
        left_out=len(rows) - len(create),
        examples=_examples(form, create),
        findings=warnings.warnings_for_all(row.wanted for row in create if row.wanted),
        accepted=frozenset(form.typed_many("accept")),
    )


def _sentence(form: PlanForm) -> list[Part]:
    return sentence(
        events=[event for event in spec.MessageEvent if event in form.typed_many("events")],
        names=[str(number) for number in form.parsed.numbers],
        all_numbers=False,
        known=0,
        host=host_of(form.typed("url")),
    )


def _examples(form: PlanForm, create: Sequence[PlannedRow]) -> list[str]:
    if create:
        return [row.label for row in create[:EXAMPLES] if row.label]
    pattern = form.typed("pattern")
    numbers = form.parsed.numbers[:EXAMPLES] or Number.objects.current()[:EXAMPLES]
    examples = (labels.label(pattern, [each], row=n) for n, each in enumerate(numbers, start=1))
    return [label for label in examples if label]
