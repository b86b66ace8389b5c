"""The adjoint equation by Anderson acceleration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..adjoint_equation import AdjointEquation
from ..adjoint_iteration import solve_adjoint, unsolved
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Range
from ..root_solvers.anderson import Anderson
from ..vector_jacobian import Inputs


@dataclass(frozen=True)
class AdjointAnderson(FixedPointGradient):
    """u = J^T u + v by mixtures of the last m points, until |J^T u + v - u| <= tolerance |v|.

    On a linear equation it is GMRES begun again and again in disguise, and finds u also where Picard's iteration
    diverges, if m is large enough.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    iterations: Annotated[int, Range(1, 100_000, log=True, help="products with the Jacobian at most")] = 500
    memory: Annotated[int, Range(1, 20, symbol="m", help="residuals that are combined")] = 10

    name: ClassVar[str] = "adjoint_anderson"
    title: ClassVar[str] = "implicit, by Anderson"
    citation: ClassVar[str] = (
        "S. Bai, V. Koltun, J. Z. Kolter, Stabilizing equilibrium models by Jacobian regularization, ICML 38 (2021); "
        "H. F. Walker, P. Ni, SIAM J. Numer. Anal. 49 (2011) 1715"
    )
    help: ClassVar[str] = "Iterates u = Jᵀu + v, mixing the last m points: one product a step, 3 m vectors of memory."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and a product over its tape for every iteration and one more."""
        equation = AdjointEquation(solve, cotangent, inputs)
        answer = solve_adjoint(equation, Anderson(memory=self.memory), self.tolerance, self.iterations)
        held, note = 3 * min(self.memory, equation.products), unsolved(answer.solved, answer.residual)
        return equation.backward(answer.u, held, note)


METHOD = AdjointAnderson
