"""The first names of a list, and how many more there are."""

from collections.abc import Sequence


def first_names(names: Sequence[object], most: int) -> str:
    """Return the first names in a phrase: "Front desk, Billing and 3 more"."""
    more = len(names) - most
    named = ", ".join(str(name) for name in names[:most])
    return f"{named} and {more} more" if more > 0 else named
