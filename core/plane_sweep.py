"""A map iterated from every point of a plane of its inputs, each until it rests, escapes or has used up its budget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from .kernels.sweep_kernel import AT_REST, AWAY, NO_NUMBER, SPENT
from .kernels.sweeps import SweepCalls
from .language import compile_function
from .language.emit_python import program_lines
from .language.program import Program

if TYPE_CHECKING:
    from jaxtyping import Bool, Float, Int


@dataclass(frozen=True)
class Pixels:
    """A grid of inputs, the n states and then the p parameters: origin + column * per_column + row * per_row."""

    origin: Float[np.ndarray, "m"]
    per_column: Float[np.ndarray, "m"]
    per_row: Float[np.ndarray, "m"]
    columns: int
    rows: int

    def inputs(self, rows: range) -> list[Any]:
        """Each input of the pixels of these rows, row by row: an array, or a number where it is the same everywhere."""
        row, column = np.divmod(np.arange(len(rows) * self.columns), self.columns)
        row = row + rows.start
        return [
            begin + column * across + row * along if across or along else np.float64(begin)
            for begin, across, along in zip(self.origin, self.per_column, self.per_row, strict=True)
        ]


@dataclass(frozen=True)
class SweepStop:
    """When a pixel stops: after `iterations`; where it moves by no more than `tolerance`; beyond the radius `escape`.

    Lengths are Euclidean.
    """

    iterations: int
    tolerance: float
    escape: float


@dataclass(frozen=True)
class Swept:
    """z: the last iterates; count: iterations done; reason: `SPENT`, `AT_REST`, `AWAY` or `NO_NUMBER`, of which
    the last that holds counts."""

    z: Float[np.ndarray, "n rows columns"]
    count: Int[np.ndarray, "rows columns"]
    reason: Int[np.ndarray, "rows columns"]


def sweep(program: Program, size: int, pixels: Pixels, stop: SweepStop, rows: range, path: str) -> Swept:
    """Iterate `program` of `size` states from the pixels of `rows`, a range of step 1.

    path: the back end, "kernel" or "python". After every iteration: at rest if |z_new - z|^2 <= tolerance^2, away if
    |z_new|^2 > escape^2, no number if |z_new|^2 is NaN.
    """
    if path == "kernel":
        plane = pixels.origin, pixels.per_column, pixels.per_row
        calls = SweepCalls(program, size, plane, stop.tolerance, stop.escape)
        return Swept(*calls.run(pixels.columns, rows, stop.iterations))
    if path != "python":
        raise ValueError(f'a plane is swept by the path "kernel" or "python", not {path!r}')
    given = pixels.inputs(rows)
    total = len(rows) * pixels.columns
    front = _Front([np.broadcast_to(value, total).astype(np.float64) for value in given[:size]], given[size:])
    function = iteration(program, size, len(given) - size)
    with np.errstate(all="ignore"):
        for number in range(1, stop.iterations + 1):
            if not len(front):
                break
            front.advance(function, number, stop)
    shape = len(rows), pixels.columns
    z, count, reason = front.results(stop.iterations)
    return Swept(z.reshape(size, *shape), count.reshape(shape), reason.reshape(shape))


def iteration(program: Program, size: int, parameters: int) -> Callable[..., tuple[Any, ...]]:
    """The program on numpy arrays: (t, states..., parameters...) -> its outputs; call it under errstate."""
    states, names = [f"z{index}" for index in range(size)], [f"p{index}" for index in range(parameters)]
    results = [f"r{index}" for index in range(len(program.outputs))]
    lines = program_lines(program, states, names, results, "numpy")
    return compile_function("iteration", ["t", *states, *names], lines, results, "numpy")


def squared_length(parts: list[Any]) -> Any:
    """The sum of squares, from the left."""
    total = parts[0] * parts[0]
    for part in parts[1:]:
        total = total + part * part
    return total


class _Front:
    """The pixels under way; those that stop are written down and dropped."""

    def __init__(self, states: list[Float[np.ndarray, "L"]], parameters: list[Any]) -> None:
        total = len(states[0])
        self._states, self._parameters, self._place = states, parameters, np.arange(total)
        self._z = np.empty((len(states), total))
        self._count, self._reason = np.zeros(total, dtype=np.int32), np.zeros(total, dtype=np.int8)

    def __len__(self) -> int:
        return len(self._place)

    def advance(self, function: Callable[..., tuple[Any, ...]], number: int, stop: SweepStop) -> None:
        """One more iteration, the `number`th."""
        old = self._states
        # an output may be a constant, or a state itself
        new = [np.broadcast_to(value, old[0].shape) for value in function(0.0, *old, *self._parameters)]
        moved = squared_length([after - before for before, after in zip(old, new, strict=True)])
        size = squared_length(new)
        away, nothing = size > stop.escape * stop.escape, size != size
        stopped = (moved <= stop.tolerance * stop.tolerance) | away | nothing
        self._states = new
        if stopped.any():
            reason = np.where(nothing, NO_NUMBER, np.where(away, AWAY, AT_REST))
            self._drop(stopped, reason, number)

    def results(self, iterations: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(z, count, reason) of all pixels; those under way have used up their budget."""
        self._z[:, self._place] = self._states
        self._count[self._place] = iterations
        self._reason[self._place] = SPENT
        return self._z, self._count, self._reason

    def _drop(self, stopped: Bool[np.ndarray, "L"], reason: Int[np.ndarray, "L"], number: int) -> None:
        place = self._place[stopped]
        for row, state in zip(self._z, self._states, strict=True):
            row[place] = state[stopped]
        self._count[place] = number
        self._reason[place] = reason[stopped]
        going = ~stopped
        self._place = self._place[going]
        self._states = [state[going] for state in self._states]
        self._parameters = [value[going] if np.ndim(value) else value for value in self._parameters]
