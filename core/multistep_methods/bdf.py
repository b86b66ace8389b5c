"""Backward differentiation formulas of variable order and step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..backward_differences import HIGHEST
from ..bdf_step import BdfStep
from ..bound_field import BoundField
from ..integration_method import IntegrationMethod, Row, powers_of_theta


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
    dense: tuple[Row, ...] | None = powers_of_theta(HIGHEST)

    stiff: ClassVar[bool] = True
    fixed_steps: ClassVar[bool] = False
    chooses_steps: ClassVar[bool] = True

    @property
    def stages(self) -> int:
        """One per power of the polynomial."""
        return HIGHEST

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> BdfStep:
        """Its steps, whose equations the chord method solves."""
        return BdfStep(field, self, tolerances)

    @property
    def nodes(self) -> tuple[float, ...]:
        """The end."""
        return (1.0,)


METHOD = BackwardDifferentiation()
