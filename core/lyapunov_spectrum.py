"""The public `core.lyapunov_exponents`: how fast trajectories beside one part from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .analysis.lyapunov import lyapunov_exponents as exponents_along
from .analysis.lyapunov import obstacle
from .formula_field import FormulaField
from .kernels.batch import finished
from .language import System
from .readings.lyapunov_exponents import LyapunovExponents
from .start_rows import start_rows
from .time_span import time_span
from .vector_field import VectorField

_PARTS = 40


def lyapunov_exponents(
    system: System | VectorField,
    start: Any,
    t: tuple[float, float] = (0.0, 1000.0),
    *,
    params: Mapping[str, float] | None = None,
) -> LyapunovExponents | None:
    """All Lyapunov exponents of the trajectory from `start`, averaged over t[1] - t[0]; None where it has no end there.

    system: a parsed formula, or a field of one, of at most eight components; it may depend on time. start: n numbers.
    t: the averages begin a twentieth of this span after t[0]. params: values of the formula's parameters by name.

    With M' = (df/dz) M along the trajectory, lambda_i = lim (1/T) log |R_ii| of a frame that is carried by M and made
    orthonormal on the way; `errors` tells how far the averages have settled.

    Raises ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    field = FormulaField(system, params) if isinstance(system, System) else system
    if not hasattr(field, "components"):
        raise TypeError(f"lyapunov_exponents takes a parsed formula (core.parse), not {type(system).__name__}")
    if params and field is system:
        raise TypeError("params names parameters of a formula, and this field has its values bound already")
    reason = obstacle(field)
    if reason:
        raise ValueError(f"no Lyapunov exponents: {reason}")
    starts, single = start_rows(start, field.components, "B")
    if not single:
        raise ValueError("lyapunov_exponents follows one trajectory: give one start")
    begin, end = (float(edge) for edge in time_span(t, 1))
    if end < begin:
        raise ValueError("Lyapunov exponents are those of growing time: t[1] must lie after t[0]")
    return finished(exponents_along(field, starts[0], begin, (end - begin) / _PARTS, _PARTS))
