"""The create page. Only "Create webhook" sends anything to Quo."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from quo_admin.accounts.keep_form_input import login_required_keeping_input
from quo_admin.quo.storable_text import clean
from quo_admin.webhooks.create import notices, services
from quo_admin.webhooks.create.fields import split_ids
from quo_admin.webhooks.create.forms import MessageWebhookForm, read_token
from quo_admin.webhooks.create.notices import Notice
from quo_admin.webhooks.create.picker import picker
from quo_admin.webhooks.create.prefill import prefill_from
from quo_admin.webhooks.create.preview import preview
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile.queries import attempt_by_number
from quo_admin.workspace.models import Member


@require_http_methods(["GET", "POST"])
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def create(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _blank_or_filled(request)
    token = read_token(request.POST.get("token"))
    if "search" in request.POST:
        return _page(request, MessageWebhookForm.unchecked(request.POST), token=token)
    form = MessageWebhookForm(request.POST)
    if "preview" in request.POST or not form.is_valid():
        return _page(request, form, token=token, notice=_previewed(request, form))
    try:
        webhook = services.create_message_webhook(
            actor=request.user.get_username(),
            wanted=form.to_webhook(),
            token=token,
            accepted=form.cleaned_data["accept"],
        )
    except services.UnconfirmedWarnings as exc:
        return _page(request, form, token=token, notice=notices.unconfirmed_warnings(exc))
    except services.AlreadySent as exc:
        return _sent_already(request, form, exc)
    except services.WebhookNotCreated as exc:
        form.add_fault(exc.fault)
        return _page(request, form, token=uuid4(), notice=notices.not_created(exc))
    except services.CreationUnknown as exc:
        return _page(
            request, form, token=uuid4(), notice=notices.unknown_result(str(exc), exc.attempt)
        )
    done = 'Created “{}”. Next: <a href="#hand-over">hand over its key</a>.'
    messages.success(request, format_html(done, webhook))
    return redirect(webhook)


@require_POST
@login_required_keeping_input
@permission_required("webhooks.add_webhook", raise_exception=True)
def live(request: HttpRequest) -> HttpResponse:
    """The parts of the page that follow the input: the picker, or what will happen."""
    form = MessageWebhookForm(request.POST)
    context: dict[str, Any]
    if "picker" in request.GET:
        words = clean(request.POST.get("find", ""))
        context = {"picker": picker(form.typed("resourceIds"), words=words)}
        return render(request, "webhooks/create/_found_numbers.html", context)
    chosen = len(split_ids(form.typed("resourceIds")))
    context = {"preview": preview(form), "chosen": chosen}
    return render(request, "webhooks/create/_live.html", context)


def _blank_or_filled(request: HttpRequest) -> HttpResponse:
    """Render a new form: blank, with the values of an attempt, or as a copy of a webhook.

    A form with values is bound, so that warnings are shown at once.
    """
    again = attempt_by_number(request.GET.get("again", ""))
    if again and not again.webhook:
        ids = "\n".join(again.payload["resourceIds"])
        form = MessageWebhookForm(again.payload | {"resourceIds": ids})
        return _page(request, form, token=uuid4(), notice=notices.earlier_attempt(again))
    like = clean(request.GET.get("like", ""))
    if webhook := Webhook.objects.filter(quo_id=like, family="messages").first():
        copy = prefill_from(webhook)
        form = MessageWebhookForm(copy.data)
        return _page(request, form, token=uuid4(), notice=notices.copied_from(webhook, copy))
    return _page(request, MessageWebhookForm(), token=uuid4())


def _page(
    request: HttpRequest, form: MessageWebhookForm, *, token: UUID, notice: Notice | None = None
) -> HttpResponse:
    members = list(Member.objects.current())
    context: dict[str, Any] = {
        "form": form,
        "token": token,
        "notice": notice,
        "picker": picker(form.typed("resourceIds"), words=clean(request.POST.get("find", ""))),
        "preview": preview(form),
        "previewed": "preview" in request.POST,
        "members": members,
        "members_chosen": form.typed("userId").splitlines(),
        "member_typed": _typed_member(form, members),
        "addresses": Webhook.objects.offered_urls(),
    }
    return render(request, "webhooks/create/create.html", context)


def _typed_member(form: MessageWebhookForm, members: list[Member]) -> str:
    """Return the member IDs that were typed and are not offered."""
    offered = {member.quo_id for member in members}
    return "\n".join(id for id in form.typed("userId").splitlines() if id not in offered)


def _sent_already(
    request: HttpRequest, form: MessageWebhookForm, exc: services.AlreadySent
) -> HttpResponse:
    """Show the outcome of the first submission of this form. Nothing was sent again."""
    attempt = services.wait_until_finished(exc.attempt)
    if not exc.same:
        notice = notices.sent_with_other_values(attempt)
        return _page(request, form, token=uuid4(), notice=notice)
    if attempt.webhook:
        messages.info(
            request, "This form was already sent and created this webhook. Nothing was sent again."
        )
        return redirect(attempt.webhook)
    if attempt.state == Attempt.State.SENDING:
        notice = notices.still_sending(attempt)
        return _page(request, form, token=attempt.token, notice=notice)
    if attempt.state == Attempt.State.UNKNOWN:
        notice = notices.unknown_result("Nothing was sent again.", attempt)
    else:
        notice = notices.already_sent_without_webhook(attempt)
    return _page(request, form, token=uuid4(), notice=notice)


def _previewed(request: HttpRequest, form: MessageWebhookForm) -> Notice | None:
    if request.POST.get("preview") == "signed-in-again":
        return notices.signed_in_again()
    return notices.valid_request() if form.is_valid() else None
