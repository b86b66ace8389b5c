"""A learnt density, the true one and their difference as colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from core.readings import ModelDensity

from ..canvas.colour_scale import ColourScale

if TYPE_CHECKING:
    from jaxtyping import Float

WORDS = ("learnt", "true", "difference")
_HIGH = 99.7
"""Percentile of the density at which its colours end: a narrow peak would leave nothing for the rest."""


def density_values(shown: ModelDensity, word: str) -> Float[np.ndarray, "H W"]:
    """What is coloured: a density per unit of area, or how much the learnt one is above the true one."""
    learnt = np.exp(shown.log_density)
    if shown.true_log_density is None or word == WORDS[0]:
        return learnt
    true = np.exp(shown.true_log_density)
    return true if word == WORDS[1] else learnt - true


def density_scale(shown: ModelDensity, word: str) -> ColourScale:
    """Its colours, linear from none, or about 0: those of the learnt density end where those of the true one do, or
    sooner, while it is still as flat as the base."""
    if word == WORDS[2] and shown.true_log_density is not None:
        sizes = np.abs(density_values(shown, word))
        high = _high(sizes)
        return ColourScale(-high, high, diverging=True)
    true = _high(density_values(shown, WORDS[1]))
    return ColourScale(0.0, true if word == WORDS[1] else min(true, _high(density_values(shown, WORDS[0]))))


def _high(values: Float[np.ndarray, "H W"]) -> float:
    finite = values[np.isfinite(values)]
    return (float(np.percentile(finite, _HIGH)) if finite.size else 0.0) or 1.0
