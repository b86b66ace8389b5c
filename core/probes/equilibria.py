"""Equilibria in and around the visible plane."""

from __future__ import annotations

from dataclasses import replace

from ..analysis.classification import critical_label
from ..analysis.equilibria import find_equilibria
from ..noise_refusal import is_noisy
from ..probe import Probe
from ..readings.equilibria import Equilibria
from ..run_context import RunContext
from ..search_box import search_box

_SEEDS = {"preview": 64, "full": 400}
_LARGEST = 12
"""States beyond this size are not scanned: a few hundred points say nothing about so large a space."""


class EquilibriaProbe(Probe[Equilibria]):
    """Newton's method from a scan of the box that the view, the text and the starts span."""

    reading = Equilibria
    title = "equilibria"
    knows_events = True
    knows_noise = True

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
        if field.system is not None and field.system.kind == "minimise":
            points = tuple(replace(point, label=critical_label(point.eigenvalues)) for point in points)
        self._reading = Equilibria(field.components, points, None if field.autonomous else time, note, is_noisy(field))

    def read(self) -> Equilibria | None:
        return self._reading


PROBE = EquilibriaProbe
