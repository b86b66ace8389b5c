"""Dormand and Prince's method, and Radau's where the system is stiff."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..auto_step import POWERS, AutoStep
from ..bound_field import BoundField
from ..implicit_tableaus.radau5 import TABLEAU as RADAU5
from ..integration_method import IntegrationMethod, Row, powers_of_theta
from ..tableaus.dopri5 import TABLEAU as DOPRI5

_LIMIT = 3.306567892634955
"""Where the interval of stability of the explicit method ends, on the negative real axis."""


@dataclass(frozen=True)
class Auto(IntegrationMethod):
    """Begins with the explicit method and goes over to the implicit one, and back, as each trajectory needs it.

    Its recorded vectors are the coefficients over h of the polynomial inside a step.
    """

    name: str = "auto"
    title: str = "Automatic"
    citation: str = "E. Hairer, G. Wanner, Solving Ordinary Differential Equations II (1996), IV.2 and IV.8"
    help: str = "Dormand-Prince, and Radau where stability holds back its steps; each outcome says what was done."
    order: int = DOPRI5.order
    embedded_order: int | None = RADAU5.embedded_order
    dense: tuple[Row, ...] | None = powers_of_theta(POWERS)

    stiff: ClassVar[bool] = True
    fixed_steps: ClassVar[bool] = False

    @property
    def stages(self) -> int:
        """One per power of the polynomial."""
        return POWERS

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> AutoStep:
        """Steps of both."""
        return AutoStep(field, self, DOPRI5, RADAU5, _LIMIT, tolerances)

    @property
    def nodes(self) -> tuple[float, ...]:
        """None that all its steps share."""
        return ()


METHOD = Auto()
