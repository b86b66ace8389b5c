"""Backward differentiation formulas of variable order and step."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np

from ..backward_differences import GAMMA, HIGHEST, KAPPA
from ..bdf_step import BdfStep
from ..bound_field import BoundField
from ..integration_method import IntegrationMethod, Row


@dataclass(frozen=True)
class BackwardDifferentiation(IntegrationMethod):
    """sum_(m=1..k) nabla^m z1 / m - kappa_k gamma_k nabla^(k+1) z1 = h f(t1, z1), k = 1, ..., 5.

    The order k and the step change by themselves; it begins with order 1. Its recorded vectors are the coefficients
    over h of the polynomial through the last k + 1 points.
    """

    name: str = "bdf"
    title: str = "BDF 1-5"
    citation: str = "L. F. Shampine, M. W. Reichelt, SIAM J. Sci. Comput. 18 (1997) 1 (the NDFs)"
    help: str = "One equation per step, of the order 1 to 5 that goes furthest: cheap on large stiff systems."
    order: int = HIGHEST
    embedded_order: int | None = 1
    dense: tuple[Row, ...] | None = tuple(
        tuple(Fraction(int(power == place)) for power in range(HIGHEST)) for place in range(HIGHEST)
    )

    stiff: ClassVar[bool] = True
    fixed_steps: ClassVar[bool] = False

    @property
    def stages(self) -> int:
        """One per power of the polynomial."""
        return HIGHEST

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> BdfStep:
        """Its steps, whose equations the chord method solves."""
        return BdfStep(field, self, tolerances)

    def amplification(self, z: Any) -> Any:
        """The largest root of the formula of order 5, the least stable one: that of
        sum_m (1 - w)^m / m - kappa gamma (1 - w)^6 = z in 1 / w."""
        difference = np.polynomial.Polynomial([1.0, -1.0])
        formula = -KAPPA[HIGHEST] * GAMMA[HIGHEST] * difference ** (HIGHEST + 1)
        for power in range(1, HIGHEST + 1):
            formula = formula + difference**power / power
        points = np.asarray(z, dtype=np.complex128)
        nearest = [abs((formula - point).roots()).min() for point in points.ravel()]
        return 1.0 / np.array(nearest).reshape(points.shape)


METHOD = BackwardDifferentiation()
