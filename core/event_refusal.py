"""What is said where events of a text would be passed over: no number is computed silently without them."""

from __future__ import annotations

from .vector_field import VectorField

OBSTACLE = "the text has events (when ...), which it knows nothing of"
"""Why something cannot be had of a system with events, as the end of a sentence."""


def has_events(field: VectorField) -> bool:
    """Whether the text of `field` declares events."""
    system = getattr(field, "system", None)
    return system is not None and bool(system.events)


def refuse_events(field: VectorField, what: str) -> None:
    """ValueError where the text of `field` declares events, which `what`, the beginning of a sentence, ignores."""
    if has_events(field):
        raise ValueError(f"{what} would pass over the events (when ...) of this text: leave them out of it")
