"""How far a short step is a sign of a root: as far as |f - z| fell on the way there.

Steps also shrink towards a jump, a pole or a local minimum of |f - z|, and the criterion "step" must not end there.
Where |f - z| fell to a part r of the least before, a length counts as at least r^3 times what it counted before: r is
the cube root of the ratio of two distances from a root as flat as that of the cube root, and less about any other.

A solver whose steps shrink by themselves, and not because of a root, corrects here the move that it states, which is
what a history shows. `credible_steps` has the same rule for the watch: it doubts the steps of every solver, stated as
they are, from the first record on, and decides an ending but changes no number.
"""

from __future__ import annotations

from typing import Any

from .array_library import ArrayLibrary

FLOOR_ULPS = 64.0
"""|f - z| of at most that many roundings of |z| need not fall further."""


def share(library: ArrayLibrary, height: Any, level: Any) -> tuple[Any, Any]:
    """r^3 where a height fell below its least value before, the level, else 1; and the level from then on."""
    fell = library.module.isfinite(height) & (height < level)
    ratio = library.where(fell, height / library.where(level > 0.0, level, 1.0), 1.0)
    return ratio * ratio * ratio, library.where(fell, height, level)


def rests(library: ArrayLibrary, height: Any, size: Any) -> Any:
    """Where a height is at most the rounding of |z| = size."""
    return height <= (FLOOR_ULPS * library.epsilon(height)) * size


def credited(library: ArrayLibrary, step: Any, residual: Any, size: Any, move: Any, level: Any) -> tuple[Any, Any]:
    """The move (S, n) that a step (S, n) counts as, and the level (S,) of the residual from then on.

    move, level: those before; at first NaN and infinite. size (S,): |z|.
    """
    part, level = share(library, residual, level)
    shortest = move * part[:, None]
    counts = rests(library, residual, size) | ~(library.norm(step) < library.norm(shortest))
    return library.where(counts[:, None], step, shortest), level
