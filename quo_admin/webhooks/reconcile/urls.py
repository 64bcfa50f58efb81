from django.urls import path

from quo_admin.webhooks.reconcile.views import actions, attempts

urlpatterns = [
    path("attempts/", attempts.attempts, name="attempts"),
    path("attempts/<int:number>/", attempts.attempt, name="attempt"),
    path("attempts/<int:number>/reconcile/", actions.reconcile, name="reconcile"),
    path("attempts/<int:number>/decide/", actions.decide, name="decide"),
]
