"""The gallery's small picture of a network that learns: what it learns from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from core import catalogue

from .portrait import Line, Portrait

if TYPE_CHECKING:
    from core.data_set import Points
    from core.training_choice import Training

_POINTS = 300
_PLANE = 2


def has_picture(training: Training) -> bool:
    """Whether the data of a training lie on a line or in a plane."""
    known = catalogue.data_sets().get(training.data)
    return known is not None and known.size <= _PLANE


class DataPortrait(Portrait):
    """The points in the plane, each class in a colour of its own; of a line, where every point should go."""

    def __init__(self, training: Training, seed: int) -> None:
        self._training, self._seed = training, seed
        self._points: Points | None = None

    def follow(self) -> Iterator[None]:
        """Draw some of the points that are learnt from."""
        yield
        options = self._training.data_options.get(self._training.data, {})
        self._points = catalogue.data_set(self._training.data, options).draw(_POINTS, self._seed)

    def curves(self) -> list[Line]:
        """From x to y, of a line."""
        points = self._points
        if points is None or points.x.shape[1] > 1 or points.y is None:
            return []
        pairs = np.unique(np.column_stack([points.x[:, 0], points.y.reshape(len(points.x), -1)[:, 0]]), axis=0)
        return [(np.array([0.0, 1.0]), pair) for pair in pairs[:: max(1, len(pairs) // 8)]]

    def dots(self) -> list[Line]:
        """The points, class by class."""
        points = self._points
        if points is None or points.x.shape[1] < _PLANE:
            return []
        labels = np.zeros(len(points.x)) if points.y is None or points.y.ndim > 1 else points.y
        return [(points.x[labels == one, 0], points.x[labels == one, 1]) for one in np.unique(labels)]
