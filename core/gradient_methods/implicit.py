"""The implicit function theorem with a dense Jacobian."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..adjoint_residual import loss_note, relative_residual
from ..deferred import deferred
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..vector_jacobian import Inputs, dense_jacobian, pullback

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Implicit(FixedPointGradient):
    """u = (I - J^T)^-1 v, d loss / d input = (df / d input)^T u, with J = df/dz at the last point.

    Needs no iteration of the forward solve and works wherever I - J is regular, also where Picard's method diverges.
    The fixed point does not depend on the start: that gradient is 0. The residual is measured with a vector-Jacobian
    product of f, not with the matrix that was solved.
    """

    name: ClassVar[str] = "implicit"
    title: ClassVar[str] = "implicit, dense"
    citation: ClassVar[str] = (
        "S. G. Krantz, H. R. Parks, The Implicit Function Theorem, 2002; "
        "S. Bai, J. Z. Kolter, V. Koltun, NeurIPS 32 (2019), theorem 1"
    )
    help: ClassVar[str] = "Solves one linear system with I - J; n products with the Jacobian build it."
    exact: ClassVar[bool] = True

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One dense linear solve per sample."""
        z, v = solve.z, cotangent(solve.z)
        _, jacobian = dense_jacobian(solve.f, z, inputs)
        matrix = torch.eye(z.shape[1], dtype=z.dtype, device=z.device) - jacobian
        u, singular = _solve_transposed(matrix, v)
        back, grads = pullback(solve.f, z, inputs, u)
        residual = relative_residual(u - back - v, v)
        note = "I - J is singular here: the fixed point has no derivative" if singular else ""
        note = loss_note(torch.isfinite(v)) or note
        return Backward(
            at=z,
            grads={**grads, "start": torch.zeros_like(solve.start)},
            residual=_largest(residual),
            matrix=matrix,
            evaluations=2,
            products=z.shape[1] + 1,
            jacobian=jacobian,
            adjoint=u,
            held_bytes=2 * matrix.numel() * matrix.element_size(),
            note=note,
        )


def _solve_transposed(matrix: Float[Tensor, "S n n"], v: Float[Tensor, "S n"]) -> tuple[Float[Tensor, "S n"], bool]:
    """(M^T)^-1 v, NaN in the rows where M is singular, and whether there are any."""
    u, failed = torch.linalg.solve_ex(matrix.mT, v[:, :, None])
    u = u[:, :, 0]
    broken = (failed != 0) | ~torch.isfinite(u).all(dim=1)
    return u.masked_fill(broken[:, None], torch.nan), bool(broken.any())


def _largest(values: Tensor) -> float:
    """The largest, NaN where one is NaN."""
    return float(values.max()) if not bool(torch.isnan(values).any()) else float("nan")


METHOD = Implicit
