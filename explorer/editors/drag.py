"""Numbers for drags: edits with equal drag id are one undo step."""

from __future__ import annotations

from itertools import count

_drags = count(1)


def next_drag() -> int:
    """A number no other drag has."""
    return next(_drags)
