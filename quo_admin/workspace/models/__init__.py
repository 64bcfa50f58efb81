"""Our copy of the company's numbers and members, and of when it was read."""

from quo_admin.workspace.models.copied import CopiedFromQuo
from quo_admin.workspace.models.member import Member
from quo_admin.workspace.models.number import Number, ShortNumber
from quo_admin.workspace.models.sync import Sync

__all__ = ["CopiedFromQuo", "Member", "Number", "ShortNumber", "Sync"]
