"""Calls of the compiled march along a flow in equal steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..language.program import Program
from ..tableau import Tableau
from .compile_cache import cached, program_key
from .compiler import register_bits
from .flow_kernel import write_march
from .trajectories import field_maker

if TYPE_CHECKING:
    from jaxtyping import Float


class March:
    """Points of the flow of `program`, all at one time t, that take equal steps.

    z (n, points): where they are; points that left every bound hold infinities or NaN.
    Threads may call `run` at the same time for different points; it returns soon after `stop[0]` is set.
    """

    def __init__(
        self, program: Program, parameters: Sequence[float], tableau: Tableau, start: Float[np.ndarray, "n points"]
    ) -> None:
        real = "float" if start.dtype == np.float32 else "double"
        self.lanes = 4 * register_bits() // (32 if real == "float" else 64)
        size, count = len(start), len(parameters)
        key = ("march", program_key(program), tableau, size, count, self.lanes, real)
        make_field = field_maker(program, real)
        self._kernel = cached(key, lambda: write_march(tableau, make_field, size, count, self.lanes, real))
        self._parameters = np.array([*parameters, 0.0])
        self._points = start.shape[1]
        self._room = np.zeros((size, -(-self._points // self.lanes) * self.lanes), dtype=start.dtype)
        self._room[:, : self._points] = start
        self.stop = np.zeros(1, dtype=np.int32)

    @property
    def z(self) -> Float[np.ndarray, "n points"]:
        """Where the points are."""
        return self._room[:, : self._points]

    def run(self, t: float, step: float, steps: int, points: range | None = None) -> None:
        """Take `steps` steps of size `step` from time t on. points: some of them, beginning at a multiple of lanes."""
        chosen = range(self._points) if points is None else points
        stride = self._room.shape[1]
        addresses = [array.ctypes.data for array in (self._parameters, self.stop, self._room)]
        self._kernel(*addresses, stride, chosen.start, chosen.stop, t, step, steps)
