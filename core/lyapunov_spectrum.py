"""The public `core.lyapunov_exponents`: how fast trajectories beside one part from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .analysis.lyapunov import lyapunov_exponents as exponents_along
from .analysis.lyapunov import obstacle
from .kernels.batch import finished
from .language import System
from .one_trajectory import one_trajectory
from .readings.lyapunov_exponents import LyapunovExponents
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
    asked = one_trajectory("lyapunov_exponents", "Lyapunov exponents", obstacle, system, start, t, params)
    if asked.end < asked.begin:
        raise ValueError("Lyapunov exponents are those of growing time: t[1] must lie after t[0]")
    return finished(exponents_along(asked.field, asked.start, asked.begin, (asked.end - asked.begin) / _PARTS, _PARTS))
