"""A part of a sync that calls nobody."""

from django.utils import timezone

from quo_admin.workspace import services, sync_parts, sync_progress
from quo_admin.workspace.models import Sync
from quo_admin.workspace.sync_parts import Part, Shown


def in_pieces(monkeypatch, pieces, read=lambda piece, actor: {"things": 1}, **options):
    """Let a sync read these pieces and nothing else."""
    part = Part(
        name="things",
        pieces=lambda: pieces,
        words=lambda piece: f"thing {piece}",
        read=read,
        each="boxes",
        shown=lambda: [Shown("things")],
        **options,
    )
    for module in (sync_parts, sync_progress, services):
        monkeypatch.setattr(module, "PARTS", [part])


def hours_later():
    """Let the lease of a piece end: whoever read it has died."""
    Sync.objects.filter(ended_at=None).update(lease_until=timezone.now())
