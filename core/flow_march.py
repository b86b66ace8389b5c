"""Very many points of a flow, all at the same time, that take equal steps together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .kernels.marches import March
from .language.program import Program
from .plane_sweep import iteration
from .tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Float


def march(
    program: Program,
    parameters: Sequence[float],
    tableau: Tableau,
    z: Float[np.ndarray, "n points"],
    begin: float,
    step: float,
    steps: int,
    path: str,
) -> Float[np.ndarray, "n points"]:
    """Where the points z at time `begin` are after `steps` steps of `tableau` of size `step`; z stays as it is.

    path: the back end, "kernel" or "python". Points that leave every bound hold infinities or NaN.
    """
    if path == "kernel":
        points = March(program, parameters, tableau, z)
        points.run(begin + step * np.arange(steps + 1))
        return points.z
    if path != "python":
        raise ValueError(f'points march on the path "kernel" or "python", not {path!r}')
    function = iteration(program, len(z), len(parameters))
    rows = [[float(number) for number in row] for row in tableau.a]
    weights, nodes = [float(number) for number in tableau.b], [float(number) for number in tableau.c]
    states = list(z)
    with np.errstate(all="ignore"):
        for number in range(steps):
            t = begin + number * step
            stages: list[Sequence[Any]] = []
            for row, node in zip(rows, nodes, strict=True):
                stages.append(function(t + node * step, *_moved(states, step, row, stages), *parameters))
            states = _moved(states, step, weights, stages)
    return np.stack([np.broadcast_to(state, z.shape[1:]) for state in states])


def _moved(states: list[Any], step: float, weights: list[float], stages: list[Sequence[Any]]) -> list[Any]:
    """z + h sum_i w_i k_i, component by component."""
    moved = []
    for index, state in enumerate(states):
        total = state
        for weight, stage in zip(weights, stages, strict=True):
            if weight:
                total = total + (step * weight) * stage[index]
        moved.append(total)
    return moved
