"""Webhook IDs in URLs."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class QuoIdConverter(StringConverter):
    """A webhook ID as Quo writes it: whatever ``types.readable_id`` accepts."""

    regex = r"WH[^/\s\x00]{1,253}"


register_converter(QuoIdConverter, "quo_id")
