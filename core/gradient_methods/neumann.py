"""Neumann's series of the inverse of I - J, cut off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..adjoint_equation import AdjointEquation
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Range
from ..power_series import damped_series
from ..vector_jacobian import Inputs


@dataclass(frozen=True)
class Neumann(FixedPointGradient):
    """u = sum_(k <= K) (J^T)^k v in place of (I - J^T)^-1 v, d loss / d input = (df / d input)^T u.

    u is off by (J^T)^(K+1) (I - J^T)^-1 v, and its residual is |(J^T)^(K+1) v| / |v|; of one neuron both relative
    errors are |J|^(K+1). K = 0 is the Jacobian-free gradient. Where the spectral radius of J is 1 or more, more terms
    make it worse.
    """

    terms: Annotated[int, Range(0, 10_000, symbol="K", help="products with the Jacobian that are summed")] = 5

    name: ClassVar[str] = "neumann"
    title: ClassVar[str] = "Neumann series"
    citation: ClassVar[str] = (
        "C. Neumann, Untersuchungen über das logarithmische und Newton'sche Potential, 1877; "
        "J. Lorraine, P. Vicol, D. Duvenaud, AISTATS 23 (2020) 1540"
    )
    help: ClassVar[str] = "K + 1 products with the Jacobian and the memory of one; the slower Picard, the less exact."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the first terms of a series: the rest is left out"
    sums_powers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and K + 1 products over its tape."""
        equation = AdjointEquation(solve, cotangent, inputs)
        return damped_series(self, solve, equation, inputs, self.terms + 1, 1.0)


METHOD = Neumann
