"""Escape counts with a fraction, continuous from one band of equal counts to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

_STEADY = 1e-6
"""A power this near to 1 is growth by a constant factor."""


def escape_fraction(
    function: Callable[..., tuple[Any, ...]], z: Float[np.ndarray, "n m"], parameters: Sequence[Any], radius: float
) -> Float[np.ndarray, "m"]:
    """How much of the last iteration was spent beyond `radius`, 0 to 1: what to take off the whole count.

    Far out |z| grows like r -> A r^d. A and d come from |z| and two further iterations, and with them the fraction
    s for which |z| was `radius` s iterations ago: with L = log r, L -> log A + d L, so that
    s = -log(1 - (d - 1)(L - log radius) / (L' - L)) / log d, which is (L - log radius) / (L' - L) where d is 1.
    Of z^d + c this is the usual n + 1 - log(log |z| / log radius) / log d.
    """
    with np.errstate(all="ignore"):
        lengths = [_log_length(z)]
        for _ in range(2):
            z = np.stack([np.broadcast_to(value, z.shape[1:]) for value in function(0.0, *z, *parameters)])
            lengths.append(_log_length(z))
        rise = lengths[1] - lengths[0]
        power = (lengths[2] - lengths[1]) / rise
        power = np.where(np.isfinite(power), power, lengths[1] / lengths[0])
        share = (lengths[0] - np.log(radius)) / rise
        bent = -np.log1p(-share * (power - 1.0)) / np.log(power)
        fraction = np.where(np.abs(power - 1.0) < _STEADY, share, bent)
    return np.clip(np.where(np.isfinite(fraction), fraction, 0.0), 0.0, 1.0)


def _log_length(z: Float[np.ndarray, "n m"]) -> Float[np.ndarray, "m"]:
    """log |z| without overflow of the squares."""
    largest = np.abs(z).max(axis=0)
    return np.asarray(np.log(largest) + 0.5 * np.log(((z / largest) ** 2).sum(axis=0)))
