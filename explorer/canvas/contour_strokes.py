"""Curves of equal height as lines in the colours of their heights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .colour import blend
from .segments import Stroke, StrokeGroup

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.readings.nullclines import Polylines

    from ..theme import Theme


def contour_strokes(
    levels: Sequence[Polylines], theme: Theme, faded: float
) -> tuple[Float[np.ndarray, "P 2"], list[StrokeGroup]]:
    """Points and strokes of the curves of every level, the lowest first.

    faded: how far a contour's colour lies on the way to the card's.
    """
    points, groups, begin = [np.empty((0, 2))], [], 0
    for rank, lines in enumerate(levels):
        height = rank / max(1, len(levels) - 1)
        colour = blend(blend(theme.teal, theme.violet, height), theme.card, faded)
        joints = np.ones(len(lines.points), dtype=bool)
        joints[lines.offsets[1:] - 1] = False  # a curve's last point begins no segment
        groups.append(StrokeGroup(begin + np.flatnonzero(joints), Stroke(colour, 1.0)))
        points.append(lines.points)
        begin += len(lines.points)
    return np.concatenate(points), groups
