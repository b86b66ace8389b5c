"""The adjoint equation by Broyden's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from ..adjoint_equation import AdjointEquation
from ..adjoint_iteration import solve_adjoint, unsolved
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Range
from ..root_solvers.broyden import Broyden
from ..vector_jacobian import Inputs


@dataclass(frozen=True)
class AdjointBroyden(FixedPointGradient):
    """u = J^T u + v by Broyden's good method, until |J^T u + v - u| <= tolerance |v|.

    Where I - J is regular, an equation of n unknowns takes at most 2 n steps if all their pairs are kept, also where
    Picard's iteration diverges.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    iterations: Annotated[int, Range(1, 100_000, log=True, help="products with the Jacobian at most")] = 500
    memory: Annotated[int, Range(1, 200, symbol="m", help="updates that are kept before it begins again")] = 100

    name: ClassVar[str] = "adjoint_broyden"
    title: ClassVar[str] = "implicit, by Broyden"
    citation: ClassVar[str] = (
        "S. Bai, J. Z. Kolter, V. Koltun, Deep equilibrium models, NeurIPS 32 (2019); "
        "D. M. Gay, SIAM J. Numer. Anal. 16 (1979) 623"
    )
    help: ClassVar[str] = "Learns the inverse of I - Jᵀ on the way: one product a step, two vectors of memory for each."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and a product over its tape for every iteration and one more."""
        equation = AdjointEquation(solve, cotangent, inputs)
        answer = solve_adjoint(equation, Broyden(memory=self.memory), self.tolerance, self.iterations)
        held, note = 2 * min(self.memory, equation.products), unsolved(answer.solved, answer.residual)
        return equation.backward(answer.u, held, note)


METHOD = AdjointBroyden
