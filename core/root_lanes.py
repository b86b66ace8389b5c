"""The samples of a root problem side by side in lanes, and its map on the arrays that a run computes with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .device import is_processor
from .root_problem import BoundMap, FixedPoint, bind_near, bind_numpy, bind_torch

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int

_MULTIPLE = {"numpy": 8, "torch": 32}
"""The batch is padded to whole vector registers: the last, partial one rounds some functions differently."""
_LARGEST_PADDED = 64
"""A lone sample of at most this many components is padded too: then it is the same alone and in a batch."""


def padded(problem: FixedPoint, path: str) -> tuple[Float[np.ndarray, "L n"], Int[np.ndarray, "L"] | None]:
    """The starts and the rows of the batch data, with copies of the last one behind them."""
    count, size = problem.start.shape
    alone_and_large = count == 1 and size > _LARGEST_PADDED
    padding = 0 if alone_and_large else -count % _MULTIPLE[path]
    rows = problem.rows
    if not padding:
        return problem.start.copy(), rows
    start = np.concatenate([problem.start, np.repeat(problem.start[-1:], padding, axis=0)])
    return start, None if rows is None else np.concatenate([rows, np.repeat(rows[-1:], padding)])


def finite(start: Float[np.ndarray, "L n"]) -> Bool[np.ndarray, "L"]:
    """Which starts are numbers."""
    if np.isfinite(start).all():  # which takes a third of the time
        return np.ones(len(start), dtype=bool)
    return np.asarray(np.isfinite(start).all(axis=1))


def bound(
    problem: FixedPoint, rows: np.ndarray | None, count: int, path: str, device: str, dtype: str, strides: bool
) -> BoundMap:
    """The problem's map on the library of `path`, or in numpy where a solver that strides would call torch only for
    its map."""
    if path == "numpy":
        if device != "cpu" or dtype != "float64":
            raise ValueError(f'the path "numpy" computes in float64 on the processor, not in {dtype} on {device}')
        return bind_numpy(problem.map, rows)
    if strides and is_processor(device):
        return bind_near(problem.map, rows, count, dtype)
    return bind_torch(problem.map, rows, count, device, dtype)
