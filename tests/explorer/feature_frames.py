"""Ways of test points without an engine: flows whose solutions are known."""

from __future__ import annotations

import numpy as np

from core.readings import FeaturePaths


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
    return FeaturePaths(
        t, np.concatenate([plane, more], axis=-1), labels, answers, np.full((points, 1), np.nan), names, 2
    )


def shrunk(points: int = 60, depths: int = 40) -> FeaturePaths:
    """z' = -z from inputs in [-1, 1], which should change their sign and cannot: targets -1 and 1."""
    start, t = np.linspace(-1.0, 1.0, points), np.linspace(0.0, 1.0, depths)
    states = (start[:, None] * np.exp(-t))[..., None]
    targets = -np.sign(start)[:, None]
    return FeaturePaths(t, states, np.full(points, -1), states[:, -1], targets, ("x",), 1)


def iterated(points: int = 60, depths: int = 12) -> FeaturePaths:
    """z <- z/2 + 1 in two components, from anywhere, with a number as the target of each."""
    random = np.random.default_rng(6)
    start = random.uniform(-2.0, 2.0, (points, 2))
    k = np.arange(depths, dtype=np.float64)
    states = 2.0 + (start[:, None] - 2.0) * 0.5 ** k[:, None]
    return FeaturePaths(k, states, np.full(points, -1), states[:, -1, :1], start[:, :1], ("x", "y"), 0)
