from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from quo_admin.quo.base_address import api_key_problem, base_address


class QuoConfig(AppConfig):
    name = "quo_admin.quo"

    def ready(self) -> None:
        register(check_connection)


def check_connection(**kwargs: Any) -> list[CheckMessage]:
    """Report at start what the first call would fail on."""
    found: list[CheckMessage] = []
    if not settings.QUO_API_KEY:
        found.append(
            Warning(
                "QUO_API_KEY is not set, so nothing can be sent to Quo.",
                hint="Create an API key in Quo under Workspace settings, API.",
                id="quo.W001",
            )
        )
    elif problem := api_key_problem(settings.QUO_API_KEY):
        hint = "Copy it from Quo, Workspace settings, API, and write it as QUO_API_KEY=key."
        found.append(Error(problem, hint=hint, id="quo.E002"))
    try:
        base_address(settings.QUO_API_URL)
    except ValueError as exc:
        found.append(Error(str(exc), id="quo.E001"))
    return found
