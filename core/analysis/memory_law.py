"""The simplest law that measured bytes follow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..readings.gradient_memory import MemoryLaw

if TYPE_CHECKING:
    from jaxtyping import Float

_FEWEST = 3
"""Numbers below which a straight line fits anything."""
_FLAT, _CLOSE = 0.02, 0.25
"""Relative distances up to which numbers count as constant, and as following a line or a root."""


def memory_law(depth: Float[np.ndarray, "D"], kept: Float[np.ndarray, "D"]) -> MemoryLaw | None:
    """Of the finite numbers; None of fewer than three.

    A line is exact where every number is hit to the byte. Else relative distances are made small, so that every depth
    has the same say.
    """
    good = np.isfinite(kept)
    x, y = np.asarray(depth, dtype=np.float64)[good], np.asarray(kept, dtype=np.float64)[good]
    if len(x) < _FEWEST:
        return None
    low, high = float(y.min()), float(y.max())
    if high - low <= _FLAT * low:
        middle = low if low == high else 0.5 * (low + high)
        return MemoryLaw("constant", middle, off=_off(y, np.full(len(y), middle)))
    exact = _exact_line(x, y)
    if exact is not None:
        return exact
    best = min((_fitted("linear", x, y), _fitted("root", np.sqrt(x), y)), key=lambda law: law.off)
    return best if best.off <= _CLOSE else MemoryLaw("between", low, high)


def _exact_line(x: Float[np.ndarray, "D"], y: Float[np.ndarray, "D"]) -> MemoryLaw | None:
    """The line through all of them; None where there is none."""
    slope = (y[-1] - y[0]) / (x[-1] - x[0])
    first = y[0] - slope * x[0]
    return MemoryLaw("linear", float(first), float(slope)) if (y == first + slope * x).all() else None


def _fitted(form: Literal["linear", "root"], x: Float[np.ndarray, "D"], y: Float[np.ndarray, "D"]) -> MemoryLaw:
    weight = 1.0 / np.maximum(y, 1.0)
    first, second = np.linalg.lstsq(np.stack([weight, weight * x], axis=1), weight * y, rcond=None)[0].tolist()
    return MemoryLaw(form, first, second, _off(y, first + second * x))


def _off(y: Float[np.ndarray, "D"], fitted: Float[np.ndarray, "D"]) -> float:
    return float(np.max(np.abs(fitted - y) / np.maximum(y, 1.0)))
