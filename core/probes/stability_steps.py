"""Eigenvalues of the Jacobian along the trajectory that is looked at, with the steps taken there."""

from __future__ import annotations

from functools import cache

import numpy as np

from ..amplification import Amplification, amplification_of
from ..outcome import Outcome
from ..probe import StepsProbe
from ..reading_error import ReadingError
from ..readings.stability_steps import StabilitySteps
from ..run_context import RunContext
from ..telemetry import Steps, host

_LARGEST = 64
"""Components up to which all eigenvalues are computed at every step."""
_MOST = {"preview": 200, "full": 1500}
"""Steps of which the eigenvalues are computed, evenly among all."""
_ANGLES = np.linspace(0.5 * np.pi, np.pi, 61)


class StabilityStepsProbe(StepsProbe[StabilitySteps]):
    """Keeps the steps, and computes when the run is over."""

    reading = StabilitySteps
    title = "stability"
    knows_events = True

    def __init__(self) -> None:
        self._reading: StabilitySteps | None = None
        self._blocks: list[tuple[np.ndarray, ...]] = []

    def begin(self, context: RunContext) -> None:
        if context.field.size > _LARGEST:
            raise ReadingError(f"no eigenvalues along the trajectory: the system has more than {_LARGEST} components")
        self._amplification = amplification_of(context.tableau)
        if self._amplification is None:
            title = context.tableau.title
            raise ReadingError(f"{title} has no region of stability of its own: its order, or its method, changes")
        self._context = context
        self._index = min(context.focus, max(0, len(context.starts) - 1))

    def feed(self, steps: Steps) -> None:
        t0, t1 = host(steps.t0), host(steps.t1)
        mine = (host(steps.sample) == self._index) & (t1 > t0)
        if mine.any():
            columns = t0, t1 - t0, host(steps.accepted).astype(bool), host(steps.z0).astype(np.float64)
            self._blocks.append(tuple(column[mine] for column in columns))

    def end(self, outcomes: tuple[Outcome, ...], forward: bool) -> None:  # noqa: ARG002 - the contract's arguments
        if not forward or not self._blocks:
            return
        context = self._context
        t, h, accepted, z = (np.concatenate(column) for column in zip(*self._blocks, strict=True))
        kept = slice(None, None, max(1, -(-len(t) // _MOST[context.quality])))
        t, h, accepted, z = t[kept], h[kept], accepted[kept], z[kept]
        amplification = self._amplification
        assert amplification is not None  # or nothing would have been fed
        edge, real_limit, imaginary_limit = _region(amplification)
        self._reading = StabilitySteps(
            trajectory=self._index,
            title=context.tableau.title,
            order=context.tableau.order,
            amplification=amplification,
            t=t,
            h=h,
            accepted=accepted,
            eigenvalues=_eigenvalues(context, t, z),
            angle=_ANGLES,
            edge=edge,
            real_limit=real_limit,
            imaginary_limit=imaginary_limit,
        )

    def read(self) -> StabilitySteps | None:
        return self._reading


@cache
def _region(amplification: Amplification) -> tuple[np.ndarray, float, float]:
    """How far it reaches along the angles and on the axes: the same for every run of a method, and 0.05 s of work."""
    return amplification.edge(_ANGLES), amplification.real_limit(), amplification.imaginary_limit()


def _eigenvalues(context: RunContext, t: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Of df/dz at every (t, z); NaN where that is not finite."""
    with np.errstate(all="ignore"):
        matrices = np.broadcast_to(context.field.jacobian()(t, z), (*z.shape, z.shape[1]))
    found = np.full(z.shape, np.nan + 0j)
    finite = np.isfinite(matrices).all(axis=(1, 2))
    found[finite] = np.linalg.eigvals(matrices[finite])
    return found


PROBE = StabilityStepsProbe
