"""The public `core.limit_cycle`: the closed orbit to which a trajectory comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .analysis.closed_orbits import closed_orbit, obstacle
from .kernels.batch import finished
from .language import System
from .one_trajectory import one_trajectory
from .readings.closed_orbits import ClosedOrbit
from .vector_field import VectorField


def limit_cycle(
    system: System | VectorField,
    start: Any,
    t: tuple[float, float] = (0.0, 30.0),
    *,
    params: Mapping[str, float] | None = None,
) -> ClosedOrbit | None:
    """The closed orbit through `start`, or the limit cycle to which z' = f(z) leads from there; None where neither is.

    system: a parsed formula, or a field of one, that does not depend on time, of at most eight components. start: n
    numbers. t: the trajectory is followed, and looked at, in spans of this length, which a turn must fit into;
    t[1] < t[0] looks backward in time, to where repelling cycles attract. params: values of parameters by name.

    The period T and a point z of the orbit solve phi_T(z) = z by Newton's method with the variational equation
    M' = (df/dz) M, M(0) = I, whose Jacobian is symbolic. The Floquet multipliers are the eigenvalues of M(T): all but
    the one along the flow lie inside the unit circle on a cycle that attracts, and one of them is 1 where orbits form a
    family, as around a centre. Only a cycle that attracts the way the trajectory is followed is an answer, and only
    when the trajectory has come within a hundredth of its size: after at most nine spans.

    Raises ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    asked = one_trajectory("limit_cycle", "limit cycle", obstacle, system, start, t, params)
    return finished(closed_orbit(asked.field, asked.start, asked.end - asked.begin))
