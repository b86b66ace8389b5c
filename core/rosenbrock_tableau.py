"""Rosenbrock methods: coefficients that check themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any, ClassVar

from .bound_field import BoundField
from .checked_tableau import CheckedTableau
from .rosenbrock_conditions import RosenbrockWeights
from .rosenbrock_form import Matrix, lower_inverse, product
from .rosenbrock_step import RosenbrockStep
from .surd import Number, fraction_of

Numbers = tuple[Number, ...]


@dataclass(frozen=True, eq=False)
class RosenbrockTableau(CheckedTableau):
    """A Rosenbrock method of s stages: with J = df/dz and df/dt at the start of the step,

    k_i = f(t + alpha_i h, z + h sum_(j<i) alpha_ij k_j) + h J sum_(j<=i) gamma_ij k_j + h gamma_i df/dt,
    z1 = z + h sum_i b_i k_i.

    Each stage is one linear equation, and all have the matrix I - h gamma J.

    alpha, gamma: s rows of s numbers, strictly lower triangular and lower triangular with one number gamma on the
    diagonal. nodes_of_time: alpha_i; shares_of_time: gamma_i, s numbers each, the sums of the rows.
    estimate: weights of a second solution, whose distance from z1 is the error; estimate_order: its order.
    continuous: coefficients of theta, theta^2, ... in b_i(theta), of the solution inside the step; continuous_order:
    its order.
    rounding: by how much sums and order conditions may be missed, for coefficients that the literature has as
    decimals; 0: they hold exactly.
    Where the last stage is computed at the step's end, its f serves the next step.

    Raises ValueError with a sentence where the numbers do not make the method that is declared.
    """

    name: str
    title: str
    citation: str
    order: int
    alpha: Matrix
    gamma: Matrix
    b: Numbers
    nodes_of_time: Numbers
    shares_of_time: Numbers
    estimate: Numbers
    estimate_order: int
    continuous: tuple[Numbers, ...]
    continuous_order: int
    rounding: Fraction = Fraction(0)
    help: str = ""

    kind: ClassVar[str] = "Rosenbrock method"
    stiff: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._check_shape()
        for index in range(self.stages):
            for what, matrix, declared in (
                ("alpha", self.alpha, self.nodes_of_time),
                ("gamma", self.gamma, self.shares_of_time),
            ):
                if self._differ(_sum(matrix[index]), declared[index]):
                    sums = float(fraction_of(_sum(matrix[index])))
                    self._refuse(f"row {index + 1} of {what} sums to {sums}, and not to {float(declared[index])}")
            if self._differ(_sum(self.continuous[index]), self.b[index]):
                self._refuse(f"the dense output of stage {index + 1} does not end at its weight")
        known = RosenbrockWeights(self.alpha, self.beta, self.rounding)
        self._check_order("the weights b", self.order, known.violated(self.order, self.b))
        self._check_order("the estimate", self.estimate_order, known.violated(self.estimate_order, self.estimate))
        found = known.violated_within(self.continuous_order, self.continuous)
        self._check_order("the dense output", self.continuous_order, found)

    @property
    def embedded_order(self) -> int | None:  # type: ignore[override]  # it follows
        """The smaller one of both solutions' orders."""
        return min(self.order, self.estimate_order)

    @property
    def stages(self) -> int:
        """The number of stages s; recorded are the increments U_i / h = sum_j gamma_ij k_j."""
        return len(self.b)

    @property
    def end_stage(self) -> None:
        """None: no increment is the slope at the end."""
        return

    @cached_property
    def dense(self) -> tuple[Numbers, ...]:  # type: ignore[override]  # surds beside fractions
        """The coefficients of theta, theta^2, ... for every increment."""
        powers = zip(*self.continuous, strict=True)
        return tuple(zip(*product(list(powers), self.inverse), strict=True))

    @cached_property
    def beta(self) -> Matrix:
        """alpha + gamma."""
        return tuple(
            tuple(x + y for x, y in zip(*rows, strict=True)) for rows in zip(self.alpha, self.gamma, strict=True)
        )

    @cached_property
    def inverse(self) -> Matrix:
        """Of the matrix gamma: it makes slopes of increments."""
        return lower_inverse(self.gamma)

    @property
    def first_same_as_last(self) -> bool:
        """Whether f of the last stage is the slope at the end of the step."""
        return self.alpha[-1] == self.b and self.nodes_of_time[-1] == 1

    @property
    def nodes(self) -> Numbers:
        """Of the stages whose f is not that of the step before."""
        return self.nodes_of_time[int(self.first_same_as_last) :]

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> RosenbrockStep:
        """Its steps."""
        return RosenbrockStep(field, self, tolerances)

    def _check_shape(self) -> None:
        count = self.stages
        for what, rows in (("alpha", self.alpha), ("gamma", self.gamma)):
            if len(rows) != count or any(len(row) != count for row in rows):
                self._refuse(f"{what} needs {count} rows of {count} numbers")
        for numbers in (self.nodes_of_time, self.shares_of_time, self.estimate, self.continuous):
            if len(numbers) != count:
                self._refuse(f"it has {count} weights, and needs as many nodes, shares, estimates and polynomials")
        if len({len(row) for row in self.continuous}) != 1:
            self._refuse("the polynomials of its dense output need the same number of coefficients")
        for index in range(count):
            if any(self.alpha[index][index:]) or any(self.gamma[index][index + 1 :]):
                self._refuse(f"row {index + 1} stands above the diagonal: no stage uses one after it")
            if self.gamma[index][index] != self.gamma[0][0] or not self.gamma[0][0]:
                self._refuse("the diagonal of gamma is one number that is not 0, so that all stages share a matrix")

    def _differ(self, left: Any, right: Any) -> bool:
        return left != right and not abs(fraction_of(left - right)) <= self.rounding


def _sum(numbers: Sequence[Number]) -> Any:
    return sum(numbers, start=Fraction(0))
