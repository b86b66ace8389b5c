"""Which points an iteration sees: a function of the seed and the iteration alone, so that any may be taken up again."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_ORDER, _NOISE = 1, 2
"""Streams of random numbers beside each other."""


def batch_at(iteration: int, count: int, size: int, seed: int) -> Int[np.ndarray, "b"]:
    """The places of the points: every pass over all `count` of them is in a new order, and its last batch is what is
    left."""
    size = min(size, count)
    batches = -(-count // size)
    epoch, place = divmod(iteration, batches)
    if batches == 1:
        return np.arange(count)
    return _order(epoch, count, seed)[place * size : (place + 1) * size]


def noise_at(iteration: int, shape: tuple[int, ...], deviation: float, seed: int) -> Float[np.ndarray, "..."]:
    """Normal noise on the points of a batch."""
    return deviation * _generator(seed, iteration, _NOISE).standard_normal(shape)


@lru_cache(maxsize=2)
def _order(epoch: int, count: int, seed: int) -> Int[np.ndarray, "count"]:
    return _generator(seed, epoch, _ORDER).permutation(count)


def _generator(seed: int, number: int, stream: int) -> np.random.Generator:
    """Philox: a counter-based generator, whose streams of different keys and counters are independent."""
    return np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, number, stream]))
