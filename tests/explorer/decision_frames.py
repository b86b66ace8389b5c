"""Decision maps without an engine: of the network that learnt two circles, and of the nearest of several centres."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import training_frames as training

from core.readings import DecisionMap


def axes(cells: int, reach: float = 3.0) -> tuple[np.ndarray, np.ndarray]:
    """Centres of equal cells over [-reach, reach]."""
    step = 2.0 * reach / cells
    centres = -reach + step * (np.arange(cells) + 0.5)
    return centres, centres.copy()


@cache
def circles(iterations: int = 400, cells: int = 128, points: int = 300) -> DecisionMap:
    """Two circles after so many steps: half of the points are test points."""
    network, _ = training.trained(iterations)
    x, y = axes(cells)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    answers = network.score(grid.reshape(-1, 2)).reshape(cells, cells, 1)
    (first, first_labels), (second, second_labels) = training.circles(points // 2, 0), training.circles(points // 2, 9)
    places, labels = np.concatenate([first, second]), np.concatenate([first_labels, second_labels])
    right = (network.score(places) > 0) == labels
    return DecisionMap(x, y, answers, places, labels, np.arange(points) >= points // 2, right)


def disc(radius: float = 1.5, cells: int = 128) -> DecisionMap:
    """The decision function |x|^2 - radius^2, whose border is a circle; without data."""
    x, y = axes(cells)
    answers = (x[None] ** 2 + y[:, None] ** 2 - radius**2)[..., None]
    none = np.zeros(0, dtype=bool)
    return DecisionMap(x, y, answers, np.empty((0, 2)), np.zeros(0, dtype=np.int64), none, none)


def nearest(classes: int = 3, cells: int = 128, points: int = 300) -> DecisionMap:
    """The nearest of so many centres on a circle: scores -|x - c|^2; a tenth of the labels are those of others."""
    random, (x, y) = np.random.default_rng(4), axes(cells)
    angles = 2.0 * np.pi * np.arange(classes) / classes + 0.3
    centres = 1.8 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    grid = np.stack(np.meshgrid(x, y), axis=-1)
    labels = np.arange(points) % classes
    places = centres[labels] + 0.35 * random.standard_normal((points, 2))
    labels = np.where(random.uniform(size=points) < 0.1, (labels + 1) % classes, labels)
    right = _scores(places, centres).argmax(axis=1) == labels
    return DecisionMap(x, y, _scores(grid, centres), places, labels, random.uniform(size=points) < 0.5, right)


def unlabelled(shown: DecisionMap) -> DecisionMap:
    """The same without classes."""
    return replace(shown, labels=np.full(len(shown.labels), -1), right=np.ones(len(shown.labels), dtype=bool))


def _scores(places: np.ndarray, centres: np.ndarray) -> np.ndarray:
    return -((places[..., None, :] - centres) ** 2).sum(axis=-1)
