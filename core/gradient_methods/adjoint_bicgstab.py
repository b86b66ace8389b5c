"""The adjoint equation by BiCGStab."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..adjoint_krylov import PRECONDITIONERS, KrylovGradient, krylov_backward
from ..array_library import TORCH
from ..bicgstab import bicgstab
from ..gradient_method import Backward, Cotangent, SolvedLayer
from ..linear_answer import LinearAnswer, Product
from ..parameter import Choice, Range
from ..vector_jacobian import Inputs

_VECTORS = 8


@dataclass(frozen=True)
class AdjointBiCGStab(KrylovGradient):
    """(I - J^T) u = v by BiCGStab, until |v - (I - J^T) u| <= tolerance |v|.

    Two products an iteration and eight vectors whatever it takes; a regular I - J does not rule out that its vectors
    turn orthogonal and it cannot go on, which the note then says. preconditioner "broyden": u = P w with the
    transposed inverse P that Broyden's updates make of the points of the forward solve, f being evaluated at each of
    the last 51 anew; without those points, P = I.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    iterations: Annotated[int, Range(1, 100_000, log=True, help="iterations at most")] = 500
    preconditioner: Annotated[
        str, Choice(PRECONDITIONERS, help="the inverse that Broyden's method builds in the forward solve")
    ] = "none"

    name: ClassVar[str] = "adjoint_bicgstab"
    title: ClassVar[str] = "implicit, by BiCGStab"
    citation: ClassVar[str] = (
        "H. A. van der Vorst, SIAM J. Sci. Stat. Comput. 13 (1992) 631; Z. Ramzi et al., SHINE: SHaring the INverse "
        "Estimate from the forward pass for bi-level optimization and implicit models, ICLR (2022)"
    )
    help: ClassVar[str] = "Two products with the Jacobian an iteration and eight vectors, however many it takes."

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and two products over its tape for every iteration and one more."""

        def search(product: Product, right: Any, tolerance: Any, wanted: Any) -> tuple[LinearAnswer, int]:
            return bicgstab(TORCH, product, right, tolerance, wanted, self.iterations), _VECTORS

        return krylov_backward(solve, cotangent, inputs, search, self.tolerance, self.preconditioner)


METHOD = AdjointBiCGStab
