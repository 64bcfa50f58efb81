"""manage.py sandbox: a local Quo, for the demo and for trying things out."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from quo_admin.sandbox import __main__ as process


class Command(BaseCommand):
    help = "Serve a local Quo on 127.0.0.1 with a believable workspace."
    requires_system_checks = []  # it runs before there is a database

    def add_arguments(self, parser: CommandParser) -> None:
        process.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        process.serve(argparse.Namespace(**options))
