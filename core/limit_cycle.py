"""The public `core.limit_cycle`: the closed orbit to which a trajectory comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .analysis.closed_orbits import closed_orbit, obstacle
from .formula_field import FormulaField
from .kernels.batch import finished
from .language import System
from .readings.closed_orbits import ClosedOrbit
from .start_rows import start_rows
from .time_span import time_span
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
    field = FormulaField(system, params) if isinstance(system, System) else system
    if not hasattr(field, "components"):
        raise TypeError(f"limit_cycle takes a parsed formula (core.parse), not {type(system).__name__}")
    if params and field is system:
        raise TypeError("params names parameters of a formula, and this field has its values bound already")
    reason = obstacle(field)
    if reason:
        raise ValueError(f"no limit cycle: {reason}")
    starts, single = start_rows(start, field.components, "B")
    if not single:
        raise ValueError("limit_cycle follows one trajectory: give one start")
    begin, end = time_span(t, 1)
    return finished(closed_orbit(field, starts[0], float(end - begin)))
