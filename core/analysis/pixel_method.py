"""The contract of what is done to every pixel of a plane, and the plane of a system's inputs that they lie in."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..plane_sweep import Pixels
from ..run_context import RunContext

if TYPE_CHECKING:
    from jaxtyping import Float, Int

Settled = tuple["Int[np.ndarray, 'rows columns']", "Float[np.ndarray, 'rows columns']"]
"""(label, count): the number of the end, RAN_AWAY or UNDECIDED; iterations or time until it was there."""


class PixelMethod(Protocol):
    """Something that is iterated from every pixel until it ends somewhere.

    title: what, in words. most: the largest possible count. path: the back end. coarsest, finest: steps of the first
    and of the last pass that it can afford, powers of 2. stage: what is going on with the pixels under way, in words;
    ended: how many of them are done, 0 between two calls of `settle`.
    """

    title: str
    most: float
    path: str
    coarsest: int
    finest: int
    stage: str
    ended: int

    def prepare(self) -> Iterator[None]:
        """What is done once, in slices: known ends, and how long to go on."""

    def tiles(self, columns: int, rows: int) -> Iterator[range]:
        """The rows that are worth being computed together."""

    def settle(self, pixels: Pixels, rows: range) -> Generator[None, None, Settled]:
        """Follow the pixels of `rows` to their ends, in slices."""

    def ordered(self) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k n"], tuple[str, ...]]:
        """(place, points, names) of the ends so far: the place of every number, and points and names by place."""


@dataclass(frozen=True)
class InputPlane:
    """Which inputs, states and then parameters, lie on the axes, and the values of all others.

    base (m,): values of all inputs. varies: whether a parameter is on an axis.
    """

    x_input: int
    y_input: int
    base: Float[np.ndarray, "m"]
    varies: bool
    slice_at: tuple[tuple[str, float], ...]

    @classmethod
    def of(cls, context: RunContext) -> InputPlane | None:
        """The plane of the viewport; None where an axis is neither a component nor a parameter, or both are the same.

        Through the viewport's selection, or through the first start where nothing is selected.
        """
        viewport, system = context.viewport, context.field.system
        if viewport is None or system is None or viewport.x == viewport.y:
            return None
        names = (*system.components, *(parameter.name for parameter in system.parameters))
        if viewport.x not in names or viewport.y not in names:
            return None
        states = context.anchor if viewport.selection is None else np.array(viewport.selection, dtype=np.float64)
        axes = names.index(viewport.x), names.index(viewport.y)
        fixed = [
            (name, float(value))
            for index, (name, value) in enumerate(zip(system.components, states, strict=True))
            if index not in axes
        ]
        base = np.concatenate([states, parameter_values(context)])
        return cls(*axes, base, max(axes) >= system.size, tuple(fixed))


def parameter_values(context: RunContext, sample: int = 0) -> Float[np.ndarray, "p"]:
    """The numbers that the system takes beside t and the state, of the row of the batch data that a sample sees."""
    system, row = context.field.system, 0 if context.rows is None else int(context.rows[sample])
    stored = [] if system is None else [item.tensor.array()[row].ravel() for item in system.data if item.batch]
    return np.concatenate([np.array(context.field.parameters, dtype=np.float64), *stored])
