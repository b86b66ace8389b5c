"""Backpropagation through iterations of the layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..adjoint_residual import relative_residual
from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Choice, Range
from ..vector_jacobian import Inputs, gradients, leaves

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Unrolled(FixedPointGradient):
    """The derivative of z_k in z_1 = f(z_0), ..., z_k = f(z_(k-1)), where z_k is also what the loss takes.

    begin: "start": z_0 is the start of the solve; "path": the point k evaluations before the last one (the start,
    where there were fewer), so that after Picard's method these are its last k iterations; "solution": z_0 is the
    last point itself, whatever solver found it. Only from the start does the gradient of the start count; elsewhere
    z_0 is a constant. The residual is |d loss / d z_0| / |v|, what has not died out on the way back. The relative
    error falls like rho^k, rho the spectral radius of df/dz, and memory grows with k.
    """

    k: Annotated[int, Range(1, 10_000, log=True, help="iterations that are differentiated")] = 10
    begin: Annotated[str, Choice(("solution", "path", "start"), help="the point before the first of them")] = "solution"

    name: ClassVar[str] = "unrolled"
    title: ClassVar[str] = "unrolled"
    citation: ClassVar[str] = (
        "A. Griewank, A. Walther, Evaluating Derivatives, 2008, chapter 15; "
        "A. Shaban et al., Truncated back-propagation for bilevel optimization, AISTATS 22 (2019)"
    )
    help: ClassVar[str] = "Backpropagation through k applications of the layer; memory grows with k."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the derivative of a finite number of iterations, not of the fixed point"
    sums_powers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def needs_path(self) -> bool:
        """Where it begins on the path."""
        return self.begin == "path"

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """k iterations on the tape and one pass back over it."""
        begin, from_start = self._begin(solve)
        with torch.enable_grad():
            tracked, first = leaves(inputs), begin.detach().requires_grad_()
            known = {**inputs, **tracked}
            z = first
            for _ in range(self.k):
                z = solve.f(z, known)
        end = z.detach()
        v = cotangent(end)
        back, *others = gradients(z, v, [first, *tracked.values()])
        return Backward(
            at=end,
            grads={
                **dict(zip(tracked, others, strict=True)),
                "start": back if from_start else torch.zeros_like(back),
            },
            residual=float(relative_residual(back, v).max()),
            evaluations=self.k,
            products=self.k,
        )

    def _begin(self, solve: SolvedLayer) -> tuple[Tensor, bool]:
        """z_0, and whether it is the start."""
        if self.begin == "start":
            return solve.start, True
        if self.begin == "solution":
            return solve.z, False
        if solve.path is None:
            raise ValueError('unrolled: begin="path" needs the points of the forward solve, which were not kept')
        before = len(solve.path) - 1 - self.k
        return solve.path[max(before, 0)], before <= 0


METHOD = Unrolled
