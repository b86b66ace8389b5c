"""Additive Runge-Kutta methods, explicit and implicit at once: coefficients that check themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from .additive_conditions import AdditiveWeights
from .additive_step import AdditiveStep
from .bound_field import BoundField
from .checked_tableau import CheckedTableau
from .integration_method import Row


@dataclass(frozen=True, eq=False)
class AdditiveTableau(CheckedTableau):
    """A pair of Runge-Kutta methods of s stages, one for each part of f = f_E + f_I, f_I being the linear part at the
    step's start (t, z), f_I(t + r, y) = J (y - z) + r df/dt with J = df/dz there:

    Z_i = z + h sum_(j<i) e_ij f_E(t + c_j h, Z_j) + h sum_(j<=i) a_ij f_I(t + c_j h, Z_j),
    z1 = z + h sum_i b_i f(t + c_i h, Z_i).

    Each stage is one linear equation, and all have the matrix I - h gamma J: stiffness is solved for where the step
    begins, and what bends away from there is taken as it is.

    explicit: e; implicit: a; s rows of s numbers, strictly lower triangular, and lower triangular with gamma on the
    diagonal but for the first row, which is 0; its last row is b. b, c: s numbers, those of both parts.
    estimate: weights of a second solution, whose distance from z1 is the error; estimate_order: its order.
    dense: the coefficients of theta, theta^2, ... in b_i(theta), of the solution inside the step; dense_order: its
    order.
    rounding: by how much sums and order conditions may be missed, for fractions that stand for longer ones; 0: they
    hold exactly.

    Raises ValueError with a sentence where the numbers do not make the method that is declared.
    """

    name: str
    title: str
    citation: str
    order: int
    explicit: tuple[Row, ...]
    implicit: tuple[Row, ...]
    b: Row
    c: Row
    estimate: Row
    estimate_order: int
    dense: tuple[Row, ...]
    dense_order: int
    rounding: Fraction = Fraction(0)
    help: str = ""

    kind: ClassVar[str] = "additive method"
    stiff: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._check_shape()
        for what, matrix in (("explicit", self.explicit), ("implicit", self.implicit)):
            for index, (numbers, node) in enumerate(zip(matrix, self.c, strict=True)):
                if abs(_sum(numbers) - node) > self.rounding:
                    self._refuse(
                        f"row {index + 1} of the {what} part sums to {float(_sum(numbers))}, not {float(node)}"
                    )
        for index, (polynomial, weight) in enumerate(zip(self.dense, self.b, strict=True)):
            if abs(_sum(polynomial) - weight) > self.rounding:
                self._refuse(f"the dense output of stage {index + 1} does not end at its weight")
        known = AdditiveWeights((self.explicit, self.implicit), self.rounding)
        self._check_order("the weights b", self.order, known.violated(self.order, self.b))
        self._check_order("the estimate", self.estimate_order, known.violated(self.estimate_order, self.estimate))
        found = known.violated_within(self.dense_order, self.dense)
        self._check_order("the dense output", self.dense_order, found)

    @property
    def embedded_order(self) -> int | None:  # type: ignore[override]  # it follows
        """The smaller one of both solutions' orders."""
        return min(self.order, self.estimate_order)

    @property
    def stages(self) -> int:
        """The number of stages s; recorded are the slopes f(t + c_i h, Z_i)."""
        return len(self.b)

    @property
    def end_stage(self) -> None:
        """None: the last stage is not the solution, but for what is linear."""
        return

    @property
    def gamma(self) -> Fraction:
        """The number on the diagonal."""
        return self.implicit[-1][-1]

    @property
    def nodes(self) -> Row:
        """Of all stages."""
        return self.c

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> AdditiveStep:
        """Its steps."""
        return AdditiveStep(field, self, tolerances)

    def _check_shape(self) -> None:
        count = self.stages
        for what, rows in (("explicit", self.explicit), ("implicit", self.implicit)):
            if len(rows) != count or any(len(row) != count for row in rows):
                self._refuse(f"its {what} part needs {count} rows of {count} numbers")
        for numbers in (self.c, self.estimate, self.dense):
            if len(numbers) != count:
                self._refuse(f"it has {count} weights, and needs as many nodes, estimates and polynomials")
        if len({len(row) for row in self.dense}) != 1:
            self._refuse("the polynomials of its dense output need the same number of coefficients")
        for index in range(count):
            if any(self.explicit[index][index:]) or any(self.implicit[index][index + 1 :]):
                self._refuse(f"row {index + 1} stands above the diagonal: no stage uses one after it")
            if self.implicit[index][index] != (self.gamma if index else 0) or not self.gamma:
                self._refuse("its diagonal is 0 and then one number, so that all stages share a matrix")
        if self.implicit[-1] != self.b:
            self._refuse(
                "the last row of its implicit part is not its weights, so that it would not be stiffly accurate"
            )


def _sum(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, start=Fraction(0))
