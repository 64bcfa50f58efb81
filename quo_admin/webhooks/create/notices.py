"""The notices above the create form: what happened when it was submitted or filled in."""

from dataclasses import dataclass

from quo_admin.webhooks.create import services
from quo_admin.webhooks.create.prefill import Prefill
from quo_admin.webhooks.models import Attempt, Webhook


@dataclass(frozen=True)
class Notice:
    """One notice. With an attempt, the page links to it."""

    kind: str  # of the notice: "bad", "warn", "ok", or "" for a neutral one
    state: str  # mark of the title's state
    title: str
    text: str = ""
    trace: str = ""
    attempt: Attempt | None = None


def signed_in_again() -> Notice:
    text = "Your input is kept. Select “Create webhook” again."
    return Notice("warn", "warn", "You are signed in again. Nothing was sent", text)


def valid_request() -> Notice:
    return Notice("ok", "ok", "The request is valid. Nothing was sent yet")


def earlier_attempt(attempt: Attempt) -> Notice:
    title = "The form has the values of the earlier attempt. Nothing was sent"
    return Notice("warn", "warn", title, attempt=attempt)


def copied_from(webhook: Webhook, copy: Prefill) -> Notice:
    title = f"Copied from “{webhook}”. Nothing was sent yet"
    if not copy.left_out:
        return Notice("", "new", title, "The copy gets its own ID and key.")
    left_out = f"Left out because they are no longer in your company: {', '.join(copy.left_out)}."
    return Notice("warn", "warn", title, left_out)


def unconfirmed_warnings(exc: services.UnconfirmedWarnings) -> Notice:
    count = len(exc.findings)
    title = "1 warning to confirm" if count == 1 else f"{count} warnings to confirm"
    text = "Confirm each warning under “What will happen”, or change the form."
    return Notice("warn", "warn", f"{title}. Nothing was sent", text)


def not_created(exc: services.WebhookNotCreated) -> Notice:
    trace = exc.fault.trace if exc.fault else ""
    return Notice("bad", "bad", "Nothing was created", str(exc), trace)


def unknown_result(text: str, attempt: Attempt) -> Notice:
    return Notice("warn", "unk", "The result is unknown", text, attempt=attempt)


def sent_with_other_values(attempt: Attempt) -> Notice:
    title = "Nothing was sent, because this form was already sent with other values"
    return Notice("warn", "warn", title, attempt=attempt)


def still_sending(attempt: Attempt) -> Notice:
    title = "The first request is still running. Nothing was sent again"
    return Notice("warn", "run", title, attempt=attempt)


def already_sent_without_webhook(attempt: Attempt) -> Notice:
    title = "This form was already sent, and no webhook was created"
    return Notice("bad", "bad", title, attempt.message, attempt.trace, attempt)
