"""The choices of the create form, each with its meaning below the label."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from quo_admin.quo import spec


def choice_label(word: str, meaning: str, value: str = "") -> SafeString:
    """Return the label of a choice, with its meaning below."""
    code = format_html(" <code>{}</code>", value) if value else ""
    return format_html("{}<small>{}{}</small>", word, meaning, code)


EVENT_CHOICES = [
    (event.value, choice_label(word, meaning, event.value))
    for event, word, meaning in (
        (
            spec.MessageEvent.RECEIVED,
            "Message received",
            "Somebody sends a message to one of the numbers.",
        ),
        (
            spec.MessageEvent.DELIVERED,
            "Message delivered",
            "A message that you sent has reached the other phone.",
        ),
    )
]
STATUS_CHOICES = [
    (
        spec.Status.ENABLED.value,
        choice_label("Enabled", "Deliveries start as soon as Quo creates the webhook."),
    ),
    (
        spec.Status.DISABLED.value,
        choice_label(
            "Disabled (permanent)",
            "Quo cannot enable it later. You would have to create another webhook.",
        ),
    ),
]
