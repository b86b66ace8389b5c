"""The public `core.separatrices`: the curves that go into saddles and out of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from .analysis.branch_end import Surroundings
from .analysis.equilibria import find_equilibria
from .analysis.separatrices import follow_branches, obstacle
from .formula_field import FormulaField
from .kernels.batch import finished
from .language import System
from .readings.separatrices import Separatrix
from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


def separatrices(
    system: System | VectorField,
    box: Sequence[tuple[float, float]],
    duration: float = 30.0,
    *,
    params: Mapping[str, float] | None = None,
) -> tuple[Separatrix, ...]:
    """The branches of the stable and unstable manifolds of all saddles of z' = f(z) in a box, where they are curves.

    system: a parsed formula, or a field, that does not depend on time, of two to twelve components. box: the ends of
    every component; there a branch ends, if not before at an equilibrium or a limit cycle. duration: for how long it is
    followed beside the time that it takes to come away from its saddle. params: values of parameters by name.

    A manifold is a curve where one eigenvalue alone of the exact Jacobian is above 0 (the unstable one), or below (the
    stable one): both of a saddle of two components. A branch begins at p + s v + s^2 a, which is exact to the second
    order in s with (2 lambda I - J) a = D^2 f(v, v) / 2, and s is so small that the velocity lies along the curve to
    1e-8. It is followed away from the saddle by the method of order 8 with a relative tolerance of 1e-12, a stable one
    backward in time. Source: S. Wiggins, Introduction to Applied Nonlinear Dynamical Systems and Chaos, 2nd ed. 2003,
    chapter 3.

    Raises ValueError or TypeError, with a sentence, where the question makes no sense.
    """
    field = FormulaField(system, params) if isinstance(system, System) else system
    if not hasattr(field, "components"):
        raise TypeError(f"separatrices takes a parsed formula (core.parse), not {type(system).__name__}")
    if params and field is system:
        raise TypeError("params names parameters of a formula, and this field has its values bound already")
    reason = obstacle(field)
    if reason:
        raise ValueError(f"no separatrices: {reason}")
    if not _is_length(duration):
        raise ValueError(f"duration must be a positive number, not {duration!r}")
    lower, upper = _ends(box, field)
    rests, _ = find_equilibria(field, lower, upper, 0.0)
    inside = [rest for rest in rests if (rest.point >= lower).all() and (rest.point <= upper).all()]
    around = Surroundings(rests, lower, upper, upper - lower)
    return finished(follow_branches(field, inside, around, float(duration)))


def _ends(
    box: Sequence[tuple[float, float]], field: VectorField
) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    try:
        ends = np.asarray(box, dtype=np.float64)
    except (TypeError, ValueError):
        ends = np.empty(0)
    if ends.shape != (field.size, 2) or not (np.isfinite(ends).all() and (ends[:, 0] < ends[:, 1]).all()):
        names = ", ".join(field.components[:6])
        raise ValueError(f"box needs two finite ascending ends for each of {names}, not {box!r}")
    return ends[:, 0], ends[:, 1]


def _is_length(value: object) -> bool:
    return isinstance(value, Real) and 0.0 < float(value) < np.inf
