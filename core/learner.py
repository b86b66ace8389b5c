"""The contract of what learns: a text's layer with weights that move, between data and what is made of the state."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
    from jaxtyping import Float

    from .data_set import Points


@dataclass(frozen=True)
class Effort:
    """Evaluations of the field, or of the map, that a sample needed on average: there, and on the way back. failed: the
    share of samples for which the solver did not come to its end."""

    forward: float
    backward: float
    failed: float = 0.0


@dataclass(frozen=True)
class Paths:
    """depth (T,), states (N, T, n): the states of N samples from where the layer begins to where it ends."""

    depth: Float[np.ndarray, "T"]
    states: Float[np.ndarray, "N T n"]


class Learner(ABC):
    """weights: the learnt tensors by name, leaves that require gradients. Points come and go in float64 on the host."""

    weights: Mapping[str, torch.Tensor]
    components: tuple[str, ...]
    inputs: int
    """How many components of the state the data fill at the begin; 0 where the data are an input of the layer."""
    solved: torch.Tensor | None = None
    """(N, n): where the layer ended for every training point, the last time that one was in a batch, and where the next
    solve begins; None of what begins anew every time."""

    @abstractmethod
    def loss(self, points: Points, draw: int = 0) -> torch.Tensor:
        """The mean loss of a batch with what regularises it, a scalar with its tape; draw: the seed of what is drawn at
        random for it."""

    @abstractmethod
    def effort(self) -> Effort:
        """What the last call of `loss` needed, and the backward pass after it."""

    @abstractmethod
    def measured(self, points: Points) -> tuple[float, float]:
        """The mean loss of points without what regularises it, and the share that is classified rightly, else NaN."""

    @abstractmethod
    def answers(
        self, x: Float[np.ndarray, "N d"], spans: Float[np.ndarray, "N 2"] | None = None
    ) -> Float[np.ndarray, "N k"]:
        """What is answered at these inputs; spans: from when to when each is followed, else all as the learner is."""

    @abstractmethod
    def paths(self, x: Float[np.ndarray, "N d"], most: int, spans: Float[np.ndarray, "N 2"] | None = None) -> Paths:
        """The way of these inputs through the layer, at `most` depths at most: with `spans`, shares of them."""

    def floor(self, points: Points) -> tuple[float, str]:  # noqa: ARG002 - of those for which one is known
        """A loss of these points that no training gets below but by chance, and what it is; NaN and "" where none is
        known."""
        return float("nan"), ""

    def spectral_radius(self, x: Float[np.ndarray, "N d"]) -> float:  # noqa: ARG002 - of implicit layers alone
        """The mean spectral radius of the layer's Jacobian where it ends; NaN of what iterates nothing."""
        return float("nan")
