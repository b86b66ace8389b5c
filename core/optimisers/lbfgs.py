"""Newton's direction from the last gradients, with a search for how far to go."""

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
class Lbfgs(NetworkOptimiser):
    """w <- w - s H g: H from the last m differences of weights and gradients, s by a search for Wolfe's conditions.

    The learning rate is the first s that the search tries. Every batch is a function of its own: take all points.
    """

    memory: Annotated[int, Range(1, 100, symbol="m", help="differences that are kept")] = 10
    inner: Annotated[int, Range(1, 50, help="steps that count as one iteration")] = 1

    name: ClassVar[str] = "lbfgs"
    title: ClassVar[str] = "L-BFGS"
    citation: ClassVar[str] = "D. C. Liu, J. Nocedal, On the limited memory BFGS method, Math. Program. 45 (1989)"
    help: ClassVar[str] = "Few long steps with the whole set as one batch; the learning rate is about 1."

    def build(self, weights: Sequence[torch.Tensor], rate: float) -> torch.optim.Optimizer:
        """Torch's own."""
        return torch.optim.LBFGS(
            weights,
            lr=rate,
            max_iter=self.inner,
            history_size=self.memory,
            line_search_fn="strong_wolfe",
            tolerance_grad=0.0,  # the training decides when it ends
            tolerance_change=0.0,
        )


OPTIMISER = Lbfgs
