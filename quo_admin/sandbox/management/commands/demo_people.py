"""manage.py demo_people: the people of the demo."""

import os
from typing import Any

from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandParser

# Fixed, and in the README: the demo listens on 127.0.0.1 only.
STAFF = [
    ("viewer", "demo-viewer-2026", "Viewers"),
    ("operator", "demo-operator-2026", "Operators"),
]


class Command(BaseCommand):
    help = (
        "Make the demo's superuser, whose password DEMO_PASSWORD says, a Viewer and an Operator. "
        "Who is there already stays as they are."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("superuser")

    def handle(self, *args: Any, superuser: str, **options: Any) -> None:
        if not User.objects.filter(username=superuser).exists():
            User.objects.create_superuser(superuser, password=os.environ["DEMO_PASSWORD"])
        for username, password, group in STAFF:
            if not User.objects.filter(username=username).exists():
                user = User.objects.create_user(username, password=password)
                user.groups.add(Group.objects.get(name=group))
