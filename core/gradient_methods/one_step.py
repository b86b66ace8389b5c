"""Differentiating the last step of a solver alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..adjoint_residual import relative_residual
from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..newton_adjoint import newton_backward
from ..parameter import Choice
from ..vector_jacobian import Inputs, pullback

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class OneStep(FixedPointGradient):
    """d loss / d input = v^T dF/d input at the last point z, v = d loss / dz at F(z), z itself a constant.

    step "picard": F(z) = f(z). It leaves out J times how z moves: of one neuron the relative error is |J|.
    step "newton": F(z) = z + (I - J)^-1 (f(z) - z), whose own derivative by z is 0 at the fixed point: the gradient is
    off by no more than a multiple of the distance of z from there. The curvature of f is in it, so that F(z) and its
    derivative belong together.
    """

    step: Annotated[str, Choice(("picard", "newton"), help="the solver whose step is differentiated")] = "newton"

    name: ClassVar[str] = "one_step"
    title: ClassVar[str] = "one step"
    citation: ClassVar[str] = (
        "J. Bolte, E. Pauwels, S. Vaiter, One-step differentiation of iterative algorithms, NeurIPS 36 (2023)"
    )
    help: ClassVar[str] = "One more step of Picard's or Newton's method, differentiated: right if it converges fast."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the derivative of the last step alone: how the point before it moves is left out"

    def __post_init__(self) -> None:
        check_fields(self)

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One step from the last point, and one pass back over it."""
        if self.step == "newton":
            return newton_backward(solve, cotangent, inputs)
        with torch.no_grad():
            at = solve.f(solve.z, inputs)
        v = cotangent(at)
        back, grads = pullback(solve.f, solve.z, inputs, v)
        residual = relative_residual(back, v)
        return Backward(
            at=at,
            grads={**grads, "start": torch.zeros_like(solve.start)},
            residual=float(residual.max()),
            evaluations=2,
            products=1,
        )


METHOD = OneStep
