from django.urls import path

from quo_admin.batches.views import actions, batch, draft, key_handover, list

app_name = "batches"
urlpatterns = [
    path("", list.batches, name="list"),
    path("<int:number>/", batch.batch, name="batch"),
    path("<int:number>/skipped.csv", draft.export_skipped, name="skipped"),
    path("<int:number>/rows/", draft.keep, name="keep"),
    path("<int:number>/start/", draft.start, name="start"),
    path("<int:number>/discard/", draft.discard, name="discard"),
    path("<int:number>/pause/", actions.pause, name="pause"),
    path("<int:number>/resume/", actions.resume, name="resume"),
    path("<int:number>/stop/", actions.stop, name="stop"),
    path("<int:number>/retry/", actions.retry, name="retry"),
    path("<int:number>/reconcile/", actions.reconcile, name="reconcile"),
    path("<int:number>/export/", batch.export_receipt, name="export"),
    path("<int:number>/keys/", key_handover.keys, name="keys"),
    path("<int:number>/keys/<slug:token>/", key_handover.one_time_link, name="one_time_link"),
]
