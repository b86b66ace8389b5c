"""A rectangle in which a unit is as long across as it is up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .plot_card import padded

if TYPE_CHECKING:
    from .view_history import Rectangle

_ROOM = 0.1


def square_frame(content: Rectangle, width: float, height: float) -> Rectangle:
    """What holds `content` with some room around it in a plot of this size, in pixels: a circle looks like one."""
    ranges = [padded(*one, _ROOM) for one in content]
    unit = max((high - low) / max(size, 1.0) for (low, high), size in zip(ranges, (width, height), strict=True))
    middles = [(low + high) / 2 for low, high in ranges]
    halves = [unit * max(size, 1.0) / 2 for size in (width, height)]
    across, up = ((middle - half, middle + half) for middle, half in zip(middles, halves, strict=True))
    return across, up
