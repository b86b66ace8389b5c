"""Gradient descent on batches, whose noise gives it its name: stochastic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, ClassVar

from ..deferred import deferred
from ..network_optimiser import NetworkOptimiser
from ..parameter import Range

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


@dataclass(frozen=True)
class GradientDescent(NetworkOptimiser):
    """w <- w - eta (g + d w), g the gradient of the batch's loss."""

    weight_decay: Annotated[float, Range(0.0, 1.0, symbol="d", help="pulls every weight towards 0")] = 0.0

    name: ClassVar[str] = "sgd"
    title: ClassVar[str] = "Gradient descent (SGD)"
    citation: ClassVar[str] = "H. Robbins, S. Monro, A stochastic approximation method, Ann. Math. Stat. 22 (1951)"
    help: ClassVar[str] = "One step against the batch's gradient: Euler's method for the gradient flow, with noise."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """Torch's own."""
        return torch.optim.SGD(weights, lr=rate, weight_decay=self.weight_decay)


OPTIMISER = GradientDescent
