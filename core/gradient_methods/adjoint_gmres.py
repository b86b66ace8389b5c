"""The adjoint equation by GMRES."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..adjoint_krylov import PRECONDITIONERS, KrylovGradient, krylov_backward
from ..array_library import TORCH
from ..gmres import gmres
from ..gradient_method import Backward, Cotangent, SolvedLayer
from ..linear_answer import LinearAnswer, Product
from ..parameter import Choice, Range
from ..vector_jacobian import Inputs


@dataclass(frozen=True)
class AdjointGMRES(KrylovGradient):
    """(I - J^T) u = v by GMRES, until |v - (I - J^T) u| <= tolerance |v|.

    Works wherever I - J is regular, after at most n products without a restart. preconditioner "broyden": u = P w
    with the transposed inverse P that Broyden's updates make of the points of the forward solve, f being evaluated
    at each of the last 51 anew; without those points, P = I.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    iterations: Annotated[int, Range(1, 100_000, log=True, help="iterations at most")] = 500
    restart: Annotated[int, Range(1, 1000, log=True, help="vectors that are kept before it begins anew")] = 100
    preconditioner: Annotated[
        str, Choice(PRECONDITIONERS, help="the inverse that Broyden's method builds in the forward solve")
    ] = "none"

    name: ClassVar[str] = "adjoint_gmres"
    title: ClassVar[str] = "implicit, by GMRES"
    citation: ClassVar[str] = (
        "Y. Saad, M. H. Schultz, SIAM J. Sci. Stat. Comput. 7 (1986) 856; Z. Ramzi et al., SHINE: SHaring the INverse "
        "Estimate from the forward pass for bi-level optimization and implicit models, ICLR (2022)"
    )
    help: ClassVar[str] = "Fewest products with the Jacobian, no matrix, also where Picard's method diverges."

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and a product over its tape for every iteration and restart and one more."""

        def search(product: Product, right: Any, tolerance: Any, wanted: Any) -> tuple[LinearAnswer, int]:
            answer = gmres(TORCH, product, right, tolerance, wanted, self.iterations, self.restart)
            return answer, min(self.restart, int(answer.iterations.max())) + 1

        return krylov_backward(solve, cotangent, inputs, search, self.tolerance, self.preconditioner)


METHOD = AdjointGMRES
