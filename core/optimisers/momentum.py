"""Gradient descent that keeps some of its last step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..deferred import deferred
from ..network_optimiser import NetworkOptimiser
from ..parameter import Choice, Range

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class Momentum(NetworkOptimiser):
    """v <- beta v + g + d w, w <- w - eta v; Nesterov's looks ahead: w <- w - eta (g + d w + beta v)."""

    beta: Annotated[float, Range(0.0, 0.999, symbol="β", help="part of the last step that is kept")] = 0.9
    kind: Annotated[str, Choice(("heavy ball", "nesterov"), help="where the gradient counts")] = "heavy ball"
    weight_decay: Annotated[float, Range(0.0, 1.0, symbol="d", help="pulls every weight towards 0")] = 0.0

    name: ClassVar[str] = "momentum"
    title: ClassVar[str] = "Momentum"
    citation: ClassVar[str] = "B. T. Polyak, Some methods of speeding up the convergence of iteration methods (1964)"
    help: ClassVar[str] = "A heavy ball: steps add up along a valley, and cancel across it."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """Torch's own."""
        ahead = self.kind == "nesterov" and self.beta > 0.0
        return torch.optim.SGD(weights, lr=rate, momentum=self.beta, nesterov=ahead, weight_decay=self.weight_decay)


OPTIMISER = Momentum
