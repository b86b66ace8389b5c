"""The phantom gradient: a few damped steps at the fixed point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..adjoint_equation import AdjointEquation
from ..deferred import deferred
from ..field_check import check_fields
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..parameter import Range
from ..power_series import damped_series
from ..vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float
    from torch import Tensor
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Phantom(FixedPointGradient):
    """u = lambda sum_(t < k) (lambda J^T + (1 - lambda) I)^t v, d loss / d input = (df / d input)^T u.

    The derivative of k steps z <- (1 - lambda) z + lambda f(z) from the fixed point, where each has the same J: one
    tape serves them all. lambda = 1 is Neumann's series of k terms. Damping makes a series converge whose J has
    eigenvalues left of -1, and others slower. Its residual is |(lambda J^T + (1 - lambda) I)^k v| / |v|.
    """

    k: Annotated[int, Range(1, 10_000, log=True, help="damped steps that are differentiated")] = 5
    damping: Annotated[float, Range(0.01, 1.0, symbol="λ", help="fraction of the way to f(z) in a step")] = 0.5

    name: ClassVar[str] = "phantom"
    title: ClassVar[str] = "phantom gradient"
    citation: ClassVar[str] = "Z. Geng et al., On training implicit models, NeurIPS 34 (2021) 24247"
    help: ClassVar[str] = "k products with the Jacobian, each step damped; a direction that is cheap, not exact."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the derivative of a few damped steps: the rest of the series is left out"
    sums_powers: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_fields(self)

    def powers_of(self, jacobian: Float[Tensor, "S n n"]) -> Float[Tensor, "S n n"]:
        """lambda J + (1 - lambda) I."""
        unit = torch.eye(jacobian.shape[1], dtype=jacobian.dtype, device=jacobian.device)
        return self.damping * jacobian + (1.0 - self.damping) * unit

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One evaluation, and k products over its tape."""
        equation = AdjointEquation(solve, cotangent, inputs)
        return damped_series(self, solve, equation, inputs, self.k, self.damping)


METHOD = Phantom
