"""How well a method keeps what the flow keeps: the drift of the expressions that a text names."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System, invariants_of
from core.readings import Invariants

from ..canvas.lines import polyline_begins
from ..canvas.nearest import nearest_curve
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.robust_range import robust_range
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard, time_span
from ..view import Table
from .series_layers import component_colour

_WAITING = "The drift appears here."
_REACH = 8.0
_WEIGHT, _FAINT = 1.8, 0.35


class InvariantsView(TimeCard):
    """I(t) - I(0) of every such expression, as a part of |I(0)| where that is not 0."""

    name = "invariants"
    title = "Drift of invariants"
    wanted = frozenset({Invariants})
    kinds = frozenset({"ode"})
    serves: ClassVar[staticmethod[[System], bool]] = staticmethod(lambda system: bool(invariants_of(system)))
    help = (
        "What the text names and no equation needs, such as an energy H = v^2/2 - cos(x): how far it is from its value "
        "at the start, as a part of that where it is not 0. Where the flow keeps it, all of this is the method's: a "
        "symplectic one lets an energy swing about a little for ever, and others gain or lose it. Only the ends of "
        "steps count. Click a name to hide it."
    )
    order: ClassVar[int] = 26
    legend_below = True
    lowest = 176
    chip_names = ("unknown", "most", "focus")

    def __init__(self) -> None:
        super().__init__()
        self._found: Invariants | None = None
        self._names: tuple[str, ...] = ()
        self._others = Segments(self.theme, z=-10)
        self._curves = Segments(self.theme, z=0)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._others, self._curves), self._note)

    def _shown(self) -> list[int]:
        """The expressions that are switched on."""
        return [place for place, entry in enumerate(self.legend.entries()) if entry.isChecked()]

    def _places(self) -> np.ndarray:
        """Every point of every expression that is shown, one expression after the other."""
        found, shown = self._found, self._shown()
        if found is None or not shown:
            return np.empty((0, 2))
        return np.concatenate([np.stack([found.t, found.drift[place]], axis=1) for place in shown])

    def _switch(self) -> None:
        self.redraw()
        self.follow_data()

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._begin(system)

    def _begin(self, system: System) -> None:
        """Forget what was found, and name what this text does, all of it shown."""
        self._found = None
        self._note.set_text(_WAITING)
        named = invariants_of(system)
        self._names = tuple(helper.name for helper in named)
        self.legend.release()
        if self.legend.set_entries(tuple((helper.symbol, "line") for helper in named), switchable=True):
            for entry in self.legend.entries():
                entry.toggled.connect(self._switch)
        else:
            for entry in self.legend.entries():
                entry.setChecked(True)
        self.redraw()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        if tuple(helper.name for helper in invariants_of(system)) != self._names:  # the text was edited
            self._begin(system)
        self.follow_data(settled=False, span=time_span(experiment, system))

    @override
    def draw(self, frame: Frame) -> None:
        found = frame.get(Invariants)
        if found is None:
            reason = frame.absent.get(Invariants, "")
            if reason or (frame.final and frame.quality == "full"):  # there is nothing to tell of it any more
                self._found = None
                self._note.set_text(reason or _WAITING)
                self.redraw()
            return
        if found is self._found or found.names != self._names:
            return
        self._found = found
        self.start_line.set_time(float(found.t[0]) if len(found.t) else 0.0)
        self.redraw()
        self.follow_data(settled=frame.final and frame.quality == "full")

    @override
    def redraw(self) -> None:
        found, theme = self._found, self.theme
        count = 0 if found is None else len(found)
        focus = min(self.focus, max(0, count - 1))
        entries = self.legend.entries()
        self.legend.set_colours(tuple(component_colour(theme, focus, place) for place in range(len(entries))), theme)
        self._note.setVisible(not count)
        self.chips.set_text("focus", f"trajectory {focus + 1}" if count > 1 else "")
        shown = [] if found is None or not count else self._shown()
        self.chips.set_text("most", *("", "") if found is None else _most(found, focus, shown))
        self.chips.set_text("unknown", "" if found is None else _unknown(found, focus, shown), warning=True)
        points, faint, strong = self._places(), [], []
        if found is not None and count:
            begin = polyline_begins(found.offsets)
            owner = np.searchsorted(found.offsets, begin, side="right") - 1
            for row, place in enumerate(self._shown()):
                shifted = begin + row * len(found.t)
                for index in range(min(count, len(theme.series))):
                    chosen = shifted[(owner % len(theme.series) == index) & (owner != focus)]
                    faint.append(StrokeGroup(chosen, Stroke(theme.colour_of(index), 1.0, _FAINT)))
                strong.append(
                    StrokeGroup(shifted[owner == focus], Stroke(component_colour(theme, focus, place), _WEIGHT))
                )
        self._others.set_segments(points, faint)
        self._curves.set_segments(points, strong)

    @override
    def content_range(self) -> tuple[float, float] | None:
        values = self._places()[:, 1]
        return robust_range(np.append(values, 0.0)) if np.isfinite(values).any() else None

    @override
    def curve_at(self, position: QPointF) -> int | None:
        projection, found = self._curves.projection, self._found
        if projection is None or found is None:
            return None
        hits = [
            nearest_curve(
                projection.pixels(np.stack([found.t, found.drift[place]], axis=1)),
                found.offsets,
                (position.x(), position.y()),
                _REACH,
            )
            for place in self._shown()
        ]
        near = [hit for hit in hits if hit is not None]
        return min(near, key=lambda hit: hit[1])[0] if near else None

    @override
    def readout_at(self, t: float, value: float) -> str:
        return f"t = {number_text(t)}   drift = {power_text(value)}"

    @override
    def table(self, visible_only: bool = False) -> Table:
        found = self._found
        if found is None:
            return Table({})
        columns = {"trajectory": np.repeat(np.arange(1, len(found) + 1), np.diff(found.offsets)), "t": found.t}
        columns |= {f"drift of {name}": drift for name, drift in zip(found.names, found.drift, strict=True)}
        if visible_only:
            low, high = self.box.rectangle()[0]
            inside = (found.t >= low) & (found.t <= high)
            columns = {name: column[inside] for name, column in columns.items()}
        return Table(columns)


def _most(found: Invariants, focus: int, shown: list[int]) -> tuple[str, str]:
    """How far the shown expressions have moved at most, in a few words and in a sentence."""
    most, long = [], []
    for place in shown:
        symbol, largest = found.symbols[place], float(found.largest[place, focus])
        if math.isnan(largest):
            continue
        most.append(largest)
        first = number_text(float(found.first[place, focus]), 6)
        part = f" of |{symbol}(0)|" if found.relative[place, focus] else ""
        long.append(f"{symbol}(0) = {first}, and at most {power_text(largest, 4)}{part} away from it")
    return f"|Δ| ≤ {power_text(max(most), 2)}" if most else "", "; ".join(long)


def _unknown(found: Invariants, focus: int, shown: list[int]) -> str:
    """Which of the shown expressions have nothing to drift from."""
    symbols = [found.symbols[place] for place in shown if math.isnan(found.largest[place, focus])]
    if not symbols:
        return ""
    return f"{', '.join(symbols)} {'is no number' if len(symbols) == 1 else 'are no numbers'} at the start"
