"""Adam whose weight decay does not go through the means of the gradient."""

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
class AdamW(NetworkOptimiser):
    """m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, w <- (1 - eta d) w - eta m_k / (sqrt(v_k) + 1e-8).

    m_k = m / (1 - b1^k), v_k = v / (1 - b2^k): the means without their beginning at 0.
    """

    beta1: Annotated[float, Range(0.0, 0.999, symbol="β₁", help="how much of the mean gradient is kept")] = 0.9
    beta2: Annotated[float, Range(0.0, 0.9999, symbol="β₂", help="how much of the mean square is kept")] = 0.999
    weight_decay: Annotated[float, Range(0.0, 1.0, symbol="d", help="pulls every weight towards 0")] = 0.01

    name: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    citation: ClassVar[str] = "I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR (2019)"
    help: ClassVar[str] = "Adam, with every weight drawn towards 0 at a rate of its own."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """Torch's own, all weights in one pass."""
        betas = (self.beta1, self.beta2)
        return torch.optim.AdamW(weights, lr=rate, betas=betas, weight_decay=self.weight_decay, fused=True)


OPTIMISER = AdamW
