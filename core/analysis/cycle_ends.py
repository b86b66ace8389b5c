"""What a family of limit cycles comes to: a point, its own beginning, the family it doubled, or an endless period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..readings.cycle_families import CycleFamily
from .cycle_marks import FoundMark
from .cycle_tracer import CyclePoint
from .orbit_collocation import MeshedOrbit

if TYPE_CHECKING:
    from jaxtyping import Float

_LONG, _STEEP, _SLOW = 8.0, 10.0, 0.02
"""A period so many times the shortest of the family, whose logarithm changes by so much over one range of p and more
the longer it is, on a cycle that comes to rest but for that part of its speed, grows without bound."""
_TWICE, _NEARLY_TWICE = 2e-3, 0.1
"""Of its size: how near the two turns of a cycle are that goes round twice, and of one where a multiplier is 1: there a
family comes back to the one whose period it doubled."""
SAME_PERIOD = 0.03
"""Of the period: what makes two cycles one."""


def shrinks_to_a_point(here: MeshedOrbit, there: MeshedOrbit, scale: Float[np.ndarray, "n"]) -> bool:
    """Whether the cycle shrinks to a point and grows again, half a turn later, between two of a family."""
    weights = here.weights[:, None]
    first, last = (orbit.z - (weights * orbit.z).sum(axis=0) for orbit in (here, there))
    return float((weights * first * last / scale**2).sum()) < 0.0


def comes_back(there: CyclePoint, marks: Sequence[FoundMark]) -> bool:
    """Whether a family comes, or turns back, to the one whose period it doubled."""
    turns = [mark.point.orbit for mark in marks if mark.kind in ("fold", "branch")]
    return _goes_twice(there.orbit, _TWICE) or any(_goes_twice(orbit, _NEARLY_TWICE) for orbit in turns)


def grows_without_bound(points: Sequence[CyclePoint], span: float) -> bool:
    """Whether the period of the last of these cycles grows without bound; span: the length of the range of p."""
    there = points[-1]
    orbit, tangent = there.orbit, there.tangent
    longer = orbit.period / min(point.orbit.period for point in points)
    steep = abs(tangent.period) / orbit.period * span > _STEEP * abs(tangent.p) * longer
    return longer > _LONG and steep and there.slowest < _SLOW


def lies_on(
    families: Iterable[CycleFamily],
    p: float,
    period: float,
    between: tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]],
    reach: Float[np.ndarray, "n"],
) -> bool:
    """Whether a cycle at p lies on a family; between: its lowest and highest values; reach: how near they are then."""
    own, near = np.concatenate(between), np.tile(reach, 2)
    for family in families:
        rows = np.column_stack([family.lowest, family.highest, family.period])
        for place in np.flatnonzero((family.p[:-1] - p) * (family.p[1:] - p) <= 0.0).tolist():
            gap = family.p[place + 1] - family.p[place]
            part = (p - family.p[place]) / gap if gap else 0.5
            there = rows[place] + part * (rows[place + 1] - rows[place])
            if (np.abs(there[:-1] - own) <= near).all() and abs(there[-1] / period - 1.0) <= SAME_PERIOD:
                return True
    return False


def _goes_twice(orbit: MeshedOrbit, near: float) -> bool:
    """Whether the second half of the period repeats the first, but for that part of the orbit's size."""
    off = (orbit.at((orbit.mesh[:-1] + 0.5) % 1.0) - orbit.z) / np.maximum(np.ptp(orbit.z, axis=0), 1e-300)
    return bool(np.abs(off).max() <= near)
