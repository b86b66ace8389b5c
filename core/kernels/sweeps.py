"""Calls of the compiled sweep over a plane of pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..language.program import Program
from .compile_cache import cached, program_key
from .compiler import address_of, register_bits
from .sweep_kernel import SweepPlan, write_sweep

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class SweepCalls:
    """Iterates `program` of n states from pixels whose inputs are origin + column * per_column + row * per_row.

    tolerance, escape: a pixel is at rest where a step is no longer than the one, and away beyond the other, which may
    be infinite. dtype: "float64" or "float32".
    Threads may call `run` at the same time for different pixels; it returns soon after `stop[0]` is set.
    """

    def __init__(
        self,
        program: Program,
        size: int,
        plane: tuple[Float[np.ndarray, "m"], Float[np.ndarray, "m"], Float[np.ndarray, "m"]],
        tolerance: float,
        escape: float = float("inf"),
        dtype: str = "float64",
    ) -> None:
        self._origin, self._per_column, self._per_row = (np.ascontiguousarray(part, dtype=np.float64) for part in plane)
        moves = (self._per_column != 0.0) | (self._per_row != 0.0)
        real, bits = ("double", 64) if dtype == "float64" else ("float", 32)
        self._lanes = 2 * register_bits() // bits
        varied = tuple(moves[size:].tolist())
        plan = SweepPlan(size, varied, np.isfinite(escape).item(), self._lanes, real)
        key = ("sweep", program_key(program), plan)
        self._kernel = cached(key, lambda: write_sweep(program, plan))
        self._size, self._dtype = size, np.dtype(dtype)
        self._limits = np.array([tolerance**2, escape**2])
        self.stop = np.zeros(1, dtype=np.int64)

    def run(
        self, columns: int, rows: range, iterations: int
    ) -> tuple[Float[np.ndarray, "n rows columns"], Int[np.ndarray, "rows columns"], Int[np.ndarray, "rows columns"]]:
        """(z, count, reason) of the pixels of `rows`: the last iterate, iterations done, and why it stopped."""
        total = len(rows) * columns
        room = -(-total // self._lanes) * self._lanes
        z = np.empty((self._size, room), dtype=self._dtype)
        count, reason = np.empty(room, dtype=np.int32), np.empty(room, dtype=np.int8)
        first = rows.start * columns  # counted from the plane's first: its numbers do not hang on how it is cut
        arrays = (self._origin, self._per_column, self._per_row, self._limits, self.stop)
        outputs = address_of(z), room, address_of(count), address_of(reason)
        self._kernel(*map(address_of, arrays), first, first + total, columns, iterations, *outputs)
        shape = len(rows), columns
        return z[:, :total].reshape(-1, *shape), count[:total].reshape(shape), reason[:total].reshape(shape)
