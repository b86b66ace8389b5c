"""What a Krylov method finds: solutions of linear systems A x = b, of which it knows products with A alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

Product = Callable[[Any], Any]
"""v (S, n) -> A v (S, n), every sample by its own matrix."""


class LinearAnswer(NamedTuple):
    """Of each of S systems A x = b; one that was not to be solved has x = 0 and counts of 0.

    x (S, n). residual (S,): |b - A x|. iterations (S,). products (S,): of A with a vector. broken (S,): the search
    came to its end before the tolerance, for A is singular on it, or not finite.
    """

    x: Any
    residual: Any
    iterations: Any
    products: Any
    broken: Any
