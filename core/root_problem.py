"""A root problem, frozen and independent of how it is solved, and its map bound to a library of arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import NUMPY, TORCH, ArrayLibrary
from .deferred import deferred
from .device import is_processor
from .fixed_point_map import FixedPointMap
from .torch_callable import differentiated

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
else:
    torch = deferred("torch")

_PROCESSOR_NUMBERS = 32_768
"""Most numbers in one call of a map on the processor: torch splits larger arrays among threads, wherever that
leaves partial registers, which round some functions differently."""


@dataclass(frozen=True)
class FixedPoint:
    """z = f(z) from each of S starts.

    start (S, n). rows (S,): which row of the map's batch data each sample sees; None where it has no batch, else
    every sample its own row, or all the only one.
    """

    map: FixedPointMap
    start: Float[np.ndarray, "S n"]
    rows: Int[np.ndarray, "S"] | None = None

    def __post_init__(self) -> None:
        start = np.atleast_2d(np.asarray(self.start, dtype=np.float64))
        if start.ndim != 2 or start.shape[1] != self.map.size or not len(start):
            raise ValueError(
                f"a start needs {self.map.size} numbers ({', '.join(self.map.components[:6])}), "
                f"several have the shape (S, {self.map.size}), not {np.shape(self.start)}"
            )
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "rows", self._checked_rows(len(start)))

    def _checked_rows(self, count: int) -> Int[np.ndarray, "S"] | None:
        batch = self.map.batch
        if batch is None:
            if self.rows is not None:
                raise ValueError("rows choose from batch data, and this map has none")
            return None
        if self.rows is None and batch not in (1, count):
            raise ValueError(f"the batch data has {batch} rows for {count} starts: give one start per row, or rows")
        rows = np.arange(count) % batch if self.rows is None else np.asarray(self.rows)
        if rows.shape != (count,) or rows.dtype.kind not in "iu" or not ((rows >= 0) & (rows < batch)).all():
            raise ValueError(f"rows needs {count} whole numbers from 0 to {batch - 1}, one per start")
        return rows


@dataclass(frozen=True)
class BoundMap:
    """What a solver may ask of the problem: f and its Jacobian on arrays of `library`."""

    library: ArrayLibrary
    value: Callable[[Any], Any]
    """z (S, n) -> f(z) (S, n)."""
    jacobian: Callable[[Any], Any]
    """z (S, n) -> df/dz (S, n, n)."""


def bind_numpy(mapping: FixedPointMap, rows: np.ndarray | None) -> BoundMap:
    """The map on numpy arrays."""
    return BoundMap(NUMPY, mapping.array(rows), mapping.jacobian(rows))


def bind_torch(mapping: FixedPointMap, rows: np.ndarray | None, count: int, device: str, dtype: str) -> BoundMap:
    """The map on `count` rows of tensors, differentiated one component at a time, so that no samples mix."""
    lanes = max(32, _PROCESSOR_NUMBERS // mapping.size // 32 * 32) if is_processor(device) else count
    parts = [slice(begin, begin + lanes) for begin in range(0, count, lanes)]
    functions = [mapping.torch(device, dtype, None if rows is None else rows[part]) for part in parts]

    def value(z: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            pieces = [function(z[part], None) for function, part in zip(functions, parts, strict=True)]
            return pieces[0] if len(pieces) == 1 else torch.cat(pieces)

    def jacobian(z: torch.Tensor) -> torch.Tensor:
        pieces = [
            differentiated(partial(_without_inputs, function), z[part])
            for function, part in zip(functions, parts, strict=True)
        ]
        return pieces[0] if len(pieces) == 1 else torch.cat(pieces)

    return BoundMap(TORCH, value, jacobian)


def _without_inputs(function: Callable[[Any, Any], Any], z: torch.Tensor) -> torch.Tensor:
    answer: torch.Tensor = function(z, None)
    return answer
