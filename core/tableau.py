"""Butcher tableaus in exact fractions that check themselves."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from .bound_field import BoundField
from .checked_tableau import CheckedTableau
from .explicit_step import ExplicitStep
from .integration_method import Row
from .order_conditions import ElementaryWeights


def row(text: str) -> Row:
    """The fractions in `text`, such as "3/40 9/40 0", exactly."""
    return tuple(Fraction(word) for word in text.split())


@dataclass(frozen=True)
class Tableau(CheckedTableau):
    """An explicit Runge-Kutta method of s stages.

    k_i = f(t + c_i h, z + h sum_{j<i} a_ij k_j),  z1 = z + h sum_i b_i k_i.

    name: short unique name ("dopri5"); title: for people ("Dormand-Prince 5(4)"); order p.
    a: the strictly lower triangle, row i with i numbers (the first is empty). b, c: s numbers.
    embedded: weights b_hat of the error estimate h sum (b_i - b_hat_i) k_i, or None; embedded_order its order.
    dense: coefficients of the interpolant, dense[i][j] the factor of theta^(j+1) in b_i(theta):
    z(t + theta h) = z + h sum_i b_i(theta) k_i; None: cubic Hermite from both ends, which needs the slope at the
    end and so a method whose last stage is the next first. dense_order: the order of z(t + theta h).
    first_same_as_last: a stage, `end_stage`, is f at the step's end and serves as the next first stage.
    extra_stages: how many stages, after that one, serve only the dense output; the others are without them.
    coarse: weights of a second embedded method, of a lower order than the first, or None. The error is then
    e^2 / sqrt(e^2 + 0.01 e_c^2), with e and e_c the estimates of the two: its order is higher than that of both.
    rounding: by how much row sums and order conditions may be missed, for coefficients that the literature has as
    decimals; 0: they hold exactly.

    Raises ValueError with a sentence where the numbers do not make the method that is declared: a wrong digit in
    any coefficient breaks a row sum or an order condition.
    """

    name: str
    title: str
    citation: str
    order: int
    a: tuple[Row, ...]
    b: Row
    c: Row
    embedded: Row | None = None
    embedded_order: int | None = None
    dense: tuple[Row, ...] | None = None
    dense_order: int | None = None
    first_same_as_last: bool = False
    extra_stages: int = 0
    coarse: Row | None = None
    coarse_order: int | None = None
    rounding: Fraction = Fraction(0)
    help: str = ""

    compiled: ClassVar[bool] = True

    def __post_init__(self) -> None:
        self._check_shape()
        self._check_rows()
        known = ElementaryWeights(self.a)
        self._check_order("the weights b", self.order, known.violated(self.order, self.b, self.rounding))
        for weights, order, what in (
            (self.embedded, self.embedded_order, "the embedded weights"),
            (self.coarse, self.coarse_order, "the coarse weights"),
        ):
            if weights is not None and order is not None:
                self._check_order(what, order, known.violated(order, weights, self.rounding))
        if self.dense is not None and self.dense_order is not None:
            found = known.violated_within(self.dense_order, self.dense, self.rounding)
            self._check_order("the dense output", self.dense_order, found)

    def __hash__(self) -> int:
        return hash(self.name)  # the key of caches that are asked at every block: not a hundred fractions

    @property
    def stages(self) -> int:
        """The number of stages s."""
        return len(self.b)

    @property
    def nodes(self) -> Row:
        """Of the stages whose slope is not that of the step before."""
        return self.c[int(self.first_same_as_last) :]

    @property
    def end_stage(self) -> int | None:
        """Which stage is f at the step's end; None where none is."""
        return self.stages - 1 - self.extra_stages if self.first_same_as_last else None

    @property
    def error_weights(self) -> Row | None:
        """b - b_hat, the weights of the error estimate; None where the method has none."""
        return _beside(self.b, self.embedded)

    @property
    def coarse_error_weights(self) -> Row | None:
        """The same of the second embedded method."""
        return _beside(self.b, self.coarse)

    @property
    def error_order(self) -> int:
        """q - 1 where the estimated error of a step is proportional to h^q; the order where nothing is estimated."""
        if self.embedded_order is None:
            return self.order
        if self.coarse_order is not None:  # e^2 / e_c once the step is small
            return 2 * self.embedded_order - self.coarse_order
        return min(self.order, self.embedded_order)

    def stepper(self, field: BoundField, tolerances: tuple[float, float] | None) -> ExplicitStep:
        """Its steps."""
        return ExplicitStep(field.slope, self, tolerances, field.library)

    def stability_polynomial(self) -> Row:
        """Coefficients of 1, z, z^2, ... in R(z), by which one step multiplies the solution of z' = lambda z.

        R(z) = 1 + sum_k (b A^(k-1) 1) z^k with z = h lambda; |R(z)| <= 1 is the region of stability.
        """
        coefficients = [Fraction(1)]
        powers = [Fraction(1)] * self.stages
        for _ in range(self.stages):
            coefficients.append(sum((w * x for w, x in zip(self.b, powers, strict=True)), start=Fraction(0)))
            powers = [sum((w * x for w, x in zip(row, powers, strict=False)), start=Fraction(0)) for row in self.a]
        return tuple(coefficients)

    def _check_shape(self) -> None:
        if len(self.a) != self.stages or len(self.c) != self.stages:
            self._refuse(f"it has {self.stages} weights, {len(self.a)} rows and {len(self.c)} nodes")
        for index, row in enumerate(self.a):
            if len(row) != index:
                self._refuse(f"row {index + 1} of an explicit method has {index} numbers, not {len(row)}")
        for rows, order, what in (
            (self.embedded, self.embedded_order, "embedded weights"),
            (self.coarse, self.coarse_order, "coarse weights"),
            (self.dense, self.dense_order, "dense output"),
        ):
            if (rows is None) != (order is None):
                self._refuse(f"{what} and their order belong together")
            if rows is not None and len(rows) != self.stages:
                self._refuse(f"{what} need one row per stage")
        if self.coarse is not None and self.embedded is None:
            self._refuse("coarse weights come beside embedded ones")
        if self.extra_stages and not self.first_same_as_last:
            self._refuse("extra stages follow the one at the end of the step")
        if self.dense is None and not self.first_same_as_last:
            self._refuse("it needs a dense output, for the slope at the end of its step is no stage")

    def _check_rows(self) -> None:
        for index, (row, node) in enumerate(zip(self.a, self.c, strict=True)):
            if self._differ(sum(row), node):
                self._refuse(f"row {index + 1} of a sums to {sum(row)}, and its node is {node}")
        end = self.end_stage
        if end is not None and (self.a[end] != self.b[:end] or any(self.b[end:])):
            self._refuse("its last stage is not at the end of the step, so it cannot serve as the next first one")
        for index, polynomial in enumerate(self.dense or ()):
            if self._differ(sum(polynomial), self.b[index]):
                self._refuse(f"the dense output of stage {index + 1} ends at {sum(polynomial)}, not {self.b[index]}")

    def _differ(self, left: Fraction | int, right: Fraction) -> bool:
        return left != right and abs(left - right) > self.rounding


def _beside(b: Row, weights: Row | None) -> Row | None:
    """b - weights."""
    return None if weights is None else tuple(own - other for own, other in zip(b, weights, strict=True))
