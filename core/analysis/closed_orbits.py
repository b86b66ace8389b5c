"""The closed orbit that a trajectory lies on, or comes to."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

import numpy as np

from ..event_refusal import OBSTACLE
from ..readings.closed_orbits import ClosedOrbit
from ..vector_field import VectorField
from .flow_return import first_return, flow, size_of
from .shooting import shoot

if TYPE_CHECKING:
    from jaxtyping import Float

_AROUND = np.linspace(0.0, 1.0, 65)
LARGEST = 8
"""Components up to which a search is made: the variational equation has n^2 + n + 1."""
_RTOL, _ATOL = 1e-9, 1e-12
_ON_IT = 1e-5
"""An orbit that comes back to its start with a miss so small lies on a closed one."""
_COMES = 0.01
"""A trajectory that is that near to a cycle that attracts it comes to it."""
_LOOKS, _FAILURES = 9, 2
"""A trajectory is looked at again after each further length of the time span; in vain where Newton's method fails."""
_STILL = 1e-6
"""A trajectory whose range is a smaller part of the largest |z| on its way has come to rest."""


def obstacle(field: VectorField) -> str:
    """Why no search can be made of a field, as the end of a sentence; empty where one can."""
    system = field.system
    if system is None:
        return "it needs a formula, not a torch callable"
    if system.kind != "ode":
        return "it is one of a differential equation"
    if not field.autonomous:
        return "this field depends on time"
    if system.events:
        return OBSTACLE
    if system.data:
        return "the text takes numbers from its document"
    return f"more than {LARGEST} components" if field.size > LARGEST else ""


def closed_orbit(
    field: VectorField, start: Float[np.ndarray, "n"], duration: float
) -> Generator[None, None, ClosedOrbit | None]:
    """The closed orbit through `start`, or the limit cycle to which the trajectory from there comes.

    field: autonomous and a formula's. duration: how long a turn may take, and for how long the trajectory is followed
    before each look; negative backward in time. Yields every few milliseconds. None where there is none.

    A return to a section through a point of the trajectory, normal to the flow, gives a first guess, and Newton's
    method on the return map the orbit. A cycle counts only where the trajectory has come within a hundredth of it, and
    where it attracts the way that the trajectory is followed.
    """
    point = np.asarray(start, dtype=np.float64)
    if field.size == 1:
        return None  # no orbit on a line comes back
    extent, failures = 0.0, 0
    for look in range(_LOOKS):
        run = yield from flow(field, point, duration, _RTOL, _ATOL)
        if not run.outcome.success:
            return None
        size = size_of(run.z)
        extent = max(extent, float(np.abs(run.z).max()))
        if not size.max() > _STILL * extent:
            return None
        velocity = np.sign(duration) * field.array()(0.0, point) / size
        if not np.isfinite(velocity).all() or not velocity.any():
            return None
        passed, miss = first_return(run, velocity / size, size)
        exact = miss <= _ON_IT
        if np.isfinite(passed) and (look or exact):
            turn = float(np.copysign(passed, duration))
            loop = run.steps.at(run.t[0] + turn * _AROUND)[0]
            shot = yield from shoot(field, point, turn, size_of(loop), exact=exact)
            if shot.orbit is not None and shot.distance <= _COMES:
                return shot.orbit
            failures += shot.orbit is None
            if failures == _FAILURES:
                return None
        point = run.z[-1]
    return None
