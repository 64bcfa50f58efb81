"""What the plan will do: sentence, labels and warnings, for a form in any state."""

from dataclasses import dataclass
from itertools import islice

from quo_admin.onboarding import labels
from quo_admin.onboarding.forms.plan import PlanForm
from quo_admin.onboarding.parsing import ParsedNumbers
from quo_admin.onboarding.plan import Plan, plan
from quo_admin.quo import spec
from quo_admin.webhooks.endpoints import host_of
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.summary import NAMES_SHOWN, Part, sentence
from quo_admin.workspace.models import Number, ShortNumber

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
    planned = plan(form.to_plan_request()) if whole else None
    return PlanPreview(
        sentence=_sentence(form),
        parsed=form.parsed,
        webhooks=len(planned.packs) if planned else None,
        left_out=len(planned.left_out) if planned else 0,
        examples=_examples(form, planned),
        findings=warnings.warnings_for_plan(planned.largest) if planned else [],
        accepted=frozenset(form.typed_many("accept")),
    )


def _sentence(form: PlanForm) -> list[Part]:
    numbers = form.parsed.numbers
    named = [str(number) for number in numbers[:NAMES_SHOWN]]
    return sentence(
        events=[event for event in spec.MessageEvent if event in form.typed_many("events")],
        names=[*named, *[""] * (len(numbers) - len(named))],
        all_numbers=False,
        known=0,
        host=host_of(form.typed("url")),
    )


def _examples(form: PlanForm, planned: Plan | None) -> list[str]:
    if planned and planned.packs:
        return [row.label for row in islice(planned.created(), EXAMPLES) if row.label]
    pattern = form.typed("pattern")
    numbers = form.parsed.numbers[:EXAMPLES] or ShortNumber.read(
        Number.objects.current()[:EXAMPLES]
    )
    examples = (labels.label(pattern, [each], row=n) for n, each in enumerate(numbers, start=1))
    return [label for label in examples if label]
