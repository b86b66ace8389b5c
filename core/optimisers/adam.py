"""Adam: steps of about the learning rate in every weight, whatever the slope."""

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
class Adam(NetworkOptimiser):
    """m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, w <- w - eta m_k / (sqrt(v_k) + 1e-8).

    m_k = m / (1 - b1^k), v_k = v / (1 - b2^k): the means without their beginning at 0. d w is added to g.
    """

    beta1: Annotated[float, Range(0.0, 0.999, symbol="β₁", help="how much of the mean gradient is kept")] = 0.9
    beta2: Annotated[float, Range(0.0, 0.9999, symbol="β₂", help="how much of the mean square is kept")] = 0.999
    weight_decay: Annotated[float, Range(0.0, 1.0, symbol="d", help="pulls every weight towards 0")] = 0.0

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    citation: ClassVar[str] = "D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR (2015)"
    help: ClassVar[str] = "Every weight moves by about the learning rate, however steep it is."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """Torch's own, all weights in one pass."""
        betas = (self.beta1, self.beta2)
        return torch.optim.Adam(weights, lr=rate, betas=betas, weight_decay=self.weight_decay, fused=True)


OPTIMISER = Adam
