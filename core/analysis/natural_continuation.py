"""Natural continuation: a solver that begins, for each value of a parameter, at what it found for the last one."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

Solve = Callable[[float, np.ndarray], "np.ndarray | None"]
"""(p, start (n,)) -> the solution (n,), or None where the solver fails."""


def followed(
    solve: Solve, values: Float[np.ndarray, "k"], start: Float[np.ndarray, "n"]
) -> Generator[None, None, Float[np.ndarray, "k n"]]:
    """The solutions (k, n) for the values in their order, NaN where there is none; a slice of work per value.

    Each solve begins at the last solution; after a failure at the last one that there was. Past a fold, where the
    solution that was followed is gone, the solver jumps to another: up and down such sweeps differ by a loop.
    """
    path = np.full((len(values), len(start)), np.nan)
    here = np.asarray(start, dtype=np.float64)
    for place, value in enumerate(values.tolist()):
        found = solve(value, here)
        if found is not None:
            path[place] = here = found
        yield
    return path
