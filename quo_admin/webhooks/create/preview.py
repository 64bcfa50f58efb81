"""What the create form will do: sentence, warnings and request, for a form in any state."""

from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.webhooks.create.fields import split_ids
from quo_admin.webhooks.create.forms import MessageWebhookForm
from quo_admin.webhooks.create.request_preview import RequestPreview, request_preview
from quo_admin.webhooks.endpoints import host_of
from quo_admin.webhooks.policies import warnings
from quo_admin.webhooks.summary import Part, sentence
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class CreatePreview:
    """What the create page shows beside the form. ``request`` is None until the form is valid."""

    sentence: list[Part]
    findings: list[warnings.PolicyWarning]
    accepted: frozenset[str]
    request: RequestPreview | None


def preview(form: MessageWebhookForm) -> CreatePreview:
    """Return what would happen if this form were submitted now. Makes no call."""
    wanted = form.to_webhook() if form.is_valid() else None
    return CreatePreview(
        sentence=_sentence(form),
        findings=warnings.warnings_for(wanted) if wanted else [],
        accepted=frozenset(form.typed_many("accept")),
        request=request_preview(wanted) if wanted else None,
    )


def _sentence(form: MessageWebhookForm) -> list[Part]:
    ids = split_ids(form.typed("resourceIds"))
    names = Number.objects.names(ids)
    return sentence(
        events=[event for event in spec.MessageEvent if event in form.typed_many("events")],
        names=[names.get(id, id) for id in ids],
        all_numbers=warnings.covers_all(ids),
        known=Number.objects.current().count(),
        host=host_of(form.typed("url")),
        disabled=form.typed("status") == spec.Status.DISABLED,
    )
