"""The window of Anderson's methods: the last points, and mixtures of them.

A mixture has weights alpha_i (S, w) with sum 1, oldest first. It goes to sum_i alpha_i ((1 - beta) z_i + beta f(z_i)).
Where the weights come from differences, sum_i alpha_i g_i = g_w - sum_j gamma_j (g_(j+1) - g_j).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .array_library import ArrayLibrary, library_of
from .root_problem import BoundMap
from .root_solver import State, opened


@dataclass(frozen=True)
class WindowState(State):
    """With the last points, their values and residuals, oldest first, and the weights that led to z.

    points, values, residuals: up to m arrays (S, n) each. products (S, w, w): of these, as the method needs them.
    weights (S, w): NaN for points that a sample does not use; None at the start.
    """

    points: tuple[Any, ...]
    values: tuple[Any, ...]
    residuals: tuple[Any, ...]
    products: Any
    weights: Any


def opened_window(problem: BoundMap, z: Any, active: Any) -> dict[str, Any]:
    """The fields of a state at the starts z with an empty window."""
    empty = {"points": (), "values": (), "residuals": (), "products": None, "weights": None}
    return opened(problem, z, active) | empty


def joined(state: WindowState, z: Any, f: Any, memory: int) -> dict[str, Any]:
    """The fields z, f, points, values and residuals with a new pair, and at most `memory` of them."""
    keep = slice(-memory, None)
    return {
        "z": z,
        "f": f,
        "points": (*state.points, z)[keep],
        "values": (*state.values, f)[keep],
        "residuals": (*state.residuals, f - z)[keep],
    }


def stacked(library: ArrayLibrary, arrays: tuple[Any, ...]) -> Any:
    """Arrays (S, n) of the window as one of (S, w, n), in float64."""
    return library.cast(library.stack(arrays, axis=1), library.module.float64)


def bordered(library: ArrayLibrary, old: Any, row: Any, column: Any) -> Any:
    """The products (S, w, w) with a new last row (S, w) and column (S, w - 1), less the first of each if `old` is
    full: it has w, or w - 1 rows, or is None."""
    if row.shape[1] == 1:
        return row[:, None]
    inner = old if old.shape[1] < row.shape[1] else old[:, 1:, 1:]
    upper = library.concatenate([inner, column[:, :, None]], axis=2)
    return library.concatenate([upper, row[:, None]], axis=1)


def mixture(state: WindowState, weights: Any, beta: Any) -> Any:
    """The point (S, n) that the weights (S, w) go to. beta: a number, or one per sample (S, 1)."""
    whole = isinstance(beta, float) and beta == 1.0
    z = None
    for index, (point, value) in enumerate(zip(state.points, state.values, strict=True)):
        mixed = value if whole else (1.0 - beta) * point + beta * value
        part = weights[:, index, None] * mixed
        if z is None:
            z = part
        else:
            z += part
    return z


def weights_of(library: ArrayLibrary, gamma: Any) -> Any:
    """alpha (S, w) of the weights gamma (S, w - 1) of the differences."""
    nothing = library.full_like(gamma[:, :1], 0.0)
    return library.concatenate([gamma, nothing + 1.0], axis=1) - library.concatenate([nothing, gamma], axis=1)


def shown_weights(state: WindowState, memory: int) -> dict[str, Any]:
    """The weights of the last move as "weights" (S, memory), newest point first, NaN where there are fewer."""
    library = library_of(state.z)
    shown = [library.full_like(state.z[:, 0], float("nan"))] * memory
    if state.weights is not None:
        for place in range(state.weights.shape[1]):
            shown[place] = state.weights[:, -1 - place]
    return {"weights": library.stack(shown, axis=1)}
