from django.urls import path

from quo_admin.webhooks.views import attempts, create, delete, pages, reveal, settle

app_name = "webhooks"
urlpatterns = [
    path("", pages.webhook_list, name="list"),
    path("new/", create.create, name="create"),
    path("new/live/", create.live, name="live"),
    path("attempts/", attempts.attempts, name="attempts"),
    path("attempts/<int:number>/", attempts.attempt, name="attempt"),
    path("attempts/<int:number>/settle/", settle.settle, name="settle"),
    path("attempts/<int:number>/decide/", settle.decide, name="decide"),
    path("<str:quo_id>/", pages.detail, name="detail"),
    path("<str:quo_id>/delete/", delete.delete, name="delete"),
    path("<str:quo_id>/key/", reveal.key, name="key"),
    path("<str:quo_id>/key/<str:token>/", reveal.receipt, name="receipt"),
]
