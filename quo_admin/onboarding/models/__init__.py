"""What staff say of numbers, and the durable lists of webhooks to create."""

from quo_admin.onboarding.models.batch import Batch
from quo_admin.onboarding.models.handing_over import HandingOver
from quo_admin.onboarding.models.item import BatchItem
from quo_admin.onboarding.models.note import Note

__all__ = ["Batch", "BatchItem", "HandingOver", "Note"]
