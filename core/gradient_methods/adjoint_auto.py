"""The adjoint equation by what is quicker: its series, or GMRES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from ..adjoint_equation import AdjointEquation
from ..adjoint_krylov import krylov_answer
from ..adjoint_series import summed_series
from ..array_library import TORCH
from ..deferred import deferred
from ..field_check import check_fields
from ..gmres import gmres
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..linear_answer import LinearAnswer, Product
from ..parameter import Range
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class AdjointAuto(FixedPointGradient):
    """u = v + J^T v + (J^T)^2 v + ... where its terms die out soon, else u = J^T u + v by GMRES; in both cases until
    |J^T u + v - u| <= tolerance |v|.

    After 3, 6, 12, ... terms a sample leaves the series for GMRES if, as they go on, it would take more than `terms`
    products. The sums are the iterates of Picard's method, u <- J^T u + v, and a term is the residual of the sum
    before: a product and an addition each, while GMRES, which works wherever I - J is regular, makes every new vector
    orthogonal to all before.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    terms: Annotated[int, Range(1, 100_000, log=True, help="products with the Jacobian at most in the series")] = 200
    iterations: Annotated[int, Range(1, 100_000, log=True, help="products with the Jacobian at most by GMRES")] = 500

    name: ClassVar[str] = "adjoint_auto"
    title: ClassVar[str] = "implicit, by series or GMRES"
    citation: ClassVar[str] = (
        "B. Christianson, Optim. Methods Softw. 3 (1994) 311; "
        "Y. Saad, M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856"
    )
    help: ClassVar[str] = "Sums powers of Jᵀ where they die out soon, else takes GMRES: quick, and right in both cases."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and a product over its tape for every term, every iteration, and one more."""
        equation = AdjointEquation(solve, cotangent, inputs)
        with torch.no_grad():
            u, summed = summed_series(equation, self.tolerance, self.terms)
        if summed.all():
            return equation.backward(u, held=_LOOKED_AT)
        most = min(self.iterations, _RESTART)

        def search(product: Product, right: Any, tolerance: Any, wanted: Any) -> tuple[LinearAnswer, int]:
            answer = gmres(TORCH, product, right, tolerance, wanted, self.iterations, most)
            return answer, min(most, int(answer.iterations.max())) + 1

        others = ~TORCH.mask(summed, u)
        answer = krylov_answer(equation, search, self.tolerance, others & equation.known)
        u = torch.where(others[:, None], answer.u, u)
        return answer.checked(equation, equation.backward(u, held=answer.kept, note=answer.note))


_LOOKED_AT = 17
"""Vectors of the series that are kept between two looks at most, with their sum."""
_RESTART = 100
"""Vectors that GMRES keeps before it begins anew."""

METHOD = AdjointAuto
