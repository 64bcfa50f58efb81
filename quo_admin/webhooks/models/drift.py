"""How a webhook at Quo can differ from our copy."""

from typing import Any

from django.db import models


class Drift(models.TextChoices):
    """How a webhook at Quo differs from our copy."""

    NOT_CREATED_HERE = "not-created-here", "Not created here"
    CHANGED = "changed", "Changed at Quo"
    KEY_CHANGED = "key-changed", "Key changed"
    MISSING = "missing", "Missing at Quo"

    @property
    def phrase(self) -> str:
        """The label within a sentence: "missing at Quo"."""
        return self.label[:1].lower() + self.label[1:]


NO_DRIFT: dict[str, Any] = {"drift": "", "drift_since": None, "drift_details": []}  # columns
