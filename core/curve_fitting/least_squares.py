"""A fit as a function of positions: residuals, loss and their derivatives, with what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..fit_loss import FitLoss
from ..fit_method import FitPoint
from .coordinate import Coordinate
from .model import FitModel, Solved

if TYPE_CHECKING:
    from jaxtyping import Float


class LeastSquares:
    """The problem of a fit: `coordinates` of the parameters, then of the components of the start that are free.

    target (m,): what the states of `model` should be. start (n,): where it begins. evaluations, runs: of the solver.
    """

    def __init__(
        self,
        model: FitModel,
        coordinates: Sequence[Coordinate],
        target: Float[np.ndarray, "m"],
        start: Float[np.ndarray, "n"],
        loss: FitLoss,
        parameters: int,
    ) -> None:
        self.model, self.coordinates, self.target, self.loss = model, tuple(coordinates), target, loss
        self._start, self._parameters = start, parameters
        free = [(0.0, 1.0) if one.bounded else (-np.inf, np.inf) for one in coordinates]
        self.lower, self.upper = (np.array(ends) for ends in zip(*free, strict=True))
        self.size = float(np.linalg.norm(target)) or 1.0
        self.evaluations = self.runs = 0
        self._known: dict[bytes, Solved] = {}

    def values_at(self, u: Float[np.ndarray, "P"]) -> dict[str, float]:
        """Of every parameter, and of the free components of the start, by name."""
        return {one.name: one.value(place) for one, place in zip(self.coordinates, u.tolist(), strict=True)}

    def position_of(self, values: dict[str, float]) -> Float[np.ndarray, "P"]:
        """The positions of these values."""
        return np.array([one.position(values[one.name]) for one in self.coordinates])

    def slopes_at(self, u: Float[np.ndarray, "P"]) -> Float[np.ndarray, "P"]:
        """d value / d position."""
        return np.array([one.slope(one.value(place)) for one, place in zip(self.coordinates, u.tolist(), strict=True)])

    def look(self, u: Float[np.ndarray, "P"]) -> FitPoint:
        """The point at u, without its tangent: one run of the solver."""
        numbers = list(self.values_at(u).values())
        names = [one.name for one in self.coordinates[: self._parameters]]
        start = self._start.copy()
        start[: len(numbers) - len(names)] = numbers[len(names) :]
        solved = self.model.solve(dict(zip(names, numbers, strict=False)), start)
        self.evaluations += solved.evaluations
        self.runs += 1
        self._known = {**dict(list(self._known.items())[-1:]), u.tobytes(): solved}  # the last two
        residual = solved.states - self.target
        weights = self.loss.weights(np.nan_to_num(residual))
        return FitPoint(u, solved.states, residual, self.loss.value(residual), weights, fault=solved.fault)

    def linearised(self, point: FitPoint) -> FitPoint:
        """The point with its tangent."""
        if point.tangent is not None:
            return point
        if point.u.tobytes() not in self._known:
            self.look(point.u)
        tangent = self._known[point.u.tobytes()].tangent() * self.slopes_at(point.u)
        return replace(point, tangent=tangent)
