"""What splitting methods need of a layer: that it is z <- relu(h(z)) with an affine h(z) = W z + b."""

from __future__ import annotations

from typing import Any

import numpy as np

from .array_library import ArrayLibrary
from .fixed_point_map import FixedPointMap
from .root_problem import BoundMap

_POINTS, _AGREEMENT = 4, 1e-4
"""Where what a torch callable says of itself is tried, and to what part of its size it must hold."""


def relu(library: ArrayLibrary, h: Any) -> Any:
    """max(0, h); NaN where h is."""
    return library.where(h < 0.0, 0.0, h)


def bound_preactivation(problem: BoundMap, method: str) -> BoundMap:
    """h; ValueError where the layer has another form."""
    if problem.inner is None:
        raise ValueError(_needs(method))
    return problem.inner


def splitting_refusal(mapping: FixedPointMap, method: str) -> str | None:
    """Why a splitting method cannot solve a map, as a sentence; None where it can.

    The form of a formula is read off its text. What a torch callable says of itself is tried at a few points.
    """
    inner = mapping.preactivation
    if inner is None:
        return _needs(method)
    if mapping.system is not None:
        return None
    rows = None if mapping.batch is None else np.zeros(_POINTS, dtype=np.int64)
    z = np.random.default_rng(0).normal(size=(_POINTS, mapping.size))
    z[2], z[3] = 0.0, z[0] + z[1]
    f, h = mapping.array(rows)(z), inner.array(rows)(z)
    room = _AGREEMENT * (1.0 + np.abs(h).max())
    if np.abs(np.maximum(h, 0.0) - f).max() > room:
        return (
            f"{method} needs f(z) = relu(preactivation(z)), and this layer's preactivation gives another f: correct it"
        )
    if np.abs(h[0] + h[1] - h[2] - h[3]).max() > room:
        return f"{method} needs an affine preactivation W z + b, and this layer's is none: choose another solver"
    return None


def _needs(method: str) -> str:
    return f"{method} needs a layer z <- relu(W z + b): write one, or choose another solver"
