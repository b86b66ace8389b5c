"""What became of trajectories that were followed to their ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .dense_output import AcceptedSteps
from .outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Float, Int
    from torch import Tensor


@dataclass(frozen=True)
class Followed:
    """B starts: the accepted steps, trajectory by trajectory; where each ended, (B, m), and why; calls of each."""

    steps: AcceptedSteps
    end: Float[Tensor, "B m"]
    outcomes: tuple[Outcome, ...]
    evaluations: Int[np.ndarray, "B"]
