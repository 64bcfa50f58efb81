from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.reconcile import services as reconcile
from quo_admin.webhooks.reconcile.queries import is_lost


class Command(BaseCommand):
    help = "Check Quo once for every attempt with an unknown result, and print the outcome."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        attempts = Attempt.objects.open().order_by("started_at", "pk")
        lost = [attempt for attempt in attempts if is_lost(attempt, now=now)]
        failures: list[str] = []
        for member in dict.fromkeys(attempt.member for attempt in lost):
            try:
                reconcile.check_at_quo(member=member, actor="command")
            except reconcile.NotReconciled as exc:
                failures.append(str(exc))
        for attempt in lost:
            attempt.refresh_from_db()
            self.stdout.write(f"{str(attempt).capitalize()}: {_outcome(attempt)}")
        if failures:
            raise CommandError(" ".join(dict.fromkeys(failures)))
        if not lost:
            self.stdout.write("No unknown attempts.")


def _outcome(attempt: Attempt) -> str:
    if attempt.webhook:
        return f"{attempt.get_state_display()}, {attempt.webhook.quo_id}"
    if attempt.candidates:
        return f"{len(attempt.candidates)} webhooks match; decide on the attempt’s page"
    return str(attempt.get_state_display())
