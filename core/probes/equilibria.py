"""Equilibria in and around the visible plane."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..analysis.equilibria import find_equilibria
from ..probe import Probe
from ..readings.equilibria import Equilibria
from ..run_context import RunContext

if TYPE_CHECKING:
    from jaxtyping import Float

_SEEDS = {"preview": 64, "full": 400}
_LARGEST = 12
"""States beyond this size are not scanned: a few hundred points say nothing about so large a space."""


class EquilibriaProbe(Probe[Equilibria]):
    """Newton's method from a scan of the box that the view, the text and the starts span."""

    reading = Equilibria
    title = "equilibria"

    def __init__(self) -> None:
        self._reading: Equilibria | None = None

    def begin(self, context: RunContext) -> None:
        field = context.field
        if field.size > _LARGEST:
            self._reading = Equilibria(field.components, (), note=f"not searched: more than {_LARGEST} components")
            return
        time = context.span[0]
        if context.viewport is not None and context.viewport.time is not None:
            time = context.viewport.time
        lower, upper = search_box(context)
        points, note = find_equilibria(field, lower, upper, time, _SEEDS[context.quality])
        self._reading = Equilibria(field.components, points, None if field.autonomous else time, note)

    def read(self) -> Equilibria | None:
        return self._reading


def search_box(context: RunContext) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
    """Where to look: the visible range on the axes; else the text's view; else around the starts."""
    field, viewport = context.field, context.viewport
    around = np.vstack([context.starts, context.anchor])
    lower, upper = around.min(axis=0), around.max(axis=0)
    margin = 1.0 + 2.0 * np.maximum(np.abs(lower), np.abs(upper))
    lower, upper = lower - margin, upper + margin
    ranges = dict(field.system.view) if field.system is not None else {}
    if viewport is not None:
        ranges |= {viewport.x: viewport.x_range, viewport.y: viewport.y_range}
    for index, name in enumerate(field.components):
        if name in ranges:
            lower[index], upper[index] = ranges[name]
    return lower, upper


PROBE = EquilibriaProbe
