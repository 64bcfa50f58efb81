"""Batches: durable lists of operations, their rows, and the one-time links to their keys."""

from quo_admin.batches.models.batch import Batch
from quo_admin.batches.models.key_handover import KeyHandover
from quo_admin.batches.models.row import BatchRow

__all__ = ["Batch", "BatchRow", "KeyHandover"]
