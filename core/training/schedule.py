"""How the learning rate changes over the iterations."""

from __future__ import annotations

from math import cos, pi

_DROP_AT, _DROP = 0.6, 1 / 3


def rate_at(schedule: str, rate: float, iteration: int, iterations: int) -> float:
    """constant: eta. cosine: eta (1 + cos(pi k / K)) / 2. drop: eta, from k = 0.6 K on a third of it."""
    done = min(iteration / iterations, 1.0)
    if schedule == "cosine":
        return rate * (1.0 + cos(pi * done)) / 2.0
    if schedule == "drop":
        return rate * (_DROP if done >= _DROP_AT else 1.0)
    return rate
