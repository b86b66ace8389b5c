"""The path of a training in a plane of its weights, and what was learnt since the plane was laid."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from core.readings import LossSlice

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from core.training_state import TrainingState


class PathInPlane:
    """shown: the loss over the plane. iterations (N,), points (N, 2): what is known of the path; none of random
    directions."""

    def __init__(self) -> None:
        self.shown: LossSlice | None = None
        self.iterations: Int[np.ndarray, "N"] = np.empty(0, dtype=np.int64)
        self.points: Float[np.ndarray, "N 2"] = np.empty((0, 2))

    def hold(self, shown: LossSlice | None) -> None:
        """Another plane, or none."""
        self.shown = shown
        nothing = shown is None
        self.iterations = np.empty(0, dtype=np.int64) if nothing else shown.plane.iterations
        self.points = np.empty((0, 2)) if nothing else shown.plane.path

    def grow(self, state: TrainingState) -> bool:
        """A state that the training came to, seen in the plane; whether the path is longer now."""
        known = self.iterations
        if self.shown is None or not len(known) or state.iteration <= known[-1]:
            return False
        plane = self.shown.plane
        if not plane.fits(state.weights):
            return False
        self.iterations = np.append(known, state.iteration)
        self.points = np.concatenate([self.points, plane.place(state.weights)[None]])
        return True

    def place(self, iteration: float) -> Float[np.ndarray, "p 2"]:
        """Where the training was then, at its newest where that is no number; of random directions the weights at hand.
        None of no plane."""
        if self.shown is None:
            return np.empty((0, 2))
        if not len(self.points):
            return self.shown.place[None]
        at = float(self.iterations[-1]) if math.isnan(iteration) else iteration
        return np.array([[np.interp(at, self.iterations, column) for column in self.points.T]])
