"""The contract of an integration method: what a step of it is, and what a picture may ask of it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar

from .noise_refusal import noise_refusal

if TYPE_CHECKING:
    from .bound_field import BoundField
    from .language import System
    from .stepper import Stepper

Row = tuple[Fraction, ...]
FAMILIES = (
    "Explicit, adaptive steps",
    "Explicit, fixed steps",
    "Implicit, adaptive steps",
    "Implicit, fixed steps",
    "Stochastic, fixed steps",
)
"""Headings under which methods are listed, in this order."""


def powers_of_theta(count: int) -> tuple[Row, ...]:
    """The dense output of a method whose recorded vectors are the coefficients of theta, theta^2, ... over h."""
    return tuple(tuple(Fraction(int(power == place)) for power in range(count)) for place in range(count))


class IntegrationMethod(ABC):
    """A frozen value. Its steps are recorded with s vectors k_i (`Steps.stages`), so that the solution inside a step is

    z(t + theta h) = z + h sum_i b_i(theta) k_i,

    b_i(theta) being the polynomials `dense`; where it has none, the cubic Hermite polynomial through both ends, the
    first and the last of the vectors being the slopes there.

    name: short unique name ("dopri5"); title: for people ("Dormand-Prince 5(4)"). order p: of the solution at the end
    of a step. embedded_order: of a second solution, whose distance estimates the error; None where there is none.
    """

    name: str
    title: str
    citation: str
    help: str
    order: int
    embedded_order: int | None
    dense: tuple[Row, ...] | None
    compiled: ClassVar[bool] = False
    """Whether kernels and generated Python floats know its steps: those of explicit Runge-Kutta methods."""
    fixed_steps: ClassVar[bool] = True
    """Whether it can take steps of a given size."""
    chooses_steps: ClassVar[bool] = False
    """Whether it says itself how long the next step is, so that a controller has only its limits to set."""
    stiff: ClassVar[bool] = False
    """Whether it solves an equation in every step and so bears stiffness."""

    knows_noise: ClassVar[bool] = False
    """Whether it follows dz = f dt + g dW, and such systems alone."""

    @property
    def adaptive(self) -> bool:
        """Whether it has an error estimate that a step size can follow."""
        return self.embedded_order is not None

    @property
    def family(self) -> str:
        """One of `FAMILIES`: under which heading it is listed."""
        return FAMILIES[4 if self.knows_noise else 2 * self.stiff + (not self.adaptive)]

    @property
    def error_order(self) -> int:
        """q where the estimated error of a step is proportional to h^(q + 1); the order where nothing is estimated."""
        return self.embedded_order or self.order

    @property
    @abstractmethod
    def nodes(self) -> Sequence[Any]:
        """Where in a step, as parts of it, the field is evaluated anew, each as often as its equation needs."""

    @property
    def end_stage(self) -> int | None:
        """Which recorded vector is the slope at the step's end; None where none is."""
        return self.stages - 1

    def refusal(self, system: System | None) -> str | None:
        """Why it cannot follow a system, None being a torch callable, as a sentence with a cure; None where it can."""
        return noise_refusal(self.title, self.knows_noise, system)

    def given_step(self, fixed: bool, step: float) -> float | None:
        """`step` where its steps have that size, because somebody wants that or it cannot adapt them; else None."""
        return step if (fixed and self.fixed_steps) or not self.adaptive else None

    @property
    @abstractmethod
    def stages(self) -> int:
        """The number s of vectors that are recorded of a step."""

    @abstractmethod
    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> Stepper:
        """Its steps along `field`; tolerances: (rtol, atol), None for steps without an error estimate."""
