"""Butcher tableaus of implicit Runge-Kutta methods, exact, that check themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from .bound_field import BoundField
from .checked_tableau import CheckedTableau
from .exact_order_conditions import ExactWeights
from .implicit_step import ImplicitStep
from .surd import Number, fraction_of

Numbers = tuple[Number, ...]


@dataclass(frozen=True, eq=False)
class ImplicitTableau(CheckedTableau):
    """An implicit Runge-Kutta method of s stages.

    k_i = f(t + c_i h, z + h sum_j a_ij k_j),  z1 = z + h sum_i b_i k_i.

    a: s rows of s numbers, exact. Where none stands above the diagonal the stages are solved one after the other,
    else all at once.
    estimate: weights b_hat of a second solution z + h (b_hat_0 f(t, z) + sum_i b_hat_i k_i), s + 1 numbers, or None.
    estimate_order: its order. Its distance from z1 is the error, after a multiplication with (I - h filter df/dz)^-1
    where `filter` is not 0: stiff components, which the method damps, do not count with their full size.
    dense, dense_order: as in `IntegrationMethod`; None is cubic Hermite, for a method whose first stage is the slope
    at the start of the step and whose last one is that at the end.
    rounding: by how much row sums and order conditions may be missed, for coefficients that the literature has as
    decimals; 0: they hold exactly.

    Raises ValueError with a sentence where the numbers do not make the method that is declared.
    """

    name: str
    title: str
    citation: str
    order: int
    a: tuple[Numbers, ...]
    b: Numbers
    c: Numbers
    estimate: Numbers | None = None
    estimate_order: int | None = None
    filter: Fraction = Fraction(0)
    dense: tuple[Numbers, ...] | None = None  # type: ignore[assignment]  # surds beside fractions
    dense_order: int | None = None
    rounding: Fraction = Fraction(0)
    help: str = ""

    stiff: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._check_shape()
        for index, (row, node) in enumerate(zip(self.a, self.c, strict=True)):
            if self._differ(_sum(row), node):
                self._refuse(f"row {index + 1} of a sums to {_sum(row)}, and its node is {node}")
        known = ExactWeights(self.a, self.rounding)
        self._check_order("the weights b", self.order, known.violated(self.order, self.b))
        if self.estimate is not None and self.estimate_order is not None:
            first = (Fraction(0),) * (self.stages + 1)
            a = (first, *((Fraction(0), *row) for row in self.a))
            self._check_order(
                "the estimate",
                self.estimate_order,
                ExactWeights(a, self.rounding).violated(self.estimate_order, self.estimate),
            )
        if self.dense is not None and self.dense_order is not None:
            for index, polynomial in enumerate(self.dense):
                if self._differ(_sum(polynomial), self.b[index]):
                    self._refuse(f"the dense output of stage {index + 1} ends at {_sum(polynomial)}")
            found = known.violated_within(self.dense_order, self.dense)
            self._check_order("the dense output", self.dense_order, found)

    @property
    def embedded_order(self) -> int | None:  # type: ignore[override]  # it follows
        """The smaller one of both solutions' orders."""
        return None if self.estimate_order is None else min(self.order, self.estimate_order)

    @property
    def stages(self) -> int:
        """The number of stages s."""
        return len(self.b)

    @cached_property
    def diagonal(self) -> bool:
        """Whether the stages can be solved one after the other."""
        return not any(number for index, row in enumerate(self.a) for number in row[index + 1 :])

    @cached_property
    def explicit_first(self) -> bool:
        """Whether the first stage is the slope at the start."""
        return not any(self.a[0])

    @cached_property
    def stiffly_accurate(self) -> bool:
        """Whether the last stage is the slope at the end of the step, where its argument is the result."""
        return self.a[-1] == self.b and self.c[-1] == 1

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> ImplicitStep:
        """Its steps, the stages solved by the chord method where the step size adapts, else by Newton's."""
        return ImplicitStep(field, self, tolerances)

    @property
    def nodes(self) -> Numbers:
        """Of the stages that are solved for."""
        return self.c[int(self.explicit_first) :]

    def _check_shape(self) -> None:
        count = self.stages
        if len(self.a) != count or len(self.c) != count or any(len(row) != count for row in self.a):
            self._refuse(f"it has {count} weights and needs as many nodes and rows of as many numbers")
        for numbers, order, length, what in (
            (self.estimate, self.estimate_order, count + 1, "an estimate"),
            (self.dense, self.dense_order, count, "a dense output"),
        ):
            if (numbers is None) != (order is None):
                self._refuse(f"{what} and its order belong together")
            if numbers is not None and len(numbers) != length:
                self._refuse(f"{what} needs {length} weights")
        if self.dense is None and not (self.explicit_first and self.stiffly_accurate):
            self._refuse("it needs a dense output, for the slopes at the ends of its step are no stages")
        if self.estimate is not None and self.estimate[0] and not self.stiffly_accurate:
            self._refuse("its estimate needs the slope at the start, which is no last stage of the step before")

    def _differ(self, left: Any, right: Number) -> bool:
        return bool(left != right) and not abs(fraction_of(left - right)) <= self.rounding


def _sum(numbers: Sequence[Number]) -> Any:
    return sum(numbers, start=Fraction(0))
