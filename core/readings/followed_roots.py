"""Where a solver ends that begins at the last solution."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..outcome import Outcome

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


@dataclass(frozen=True)
class FollowedRoots:
    """z (S, n): of every sample, what the chosen solver found; where it ran out of time, how far it came, and where it
    failed, where it began.

    found (S,): whether z is a root. warm: whether it began at the last solution; else at the experiment's own start.
    """

    components: tuple[str, ...]
    z: Float[np.ndarray, "S n"]
    outcomes: tuple[Outcome, ...]
    found: Bool[np.ndarray, "S"]
    warm: bool
