"""Adams's formulas of variable order and step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..adams_step import HIGHEST, AdamsStep
from ..bound_field import BoundField
from ..integration_method import IntegrationMethod, Row, powers_of_theta


@dataclass(frozen=True)
class Adams(IntegrationMethod):
    """Adams-Bashforth predicts with order k, Adams-Moulton corrects once to order k + 1, k = 1, ..., 8.

    The order and the step change by themselves; it begins with order 1. Its recorded vectors are the coefficients
    over h of the integral of the polynomial through the last k + 1 slopes.
    """

    name: str = "adams"
    title: str = "Adams 2-9"
    citation: str = "L. F. Shampine, M. K. Gordon, Computer Solution of Ordinary Differential Equations (1975)"
    help: str = "Two evaluations per step at any order from 2 to 9: smooth problems whose field is dear."
    order: int = HIGHEST + 1
    embedded_order: int | None = 1
    dense: tuple[Row, ...] | None = powers_of_theta(HIGHEST + 1)

    fixed_steps: ClassVar[bool] = False
    chooses_steps: ClassVar[bool] = True

    @property
    def stages(self) -> int:
        """One per power of the polynomial."""
        return HIGHEST + 1

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> AdamsStep:
        """Its steps."""
        return AdamsStep(field, self, tolerances)

    @property
    def nodes(self) -> tuple[float, ...]:
        """The end, twice."""
        return (1.0, 1.0)


METHOD = Adams()
