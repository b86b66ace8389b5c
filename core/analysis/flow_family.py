"""A vector field with one of its parameters left free: its equilibria are followed as fixed points of Euler's step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..language import System
from ..readings.branches import Branch, BranchMark
from .arclength import CurveBox
from .hopf_criticality import first_lyapunov_coefficient
from .parameter_formula import ParameterFormula
from .solution_family import Linearised
from .spread import spread

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_POINTS = 64
"""Of the box, at which it is asked how fast the flow is."""


class FlowFamily:
    """z + step F(z; p) of the flow z' = F(z; p): z is a fixed point where F = 0, and an eigenvalue l of dF/dz is the
    multiplier 1 + step l.

    The step is the flow's own time, 1 / |dF/dz| in the middle of the box's points, rounded to a power of two: nothing
    hangs on the unit of time, and nothing is rounded that the field's own evaluation does not round. Raises ValueError
    for a system that is no flow or that hangs on time, TypeError for a parameter that it does not have.
    """

    def __init__(
        self, system: System, parameter: str, values: Mapping[str, float] | None = None, box: CurveBox | None = None
    ) -> None:
        if not system.flows or not system.autonomous:
            raise ValueError("this system has no equilibria over a parameter: write z' = f(z), without t")
        self._formula = ParameterFormula(system, parameter, values)
        self._unit = np.eye(system.size)
        self._spread = np.ones(system.size) if box is None else box.scale[:-1]
        self.step = 1.0 if box is None else self._own_time(box)

    @property
    def size(self) -> int:
        """The state size n."""
        return len(self._unit)

    def value(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n"]:
        """z + step F(z; p)."""
        return z + self.step * self._formula.value(z, p)

    def jacobian(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n n"]:
        """I + step dF/dz."""
        return self._unit + self.step * self._formula.jacobian(z, p)

    def linearised(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Linearised:
        """Both, and step dF/dp."""
        rate, slope, by_parameter = self._formula.linearised(z, p)
        step = self.step
        return Linearised(z + step * rate, self._unit + step * slope, step * by_parameter)

    def branch(self, found: Branch) -> Branch:
        """A curve of fixed points of Euler's step as one of equilibria."""
        return replace(found, eigenvalues=self._rates(found.eigenvalues), is_flow=True)

    def mark(self, found: BranchMark) -> BranchMark:
        """A mark of Euler's step as one of the flow, a Hopf point with its first Lyapunov coefficient."""
        eigenvalue = complex(self._rates(np.array(found.eigenvalue)))
        if found.kind != "hopf":
            return replace(found, eigenvalue=eigenvalue)
        z, p = found.z, found.p
        coefficient = first_lyapunov_coefficient(
            self._formula.jacobian(z[None], np.array([p]))[0],
            lambda v: self._formula.along(2, z, p, v),
            lambda v: self._formula.along(3, z, p, v),
            self._spread,
        )
        return replace(found, eigenvalue=eigenvalue, lyapunov=coefficient)

    def _rates(self, multipliers: Complex[np.ndarray, "..."]) -> Complex[np.ndarray, "..."]:
        return np.asarray((multipliers - 1.0) / self.step)

    def _own_time(self, box: CurveBox) -> float:
        middle, half = 0.5 * (box.lower + box.upper), 0.5 * box.scale[:-1]
        points = spread(middle - half, middle + half, _POINTS)
        slopes = self._formula.jacobian(points, np.linspace(*box.p_range, len(points)))
        # the fastest entry of each, in shares of the box
        fastest = np.abs(slopes * self._spread / self._spread[:, None]).max(axis=(1, 2))
        known = fastest[np.isfinite(fastest) & (fastest > 0.0)]
        return float(2.0 ** -np.round(np.log2(np.median(known)))) if known.size else 1.0
