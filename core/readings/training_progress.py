"""Where a training has come to."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..training_state import TrainingState


@dataclass(frozen=True)
class TrainingProgress:
    """The answer to the `TrainingTask` of this serial, so far.

    state: where it stands. end: why it does not go on, as a sentence; "" while it does. target: a loss that no
    training gets below on average, in the loss's own unit: the true density's on the same test points, or the least
    that the layer's form allows; NaN where none is known; target_name: what that is. passed: states of which it went
    through since the last answer, a few evenly, without their curves; none where they are large.
    """

    serial: int
    state: TrainingState
    end: str = ""
    target: float = nan
    target_name: str = ""
    passed: tuple[TrainingState, ...] = ()
