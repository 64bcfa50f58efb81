"""The initial workspace of the sandbox: Alder & Finch, windows and doors, in the western US.

Everything but the keys is the same every time. Hosts end in .example and numbers are in the
555-01xx range, so that nothing here belongs to anybody.
"""

from collections.abc import Iterator

from quo_admin.sandbox.seed.members import MEMBERS, user
from quo_admin.sandbox.seed.numbers import GROUPS, number
from quo_admin.sandbox.seed.webhooks import ORGANIZATION, WEBHOOKS, webhook
from quo_admin.sandbox.store import Doc


def company() -> Iterator[tuple[str, Doc]]:
    """Yield the whole workspace as pairs of kind and document, in Quo's words."""
    yield "organization", {"id": ORGANIZATION}
    for row in MEMBERS:
        yield "user", user(*row)
    for group, rows in GROUPS.items():
        for place, row in enumerate(rows):
            yield "number", number(group, place, *row)
    for entry in WEBHOOKS:
        yield "webhook", webhook(*entry)
