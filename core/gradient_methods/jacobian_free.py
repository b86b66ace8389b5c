"""Jacobian-free backpropagation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..adjoint_residual import relative_residual
from ..deferred import deferred
from ..gradient_method import Backward, Cotangent, FixedPointGradient, SolvedLayer
from ..vector_jacobian import Inputs, pullback

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class JacobianFree(FixedPointGradient):
    """u = v in place of (I - J^T)^-1 v: the last application of f is differentiated and nothing else.

    A descent direction where f contracts; of one neuron the relative error is |J|. It solves no linear system, so
    its residual is that of the u it takes: |J^T v| / |v|.
    """

    name: ClassVar[str] = "jacobian_free"
    title: ClassVar[str] = "Jacobian-free"
    citation: ClassVar[str] = (
        "S. W. Fung et al., JFB: Jacobian-free backpropagation for implicit networks, AAAI 36 (2022)"
    )
    help: ClassVar[str] = "One product with the Jacobian and no memory of the solve; the less exact the slower Picard."
    exact: ClassVar[bool] = False
    caveat: ClassVar[str] = "the derivative of one application of the layer: how z itself moves is left out"
    sums_powers: ClassVar[bool] = True

    def backward(self, solve: SolvedLayer, cotangent: Cotangent, inputs: Inputs) -> Backward:
        """One vector-Jacobian product at the last point."""
        v = cotangent(solve.z)
        back, grads = pullback(solve.f, solve.z, inputs, v)
        residual = relative_residual(back, v)
        return Backward(
            at=solve.z,
            grads={**grads, "start": torch.zeros_like(solve.start)},
            residual=float(residual.max()),
            evaluations=1,
            products=1,
        )


METHOD = JacobianFree
