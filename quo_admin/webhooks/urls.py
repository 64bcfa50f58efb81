from django.urls import path, register_converter
from django.urls.converters import StringConverter

from quo_admin.webhooks.views import (
    acknowledge,
    attempts,
    check,
    create,
    delete,
    drift,
    findings,
    list,
    pages,
    reveal,
    settle,
    signature,
)


class QuoIdConverter(StringConverter):
    """An id of Quo's: whatever ``types.readable_id`` lets through."""

    regex = r"WH[^/\s\x00]{1,253}"


register_converter(QuoIdConverter, "quo_id")

app_name = "webhooks"
urlpatterns = [
    path("", list.webhook_list, name="list"),
    path("facets/", list.facets, name="facets"),
    path("marks/", list.marks, name="marks"),
    path("export/", list.export_list, name="export"),
    path("new/", create.create, name="create"),
    path("new/live/", create.live, name="live"),
    path("check/", check.check, name="check"),
    path("signature/", signature.signature, name="signature"),
    path("findings/", findings.findings, name="findings"),
    path("drift/", drift.accept_all, name="accept_all"),
    path("attempts/", attempts.attempts, name="attempts"),
    path("attempts/<int:number>/", attempts.attempt, name="attempt"),
    path("attempts/<int:number>/settle/", settle.settle, name="settle"),
    path("attempts/<int:number>/decide/", settle.decide, name="decide"),
    path("<quo_id:quo_id>/", pages.detail, name="detail"),
    path("<quo_id:quo_id>/delete/", delete.delete, name="delete"),
    path("<quo_id:quo_id>/drift/", drift.accept, name="accept"),
    path("<quo_id:quo_id>/findings/<slug:rule>/", acknowledge.finding, name="finding"),
    path("<quo_id:quo_id>/key/", reveal.key, name="key"),
    path("<quo_id:quo_id>/key/<slug:token>/", reveal.receipt, name="receipt"),
]
