"""``manage.py verify_audit_log``: verify the whole audit log and print its head."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from quo_admin.audit import triggers
from quo_admin.audit.chain import Head
from quo_admin.audit.services import verify


def head(text: str) -> Head:
    try:
        return Head.read(text)
    except ValueError as exc:
        raise ArgumentTypeError(str(exc)) from exc


class Command(BaseCommand):
    """Exits with 1 on a fault, or if the database does not refuse changes any more."""

    help = "Check that no entry of the audit log was altered, removed, inserted or reordered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head",
            type=head,
            metavar="NUMBER:HASH",
            help="a head that you saved earlier; detects entries removed from the end since then",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = verify(options["head"])
        self.stdout.write(f"Intact entries: {verdict.head.number}")
        if verdict.head.number:
            self.stdout.write(f"Head: {verdict.head}")
        if verdict.fault:
            raise CommandError(verdict.fault.words)
        if triggers.missing():
            raise CommandError(
                "All entries are intact, but the database does not protect them: its triggers are"
                " missing. Run `manage.py migrate`."
            )
        self.stdout.write("No entry was altered, removed, inserted or reordered.")
