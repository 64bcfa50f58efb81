"""What `manage.py check` says about our settings."""

from typing import Any

import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error


def check_default_country(**kwargs: Any) -> list[CheckMessage]:
    """Check that the default country is one, without printing it."""
    if settings.DEFAULT_COUNTRY in {"", *phonenumbers.SUPPORTED_REGIONS}:
        return []
    return [
        Error(
            "DEFAULT_COUNTRY is not the two-letter code of a country.",
            hint="Write US, CA or GB, for example, or leave it empty.",
            id="workspace.E001",
        )
    ]
