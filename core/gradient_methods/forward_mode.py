"""Forward mode: how the fixed point moves with every input number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..adjoint_residual import loss_note
from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..input_tangents import input_tangents
from ..parameter import Range
from ..vector_jacobian import Inputs, dense_jacobian

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class ForwardMode(FixedPointGradient):
    """dz = (I - J)^-1 (df / d input) d input for every number of every input, d loss = v . dz.

    A product for every number, whatever the loss is: dear for weights, and the one to take where many losses hang on
    few numbers. I - J is built and factorised once. The residual is that of the tangents,
    |dz - J dz - df| / |df|, the largest of all. Refused, with numbers that are none, for more inputs than `most`.
    """

    most: Annotated[int, Range(1, 10_000_000, log=True, help="input numbers at most")] = 100_000

    name: ClassVar[str] = "forward_mode"
    title: ClassVar[str] = "forward mode"
    citation: ClassVar[str] = (
        "R. E. Wengert, Comm. ACM 7 (1964) 463; A. Griewank, A. Walther, Evaluating Derivatives, 2008, chapter 15"
    )
    help: ClassVar[str] = "Solves for how the fixed point moves with each input number: one product for every one."
    exact: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One linear system per sample with a right side for every number."""
        z, v = solve.z, cotangent(solve.z).detach()
        known = {name: tensor for name, tensor in inputs.items() if tensor.is_floating_point()}
        count = sum(tensor.numel() for tensor in known.values())
        start = {"start": torch.zeros_like(solve.start)}
        if count > self.most:
            none = {name: torch.full_like(tensor, torch.nan) for name, tensor in known.items()}
            note = f"forward mode needs a product for each of {count} input numbers, and {self.most} are allowed"
            return Backward(at=z, grads={**none, **start}, note=note)
        _, jacobian = dense_jacobian(solve.f, z, inputs)
        matrix = torch.eye(z.shape[1], dtype=z.dtype, device=z.device) - jacobian
        factors, pivots, failed = torch.linalg.lu_factor_ex(matrix)
        singular = (failed != 0) | ~torch.isfinite(factors).all(dim=(1, 2))
        parts: dict[str, list[Tensor]] = {name: [] for name in known}
        worst = torch.zeros_like(v[:, 0])
        for name, columns in input_tangents(solve.f, z, inputs):
            tangents = torch.linalg.lu_solve(factors, pivots, columns)
            # a number that does not move a sample moves it by 0, whether or not its system can be solved
            without = torch.where(columns.any(dim=1, keepdim=True), torch.nan, 0.0).to(columns)
            tangents = torch.where(singular[:, None, None], without, tangents)
            parts[name].append(torch.einsum("sn,snc->c", v, tangents))
            worst = torch.maximum(worst, _residual(matrix, tangents, columns))
        grads = {name: torch.cat(found).reshape(known[name].shape) for name, found in parts.items()}
        note = "I - J is singular here: the fixed point has no derivative" if bool(singular.any()) else ""
        if lost := loss_note(torch.isfinite(v)):
            note, worst = lost, torch.full_like(worst, torch.nan)
        return Backward(
            at=z,
            grads={**grads, **start},
            residual=float(worst.max()),
            matrix=matrix,
            evaluations=3,
            products=z.shape[1] + count,
            held_bytes=2 * matrix.numel() * matrix.element_size(),
            jacobian=jacobian,
            adjoint=torch.linalg.lu_solve(factors, pivots, v[:, :, None], adjoint=True)[:, :, 0],
            note=note,
        )


def _residual(
    matrix: Float[Tensor, "S n n"], tangents: Float[Tensor, "S n C"], columns: Float[Tensor, "S n C"]
) -> Float[Tensor, "S"]:
    """|M dz - df| / |df| of the worst column of every sample; 0 of columns that are 0."""
    missed, size = (matrix @ tangents - columns).norm(dim=1), columns.norm(dim=1)
    worst: Tensor = (missed / size.masked_fill(size == 0.0, 1.0)).amax(dim=1)
    return worst


METHOD = ForwardMode
