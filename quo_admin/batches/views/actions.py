"""The buttons of a batch's page. Each has its own URL, and redirects to the page."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from quo_admin.batches.models import Batch
from quo_admin.batches.services import actions as services
from quo_admin.batches.services.state import InvalidBatchState
from quo_admin.webhooks.reconcile.services import NotReconciled

Act = Callable[[str, Batch], str]  # takes actor and batch; returns a message


def _act(act: Act) -> Callable[[HttpRequest, int], HttpResponse]:
    """Return the view of a button. If the action is not possible any more, it says why."""

    @require_http_methods(["GET", "POST"])
    @login_required
    @permission_required("webhooks.add_webhook", raise_exception=True)
    def view(request: HttpRequest, number: int) -> HttpResponse:
        batch = get_object_or_404(Batch, pk=number)
        if request.method != "POST":  # after signing in on the way, one presses the button again
            return redirect(batch)
        try:
            messages.info(request, act(request.user.get_username(), batch))
        except (InvalidBatchState, NotReconciled) as exc:
            messages.warning(request, str(exc))
        return redirect(batch)

    return view


@_act
def pause(actor: str, batch: Batch) -> str:
    services.pause(actor=actor, batch=batch)
    return "Paused. Requests in progress finish; nothing else is sent."


@_act
def resume(actor: str, batch: Batch) -> str:
    services.resume(actor=actor, batch=batch)
    return "Resumed."


@_act
def stop(actor: str, batch: Batch) -> str:
    services.stop(actor=actor, batch=batch)
    return "Stopped. Requests in progress finish; the other rows are not sent."


@_act
def retry(actor: str, batch: Batch) -> str:
    count = services.retry_failed(actor=actor, batch=batch)
    return f"{count} row{'' if count == 1 else 's'} will be retried."


@_act
def reconcile(actor: str, batch: Batch) -> str:
    unknown, reconciled = services.reconcile_unknown(actor=actor, batch=batch)
    if not unknown:
        return "No unknown rows."
    if reconciled == unknown:
        return "All results are known now."
    return (
        f"{reconciled} of {unknown} reconciled. The others were not found at Quo yet. "
        "Nothing was sent again."
    )
