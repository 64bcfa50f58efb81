from django.urls import path

from quo_admin.onboarding.views import acts, batch, draft, keys, list, plan

app_name = "onboarding"
urlpatterns = [
    path("", list.batches, name="list"),
    path("new/", plan.new, name="new"),
    path("new/live/", plan.live, name="live"),
    path("template.csv", plan.template, name="template"),
    path("<int:number>/", batch.batch, name="batch"),
    path("<int:number>/rows/", draft.keep, name="keep"),
    path("<int:number>/begin/", draft.begin, name="begin"),
    path("<int:number>/discard/", draft.discard, name="discard"),
    path("<int:number>/pause/", acts.pause, name="pause"),
    path("<int:number>/go-on/", acts.go_on, name="go_on"),
    path("<int:number>/stop/", acts.stop, name="stop"),
    path("<int:number>/retry/", acts.retry, name="retry"),
    path("<int:number>/settle/", acts.settle, name="settle"),
    path("<int:number>/export/", batch.export_receipt, name="export"),
    path("<int:number>/keys/", keys.keys, name="keys"),
    path("<int:number>/keys/<slug:token>/", keys.handing_over, name="handing_over"),
]
