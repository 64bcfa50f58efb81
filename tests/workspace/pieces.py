"""A part of a sweep that calls nobody."""

from django.utils import timezone

from quo_admin.workspace import parts, progress, services
from quo_admin.workspace.models import Sweep
from quo_admin.workspace.parts import Part, Shown


def in_pieces(monkeypatch, pieces, read=lambda piece, actor: {"things": 1}, **options):
    """Let a sweep read these pieces and nothing else."""
    part = Part(
        name="things",
        pieces=lambda: pieces,
        words=lambda piece: f"thing {piece}",
        read=read,
        each="boxes",
        shown=lambda: [Shown("things")],
        **options,
    )
    for module in (parts, progress, services):
        monkeypatch.setattr(module, "PARTS", [part])


def hours_later():
    """Let the lease of a piece end: whoever read it has died."""
    Sweep.objects.filter(ended_at=None).update(lease_until=timezone.now())
