from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quo_admin.audit.actions import Action
from quo_admin.audit.models import Entry
from quo_admin.workspace import services, sync_progress

DIFFERENCES = [Action.WEBHOOK_CHANGED, Action.KEY_CHANGED, Action.WEBHOOK_MISSING]


class Command(BaseCommand):
    help = "Read the company's members, numbers and webhooks from Quo, and say what has changed."

    def handle(self, *args: Any, **options: Any) -> None:
        before = Entry.objects.head().number
        sync = services.run(actor="command")
        if sync.counts:
            self.stdout.write(f"Read {sync_progress.read(sync)} in {sync.took}.")
        for name, rows in sync_progress.compared(sync):
            found = [f"{count} {shown.name}" for shown, count in rows if count]
            if found:
                self.stdout.write(f"{name.capitalize()}: {', '.join(found)}.")
        differences = Entry.objects.filter(number__gt=before, action__in=DIFFERENCES)
        for entry in differences.order_by("number"):
            words = f"{entry.act}: {entry.label} ({entry.target}), {entry.before} → {entry.after}"
            self.stdout.write(words)
        if sync.failure:
            rest = sync_progress.left_out(sync)
            ended = f" Stopped early; {rest} were not read." if rest else ""
            raise CommandError(f"Some data could not be read. {sync.failures}{ended}")
