from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from quo_admin.webhooks.models import Attempt
from quo_admin.webhooks.services import settle
from quo_admin.webhooks.standing import is_lost


class Command(BaseCommand):
    help = "Look at Quo once for every webhook whose answer was lost, and say how each stands."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        attempts = Attempt.objects.open().order_by("begun_at", "pk")
        lost = [attempt for attempt in attempts if is_lost(attempt, now=now)]
        failures: list[str] = []
        for member in dict.fromkeys(attempt.member for attempt in lost):
            try:
                settle.look(member=member, actor="command")
            except settle.NotSettled as exc:
                failures.append(str(exc))
        for attempt in lost:
            attempt.refresh_from_db()
            self.stdout.write(f"{str(attempt).capitalize()}: {_standing(attempt)}")
        if failures:
            raise CommandError(" ".join(dict.fromkeys(failures)))
        if not lost:
            self.stdout.write("No attempt has an unknown outcome.")


def _standing(attempt: Attempt) -> str:
    if attempt.webhook:
        return f"{attempt.get_state_display()}, {attempt.webhook.quo_id}"
    if attempt.candidates:
        return f"{len(attempt.candidates)} webhooks may be its, which a person decides on its page"
    return str(attempt.get_state_display())
