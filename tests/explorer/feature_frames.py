"""Ways of test points without an engine: flows whose solutions are known."""

from __future__ import annotations

import numpy as np

from core.readings import FeaturePaths, NetworkDepth, NetworkDepths


def turned(points: int = 200, depths: int = 40, turns: float = 0.25, added: int = 0) -> FeaturePaths:
    """A rotation by `turns` of two rings; components that are added grow as t times the radius."""
    random = np.random.default_rng(2)
    labels = np.arange(points) % 2
    angle = random.uniform(0.0, 2.0 * np.pi, points)
    radius = 1.0 + labels + 0.1 * random.standard_normal(points)
    t = np.linspace(0.0, 1.0, depths)
    angles = angle[:, None] + 2.0 * np.pi * turns * t
    plane = radius[:, None, None] * np.stack([np.cos(angles), np.sin(angles)], axis=-1)
    more = np.repeat((radius[:, None] * t)[..., None], added, axis=-1)
    answers = (radius - 1.5)[:, None]
    names = ("x", "y", *(f"a[{place + 1}]" for place in range(added)))
    states = np.concatenate([plane, more], axis=-1)
    lines = np.stack([states[:4], states[4:8]])  # two of four points each
    return FeaturePaths(t, states, labels, answers, np.full((points, 1), np.nan), names, 2, lines)


def shrunk(points: int = 60, depths: int = 40) -> FeaturePaths:
    """z' = -z from inputs in [-1, 1], which should change their sign and cannot: targets -1 and 1."""
    start, t = np.linspace(-1.0, 1.0, points), np.linspace(0.0, 1.0, depths)
    states = (start[:, None] * np.exp(-t))[..., None]
    targets = -np.sign(start)[:, None]
    return FeaturePaths(t, states, np.full(points, -1), states[:, -1], targets, ("x",), 1, np.empty((0, 0, depths, 1)))


def iterated(points: int = 60, depths: int = 12) -> FeaturePaths:
    """z <- z/2 + 1 in two components, from anywhere, with a number as the target of each."""
    random = np.random.default_rng(6)
    start = random.uniform(-2.0, 2.0, (points, 2))
    k = np.arange(depths, dtype=np.float64)
    states = 2.0 + (start[:, None] - 2.0) * 0.5 ** k[:, None]
    lines = np.empty((0, 0, depths, 2))
    return FeaturePaths(k, states, np.full(points, -1), states[:, -1, :1], start[:, :1], ("x", "y"), 0, lines)


def networks(points: int = 40) -> NetworkDepths:
    """z' = -2z from points of a square: layers 1 - 2h, and the solution."""
    random = np.random.default_rng(4)
    start, labels = random.uniform(-1.0, 1.0, (points, 2)), np.arange(points) % 2
    found = []
    for layers in (1, 2, 4, 8, 0):
        depth = np.linspace(0.0, 1.0, layers + 1 if layers else 41)
        factors = (1.0 - 2.0 / layers) ** np.arange(layers + 1) if layers else np.exp(-2.0 * depth)
        states = start[:, None] * factors[:, None]
        answers = states[:, -1, :1]
        lines = states[:8].reshape(2, 4, *states.shape[1:])
        paths = FeaturePaths(depth, states, labels, answers, np.full((points, 1), np.nan), ("x", "y"), 2, lines)
        found.append(NetworkDepth(layers, paths, 0.5 / (layers or 100), 0.75, 1000))
    return NetworkDepths(tuple(found))
