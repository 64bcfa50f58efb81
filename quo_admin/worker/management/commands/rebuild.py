from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quo_admin.worker import kept_rows

LINES = 20  # of what was wrong, for each kind of rows


class Command(BaseCommand):
    help = "Work out findings and coverage anew, and say what was wrong."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail if anything is wrong"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        wrong = 0
        for rows in kept_rows.KEPT:
            found = 0
            for keys in kept_rows.chunks(rows):
                words = rows.differences(keys) if check else kept_rows.rebuild(rows, keys)
                for line in words[: max(LINES - found, 0)]:
                    self.stdout.write(line)
                found += len(words)
            if found > LINES:
                self.stdout.write(f"and {found - LINES} more")
            done = "wrong" if check else "corrected"
            self.stdout.write(f"{rows.name.capitalize()}: {found} {done}.")
            wrong += found
        if check and wrong:
            raise CommandError("Correct this with: manage.py rebuild")
