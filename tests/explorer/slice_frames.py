"""Losses over a plane of weights without an engine: bowls whose heights are known, and a path that turns."""

from __future__ import annotations

import numpy as np

from core.plane_directions import principal_plane, random_plane
from core.readings import LossSlice, Polylines
from core.stored_tensor import StoredTensor
from core.weight_plane import WeightPlane

ITERATIONS = (0, 10, 20, 30, 40, 50)


def weights_at(iteration: float) -> dict[str, StoredTensor]:
    """A spiral in four of six numbers."""
    angle, shrink = iteration / 20.0, np.exp(-iteration / 40.0)
    turn = np.array([np.cos(angle), np.sin(angle), 0.2 * np.cos(3 * angle), 0.1])
    return {"W": StoredTensor.of(3.0 * shrink * turn.reshape(2, 2)), "b": StoredTensor.of(np.array([1.0, 2.0]))}


def path_plane(iterations: tuple[int, ...] = ITERATIONS) -> WeightPlane:
    """Of that path."""
    plane = principal_plane(iterations, [weights_at(one) for one in iterations])
    assert plane is not None
    return plane


def bowl(
    plane: WeightPlane | None = None, *, cells: int = 21, floor: float = 0.0, lost: bool = False, step: int = 1
) -> LossSlice:
    """0.01 + a^2 + 4 b^2 in the coordinates of the plane; lost: nothing beyond a = 0. A level at every power of ten."""
    plane = path_plane() if plane is None else plane
    place = plane.path[-1] if len(plane.path) else np.zeros(2)
    (left, right), (bottom, top) = plane.home(place)
    x, y = np.linspace(left, right, cells), np.linspace(bottom, top, cells)
    a, b = np.meshgrid(x, y)
    values = 0.01 + a**2 + 4.0 * b**2
    if lost:
        values[a > 0.0] = np.nan
    angle = np.linspace(0.0, 2.0 * np.pi, 60)
    rings = [np.sqrt(level) * np.stack([np.cos(angle), 0.5 * np.sin(angle)], axis=1) for level in (0.1, 1.0)]
    lines = tuple(Polylines(ring, np.array([0, len(ring)])) for ring in rings)
    loss = 0.01 + float(place[0] ** 2 + 4.0 * place[1] ** 2)
    return LossSlice(x, y, values, step, floor, np.array([0.1, 1.0]), lines, plane, place, loss, 256, "huber")


def lonely() -> LossSlice:
    """About two states, along random directions."""
    return bowl(random_plane(weights_at(0), 1))
