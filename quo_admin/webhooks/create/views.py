"""The create page. Only "Create webhook" sends anything to Quo."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from quo_admin.accounts.keep_form_input import login_required_keeping_input
from quo_admin.quo.types import clean
from quo_admin.webhooks.create import services
from quo_admin.webhooks.create.forms import MessageWebhookForm, read_token, split_ids
from quo_admin.webhooks.create.picker import picker
from quo_admin.webhooks.create.prefill import Prefill, prefill_from
from quo_admin.webhooks.create.preview import preview
from quo_admin.webhooks.endpoints import display_url
from quo_admin.webhooks.models import Attempt, Webhook
from quo_admin.webhooks.reconcile.queries import attempt_by_number
from quo_admin.workspace.models import Member

ADDRESSES_OFFERED = 50


@dataclass(frozen=True)
class Notice:
    """The notice above the form: what happened when it was submitted."""

    kind: str  # of the notice: "bad", "warn", "ok", or "" for a neutral one
    state: str  # mark of the title's state
    title: str
    text: str
    trace: str = ""
    attempt: Attempt | None = None


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
        return _page(request, form, token=token, notice=_policy_warning_notice(exc))
    except services.AlreadySent as exc:
        return _sent_already(request, form, exc)
    except services.WebhookNotCreated as exc:
        form.add_fault(exc.fault)
        return _page(request, form, token=uuid4(), notice=_rejected(exc))
    except services.CreationUnknown as exc:
        return _page(request, form, token=uuid4(), notice=_unknown(str(exc), exc.attempt))
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
        notice = Notice(
            "warn",
            "warn",
            "The form has the values of the earlier attempt. Nothing was sent",
            "",
            "",
            again,
        )
        return _page(request, form, token=uuid4(), notice=notice)
    like = clean(request.GET.get("like", ""))
    if webhook := Webhook.objects.filter(quo_id=like, family="messages").first():
        another = prefill_from(webhook)
        form = MessageWebhookForm(another.data)
        return _page(request, form, token=uuid4(), notice=_like(webhook, another))
    return _page(request, MessageWebhookForm(), token=uuid4())


def _page(
    request: HttpRequest, form: MessageWebhookForm, *, token: UUID, notice: Notice | None = None
) -> HttpResponse:
    members = list(Member.objects.current())
    addresses = Webhook.objects.live().exclude(url=None).values_list("url", flat=True)
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
        "addresses": sorted({u for u in addresses if u == display_url(u)})[:ADDRESSES_OFFERED],
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
        notice = Notice(
            "warn",
            "warn",
            "Nothing was sent, because this form was already sent with other values",
            "",
            "",
            attempt,
        )
        return _page(request, form, token=uuid4(), notice=notice)
    if attempt.webhook:
        messages.info(
            request, "This form was already sent and created this webhook. Nothing was sent again."
        )
        return redirect(attempt.webhook)
    if attempt.state == Attempt.State.SENDING:
        title = "The first request is still running. Nothing was sent again"
        notice = Notice("warn", "run", title, "", "", attempt)
        return _page(request, form, token=attempt.token, notice=notice)
    if attempt.state == Attempt.State.UNKNOWN:
        notice = _unknown("Nothing was sent again.", attempt)
    else:
        title = "This form was already sent, and no webhook was created"
        notice = Notice("bad", "bad", title, attempt.message, attempt.trace, attempt)
    return _page(request, form, token=uuid4(), notice=notice)


def _previewed(request: HttpRequest, form: MessageWebhookForm) -> Notice | None:
    if request.POST.get("preview") == "signed-in-again":
        text = "Your input is kept. Select “Create webhook” again."
        return Notice("warn", "warn", "You are signed in again. Nothing was sent", text)
    if form.is_valid():
        return Notice("ok", "ok", "The request is valid. Nothing was sent yet", "")
    return None


def _like(webhook: Webhook, another: Prefill) -> Notice:
    title = f"Copied from “{webhook}”. Nothing was sent yet"
    if not another.left_out:
        return Notice("", "new", title, "The copy gets its own ID and key.")
    left_out = (
        f"Left out because they are no longer in your company: {', '.join(another.left_out)}."
    )
    return Notice("warn", "warn", title, left_out)


def _policy_warning_notice(exc: services.UnconfirmedWarnings) -> Notice:
    count = len(exc.findings)
    title = "1 warning to confirm" if count == 1 else f"{count} warnings to confirm"
    text = "Confirm each warning under “What will happen”, or change the form."
    return Notice("warn", "warn", f"{title}. Nothing was sent", text)


def _rejected(exc: services.WebhookNotCreated) -> Notice:
    return Notice(
        "bad", "bad", "Nothing was created", str(exc), exc.fault.trace if exc.fault else ""
    )


def _unknown(text: str, attempt: Attempt | None = None) -> Notice:
    title = "The result is unknown"
    return Notice("warn", "unk", title, text, attempt=attempt)
