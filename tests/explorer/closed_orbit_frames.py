"""Closed orbits without an engine: circles."""

from __future__ import annotations

import numpy as np

from core.readings import ClosedOrbit, ClosedOrbits
from core.readings.closed_orbits import Kind


def circle(kind: Kind, radius: float = 1.0, multiplier: complex = 0.00086) -> ClosedOrbit:
    """Once around the origin in 2 pi."""
    t = np.linspace(0.0, 2 * np.pi, 200)
    points = radius * np.stack([np.cos(t), -np.sin(t)], axis=1)
    size = np.full(2, radius)
    return ClosedOrbit(kind, 6.66328685932, t, points, -size, size, np.array([1 + 2e-11, multiplier], complex), 1e-11)


def orbits(*found: ClosedOrbit, of: tuple[tuple[int, ...], ...] = ()) -> ClosedOrbits:
    """The reading of a search that has ended."""
    return ClosedOrbits(("x", "y"), found, of or tuple((index,) for index in range(len(found))), searched=True)
