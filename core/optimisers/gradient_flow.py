"""The differential equation that every gradient method follows roughly, followed well."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..deferred import deferred
from ..network_optimiser import NetworkOptimiser

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")

_STAGES = (0.0, 0.5, 0.5, 1.0)
_WEIGHTS = (1 / 6, 1 / 3, 1 / 3, 1 / 6)


@dataclass(frozen=True)
class GradientFlow(NetworkOptimiser):
    """w' = -grad L(w) by the classical Runge-Kutta method of order 4, a step of time eta in every iteration.

    Source: E. Hairer, S. P. Norsett, G. Wanner, Solving Ordinary Differential Equations I (1993), table II.1.2.
    """

    name: ClassVar[str] = "gradient_flow"
    title: ClassVar[str] = "Gradient flow (RK4)"
    citation: ClassVar[str] = "M. W. Hirsch, S. Smale, Differential equations, dynamical systems (1974), chapter 9"
    help: ClassVar[str] = "Four gradients for a step along w' = -grad L: what gradient descent does with tiny steps."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """An optimiser that asks for the gradient four times a step."""
        return _flow_class()(weights, {"lr": rate})


def _flow_class() -> type[torch.optim.Optimizer]:
    """Made when it is asked for: the class needs torch."""

    class Flow(torch.optim.Optimizer):
        """Steps of RK4."""

        @torch.no_grad()
        def step(self, closure: Callable[[], torch.Tensor]) -> torch.Tensor:  # type: ignore[override]
            """Four times the gradient, then the step; returns the loss where it began."""
            group = self.param_groups[0]
            weights, h = group["params"], group["lr"]
            start = [weight.clone() for weight in weights]
            total = [torch.zeros_like(weight) for weight in weights]
            first: torch.Tensor | None = None
            for reach, share in zip(_STAGES, _WEIGHTS, strict=True):
                if reach:
                    for weight, begin in zip(weights, start, strict=True):
                        weight.copy_(begin - reach * h * weight.grad)
                with torch.enable_grad():
                    loss = closure()
                first = loss if first is None else first
                for weight, whole in zip(weights, total, strict=True):
                    whole.add_(weight.grad, alpha=share)
            for weight, begin, whole in zip(weights, start, total, strict=True):
                weight.copy_(begin - h * whole)
            assert first is not None
            return first

    return Flow


OPTIMISER = GradientFlow
