from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quo_admin.webhooks.keys.services import rotation

NAMED = 20  # webhooks


class Command(BaseCommand):
    help = "Encrypt every stored key with the first of FIELD_KEYS. Then the others can be removed."

    def handle(self, *args: Any, **options: Any) -> None:
        done = rotation.rotate(actor="command")
        self.stdout.write(
            f"{done.keys:,} keys are stored. {done.sealed_again:,} were encrypted again with the "
            "first of FIELD_KEYS."
        )
        if done.unreadable:
            more = len(done.unreadable) - NAMED
            named = ", ".join(done.unreadable[:NAMED]) + (f" and {more:,} more" if more > 0 else "")
            raise CommandError(
                f"{len(done.unreadable):,} keys cannot be decrypted: {named}. Keep every entry of "
                "FIELD_KEYS, add the one they were encrypted with, and run this again. Of webhooks "
                "that still exist at Quo, a sync stores the keys again."
            )
        self.stdout.write("You can remove the other entries of FIELD_KEYS.")
