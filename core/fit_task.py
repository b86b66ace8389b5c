"""What a request asks of a fit: where to go on, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .curve_fitting.fit_loop import FitState
    from .fit_method import Memory


@dataclass(frozen=True)
class FitTask:
    """serial: comes back with the answer. aim: where the end of the trajectory that is looked at shall be, by
    component; None: it shall go through the experiment's data.

    state: where the fit stands; None begins at the experiment's values. memory: of the fit before, which aimed
    elsewhere. iterations: at most; seconds: after which the answer is given, but for an iteration that is under way.
    """

    serial: int
    aim: Mapping[str, float] | None = None
    state: FitState | None = None
    memory: Memory | None = None
    iterations: int = 100_000
    seconds: float = 0.02
