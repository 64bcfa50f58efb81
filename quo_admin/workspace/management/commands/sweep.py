from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quo_admin.workspace import services


class Command(BaseCommand):
    help = "Read the company's members and numbers from Quo."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reading = services.sweep(actor="command")
        except services.SweepFailed as exc:
            raise CommandError(str(exc)) from exc
        self.stdout.write(f"Read {reading.members} members and {reading.numbers} numbers.")
