"""When a short step is a sign of a root: only if |f - z| fell on the way there.

Steps also shrink towards a jump, a pole or a local minimum of |f - z|, and the criterion "step" must not end there.
"""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary

_FALL = 0.75
"""What counts as a fall."""
FLOOR_ULPS = 64.0
"""|f - z| of at most that many roundings of |z| need not fall further."""


def fallen(library: ArrayLibrary, height: Any, level: Any, size: Any) -> Any:
    """Where a height has fallen to at most 3/4 of the level where it last did, or to the rounding of |z| = size."""
    floor = (FLOOR_ULPS * library.epsilon(height)) * size
    return library.module.isfinite(height) & ((height <= _FALL * level) | (height <= floor))


def credited(library: ArrayLibrary, step: Any, residual: Any, size: Any, move: Any, level: Any) -> tuple[Any, Any]:
    """The move (S, n) that a step (S, n) counts as, and the level (S,) of the residual from then on.

    move, level: those before; the level is infinite at first. Where |f - z| has not fallen, the move stays the one
    with which it last did, unless the step is longer.
    """
    fell = fallen(library, residual, level, size)
    counts = fell | ~(library.norm(step) < library.norm(move))
    return library.where(counts[:, None], step, move), library.where(fell, residual, level)
