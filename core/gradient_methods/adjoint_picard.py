"""The adjoint equation by Picard's iteration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..adjoint_equation import AdjointEquation
from ..adjoint_iteration import solve_adjoint
from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Range
from ..root_solvers.damped import Damped
from ..unit_disc import spectral_radius
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class AdjointPicard(FixedPointGradient):
    """u <- (1 - beta) u + beta (J^T u + v) from u = v until |J^T u + v - u| <= tolerance |v|.

    Converges at the rate of the spectral radius of (1 - beta) I + beta J, where that is below 1, and nowhere else: an
    I - J that is regular is not enough. Which solver found the fixed point does not matter.
    """

    tolerance: Annotated[float, Range(1e-15, 1e-1, log=True, help="the residual of u, against v")] = 1e-12
    iterations: Annotated[int, Range(1, 100_000, log=True, help="products with the Jacobian at most")] = 500
    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="fraction of the way that is gone; 1: Picard")] = 1.0

    name: ClassVar[str] = "adjoint_picard"
    title: ClassVar[str] = "implicit, by Picard"
    citation: ClassVar[str] = (
        "L. B. Almeida, ICNN 1 (1987) 609; F. J. Pineda, Phys. Rev. Lett. 59 (1987) 2229; "
        "B. Christianson, Optim. Methods Softw. 3 (1994) 311"
    )
    help: ClassVar[str] = "Iterates u = Jᵀu + v, one product a step, no memory; converges where Picard's method does."
    exact: ClassVar[bool] = True
    sums_powers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def powers_of(self, jacobian: Float[Tensor, "S n n"]) -> Float[Tensor, "S n n"]:
        """(1 - beta) I + beta J."""
        unit = torch.eye(jacobian.shape[1], dtype=jacobian.dtype, device=jacobian.device)
        return self.beta * jacobian + (1.0 - self.beta) * unit

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and a product over its tape for every iteration and one more."""
        equation = AdjointEquation(solve, cotangent, inputs)
        answer = solve_adjoint(equation, Damped(beta=self.beta), self.tolerance, self.iterations)
        if bool(answer.solved.all()):
            return equation.backward(answer.u)
        radius = spectral_radius(self, solve, inputs)
        if radius is None:
            why = f"the residual was multiplied by {answer.growth:.4g} a product"
        else:
            equation.products += solve.z.shape[1]
            why = f"the spectral radius is {radius:.6g}" + (", not below 1: it diverges" if radius >= 1.0 else "")
        note = f"the adjoint iteration ended with a residual of {answer.residual:.2g} |v|: {why}"
        return equation.backward(answer.u, note=note)


METHOD = AdjointPicard
