"""What will happen: the sentence, the house rules and the request, for a form in any state."""

from dataclasses import dataclass

from quo_admin.quo import spec
from quo_admin.webhooks import rules
from quo_admin.webhooks.addresses import host_of
from quo_admin.webhooks.forms import MessageWebhookForm, split_ids
from quo_admin.webhooks.preview import Preview, preview
from quo_admin.webhooks.sentence import Part, sentence
from quo_admin.workspace.models import Number


@dataclass(frozen=True)
class Consequence:
    """What the aside of the create page says. ``request`` is None until the form is valid."""

    sentence: list[Part]
    findings: list[rules.Finding]
    accepted: frozenset[str]
    request: Preview | None


def consequence(form: MessageWebhookForm) -> Consequence:
    """Return what would follow if this form were sent now. Calls nobody."""
    wanted = form.to_webhook() if form.is_valid() else None
    return Consequence(
        sentence=_sentence(form),
        findings=rules.findings(wanted) if wanted else [],
        accepted=frozenset(form.typed_many("accept")),
        request=preview(wanted) if wanted else None,
    )


def _sentence(form: MessageWebhookForm) -> list[Part]:
    ids = split_ids(form.typed("resourceIds"))
    names = Number.objects.names(ids)
    return sentence(
        events=[event for event in spec.MessageEvent if event in form.typed_many("events")],
        names=[names.get(id, id) for id in ids],
        all_numbers=rules.covers_all(ids),
        known=Number.objects.here().count(),
        host=host_of(form.typed("url")),
        disabled=form.typed("status") == spec.Status.DISABLED,
    )
