"""Where the followed root begins: at the last solution while only parameters change."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.readings import FollowedRoots

if TYPE_CHECKING:
    import numpy as np

    from core.experiment import Experiment
    from core.frame import Frame


class Following:
    """The rule of warm and cold starts.

    Warm, from the newest solution: where nothing but values of parameters (and the ranges of their sliders) differs
    from the request before, by dragging, typing or undoing. Cold, from the experiment's own starts: the first request,
    another text, other starts, another solver or any other setting, and every request of a drag with Ctrl held.

    It is a track of its own: iterations, numbers in the inspector, exports and runs without a window are always cold.
    """

    def __init__(self) -> None:
        self._settings: Experiment | None = None
        self._first = 0
        self._solution: np.ndarray | None = None

    def forget(self) -> None:
        """Begin cold: another experiment, or the same again, has been opened."""
        self._settings = None

    def start(self, experiment: Experiment, generation: int, cold: bool) -> np.ndarray | None:
        """(S, n): where the request of this generation begins; None for the experiment's own starts."""
        settings = replace(experiment, values={}, ranges={})
        if cold or settings != self._settings:
            self._settings, self._first, self._solution = settings, generation, None
        return self._solution

    def take(self, frame: Frame) -> None:
        """Keep what a request found, unless it was of other settings."""
        found = frame.get(FollowedRoots)
        if found is not None and frame.generation >= self._first:
            self._solution = found.z
