"""Stored keys that cannot be decrypted."""

from quo_admin.home.work_item import Item
from quo_admin.webhooks.keys.services.rotation import unreadable_keys


def unreadable() -> Item:
    """Return the item for keys that were sealed with another field key than the present ones."""
    return Item(
        count=unreadable_keys().count(),
        one="Stored key that cannot be decrypted",
        many="Stored keys that cannot be decrypted",
        why="FIELD_KEYS lacks the entry that they were encrypted with. Ask your administrator to "
        "add it, or sync: Quo still has the keys of webhooks that exist.",
        fine="Every stored key can be decrypted.",
        address="",
        oldest=None,
        kind="bad",
        word="Unreadable",
    )
