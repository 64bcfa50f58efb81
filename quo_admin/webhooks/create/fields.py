"""Form fields for IDs that are selected, typed or pasted."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from quo_admin.webhooks.create import validators


def split_ids(text: str) -> tuple[str, ...]:
    """Return IDs separated by commas, spaces or lines, in order, without duplicates."""
    return tuple(dict.fromkeys(part for part in re.split(r"[\s,]+", text) if part))


class RepeatableTextarea(forms.Textarea):
    """A text area whose name may be posted several times. Its value is one line for each."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        values = data.getlist(name) if hasattr(data, "getlist") else data.get(name)
        if not isinstance(values, list):
            return str(values) if values is not None else None
        return "\n".join(dict.fromkeys(value for value in values if value))


class NumberIdsField(forms.CharField):
    """Number IDs, or ``*`` for all: selected, typed or pasted. Cleans to a tuple of IDs."""

    widget = RepeatableTextarea(
        attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off", "autocomplete": "off"}
    )

    def clean(self, value: Any) -> tuple[str, ...]:
        ids = split_ids(super().clean(value))
        validators.validate_resource_ids(ids)
        return ids


class MemberIdField(forms.CharField):
    """A member ID, selected or typed."""

    widget = RepeatableTextarea

    def clean(self, value: Any) -> str:
        if "\n" in (value or "").strip():
            raise ValidationError("Select a member or enter an ID, not both.", code="mixed")
        return str(super().clean(value))
