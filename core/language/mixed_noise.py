"""Whose noise hangs on whom: where the increments of Wiener processes alone give paths of order 1."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from .large_derivatives import dependence
from .program import lowered
from .system import System, diffusion_of


@lru_cache(maxsize=256)
def mixed_noise(system: System) -> tuple[str, str] | None:
    """Two components such that the noise of the first hangs on the second, which has noise of its own.

    None: there are none, and the noise commutes: g_j dg_i/dz_j = 0 for i != j.
    Source: P. E. Kloeden, E. Platen, Numerical Solution of Stochastic Differential Equations, 1992, section 10.3.
    """
    diffusion = diffusion_of(system)
    program = lowered(diffusion)
    noisy = np.array([not program.is_number(place, 0.0) for place in program.outputs])
    mixed = dependence(diffusion) & noisy[:, None] & noisy[None, :] & ~np.eye(system.size, dtype=bool)
    first = np.argwhere(mixed)[:1].tolist()
    return None if not first else (system.components[first[0][0]], system.components[first[0][1]])
