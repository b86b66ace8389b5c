"""The branches of saddles' stable and unstable manifolds, followed all at once."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..budget import Budget
from ..dense_output import AcceptedSteps, interpolate
from ..event_refusal import OBSTACLE, has_events
from ..ode_path import Path, choose_controller, choose_path, open_loop
from ..outcome import Outcome
from ..problem import InitialValue
from ..readings.equilibria import Equilibrium
from ..readings.separatrices import End, Separatrix
from ..tableaus.dop853 import TABLEAU as DOP853
from ..vector_field import VectorField
from .branch_end import BranchEnd, Surroundings, branch_end, come_away, cycle_end
from .local_manifold import BranchStart, branch_starts

if TYPE_CHECKING:
    from jaxtyping import Float

LARGEST = 12
"""Components up to which equilibria are looked for, and branches begin there."""
_RTOL, _ATOL = 1e-12, 1e-14
"""The second as a share of the smallest length that counts as 1."""
_BUDGET = Budget(steps=20_000, evaluations=500_000, seconds=20.0)
_WITHIN = np.array([0.5, 1.0])
"""Places in a step at which the curve is kept."""
_FIRST_LOOK = 300
"""Points after which a branch is first looked at for a limit cycle."""
_MOST_POINTS = 20_000
"""Per branch: more than any plot has pixels."""


def obstacle(field: VectorField) -> str:
    """Why a field has no separatrices that can be drawn, as the end of a sentence; empty where it may have."""
    if not field.autonomous:
        return "this field depends on time, and its equilibria are those of a moment"
    if has_events(field):
        return OBSTACLE
    if field.size == 1:
        return "on a line every equilibrium attracts or repels, or both: none is a saddle"
    return f"more than {LARGEST} components" if field.size > LARGEST else ""


def separatrix_path(field: VectorField) -> Path:
    """The back end that follows branches: compiled code where there can be."""
    return choose_path(field, 2, "auto", "cpu", "float64", DOP853)


def follow_branches(
    field: VectorField, saddles: Sequence[Equilibrium], around: Surroundings, duration: float
) -> Generator[None, None, tuple[Separatrix, ...]]:
    """The branches of every saddle whose stable or unstable manifold is a curve; yields every few milliseconds.

    duration: how long a branch is followed, beside the time that it takes to come away from its saddle, and to come as
    near to another. By the method of order 8 with a relative tolerance of 1e-12, in compiled code where there can be.
    """
    found: list[Separatrix] = []
    for saddle in saddles:
        for start in branch_starts(field, saddle, around.size):
            found += yield from _pair(field, saddle, start, around, duration)
    return tuple(found)


def _pair(
    field: VectorField, saddle: Equilibrium, start: BranchStart, around: Surroundings, duration: float
) -> Generator[None, None, list[Separatrix]]:
    """Both branches of one manifold. Always two at once: another number would need a kernel of its own."""
    leaving = -2.0 * float(np.log(start.share)) / abs(start.eigenvalue)
    span = 0.0, float(np.copysign(duration + leaving, start.eigenvalue))
    controller = choose_controller(DOP853, _RTOL, _ATOL * float(around.size.min()), None)
    problem = InitialValue(field, start.points, span)
    loop = open_loop(problem, DOP853, controller, _BUDGET, separatrix_path(field))
    ways = [_Way(point, saddle, start.eigenvalue, around) for point in start.points]
    unwanted: np.ndarray | None = None
    while True:
        try:
            steps = AcceptedSteps.of(loop.send(unwanted))
        except StopIteration as ended:
            outcomes: tuple[Outcome, ...] = ended.value
            break
        unwanted = np.array([place for place, way in enumerate(ways) if way.take(steps, place)], dtype=np.int64)
        yield
    return [way.separatrix(outcome) for way, outcome in zip(ways, outcomes, strict=True)]


class _Way:
    """One branch under way."""

    def __init__(
        self, start: Float[np.ndarray, "n"], saddle: Equilibrium, eigenvalue: float, around: Surroundings
    ) -> None:
        self._saddle, self._eigenvalue, self._around = saddle, eigenvalue, around
        self._t, self._z = np.zeros(1), start[None]
        self._left = False
        self._end: BranchEnd | None = None
        self._next_look = _FIRST_LOOK

    def take(self, steps: AcceptedSteps, place: int) -> bool:
        """Take the steps of trajectory `place`; returns whether it has now come to its end."""
        if self._end is not None:
            return False
        own = steps.take(np.flatnonzero(steps.sample == place))
        inside = interpolate(DOP853, *own[1:6], _WITHIN)
        inside[:, -1] = own.z1
        z = inside.reshape(-1, inside.shape[2])
        t = (own.t0[:, None] + _WITHIN * (own.t1 - own.t0)[:, None]).ravel()
        left = 0 if self._left else come_away(z, self._saddle, self._around.size)
        self._left = left < len(z)
        found = branch_end(z, self._saddle, self._eigenvalue > 0.0, self._around, left)
        if found is not None:
            self._end = found._replace(place=len(self._t) + found.place)
        self._t, self._z = np.concatenate([self._t, t]), np.concatenate([self._z, z])
        if self._end is None and len(self._t) >= self._next_look:
            self._next_look = 2 * len(self._t)
            self._end = cycle_end(self._t, self._z, self._around.size)
        return self._end is not None

    def separatrix(self, outcome: Outcome) -> Separatrix:
        """What it came to."""
        found, t, z = self._end, self._t, self._z
        if found is None:
            found = cycle_end(t, z, self._around.size)
        if found is None:
            end: End = "time" if outcome.success else "failed"
            found = BranchEnd(len(t) - 1, end, None)
        else:
            outcome = Outcome("event", float(t[found.place]))
        kept = np.arange(0, found.place, 1 + found.place // _MOST_POINTS)
        kept = np.append(kept, found.place)
        kept = kept[np.isfinite(z[kept]).all(axis=1)]
        return Separatrix(self._saddle.point, self._eigenvalue, t[kept], z[kept], found.end, found.target, outcome)
