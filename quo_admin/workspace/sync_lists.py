"""The workspace's own parts of a sync: the lists of members and numbers."""

from collections.abc import Callable, Sequence

from django.urls import reverse

from quo_admin import clock
from quo_admin.quo import connect
from quo_admin.workspace.models import Member, Number
from quo_admin.workspace.shrunk_lists import Item, read_confirmed
from quo_admin.workspace.sync_parts import Counts, Part, Shown


def _read_members(piece: str, actor: str) -> Counts:
    requested_at = clock.now()
    listing = _confirmed(Member, connect.client().list_users, "members")
    members = [Member.of(data, now=requested_at) for data in listing]
    Member.objects.store_list(members, requested_at=requested_at)
    return {"members": len(members)}


def _confirmed(
    model: type[Member] | type[Number], read: Callable[[], Sequence[Item]], words: str
) -> Sequence[Item]:
    known = model.objects.current().values_list("quo_id", flat=True)
    return read_confirmed(read, set(known), words=words)


def _read_numbers(piece: str, actor: str) -> Counts:
    requested_at = clock.now()
    listing = _confirmed(Number, connect.client().list_phone_numbers, "numbers")
    numbers = [Number.of(data, now=requested_at) for data in listing]
    Number.objects.store_list(numbers, requested_at=requested_at)
    return {"numbers": len(numbers)}


MEMBERS = Part(
    "members",
    lambda: [""],
    lambda piece: "members",
    _read_members,
    shown=lambda: [Shown("members")],
)
NUMBERS = Part(
    "numbers",
    lambda: [""],
    lambda piece: "numbers",
    _read_numbers,
    shown=lambda: [Shown("numbers", reverse("numbers:list"))],
)
