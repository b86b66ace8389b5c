"""How fast loss, slope and sharpness change: along the gradient flow, and from iteration to iteration of optimisers."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Descents, FlowLoss

from ..canvas.number_text import number_text, power_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.robust_range import robust_range
from ..canvas.sheet import Sheet
from ..canvas.time_card import TimeCard
from ..editors.choice_row import ChoiceRow
from ..view import Table
from .descent_marks import descent_colour, descent_glyph, lowest_of
from .iteration_table import rows_where, within
from .loss_lines import QUANTITIES, LossLines
from .loss_table import ending, loss_table, record_text

_AXES = ("time", "iterations")
_SYMBOLS = {"loss": "φ − min φ", "slope": "|∇φ|", "sharpness": "λ"}
_QUANTITY_TIPS = ("The loss above its minimum", "Length of the gradient", "Largest eigenvalue of the Hessian")
_LEAST = -16.0
"""Decades below the highest value drawn: what is lower is rounding."""


class Loss(TimeCard):
    """log10 of the loss above its minimum, the slope or the sharpness, against the time of the flow; iteration k stands
    at t = k eta."""

    name = "loss"
    title = "Loss"
    wanted = frozenset({Descents, FlowLoss})
    kinds = frozenset({"minimise"})
    help = (
        "The loss above its minimum along the gradient flow, and at iteration k of every optimiser at t = ηk: where "
        "gradient descent lies on the flow, it is the flow in small steps. A straight line is linear convergence. "
        "Sharpness is the largest eigenvalue of the Hessian: above its dashed edge, 2/η of gradient descent, an "
        "optimiser cannot stay. "
        "Click or drag the line to move in time."
    )
    place: ClassVar[str] = "below"
    order: ClassVar[int] = 15
    log_y = True
    legend_below = True
    chip_names = ("focus", "floor")

    def __init__(self) -> None:
        super().__init__()
        self._runs: tuple[str, ...] = ()
        self._cursor = math.nan
        self._lines = LossLines(self.theme)
        self._note = EmptyNote(self.theme, "The loss appears here.")
        self.box.add(Sheet(self.theme, *self._lines.still_items()), self._lines.now, self._note)
        self._axis = ChoiceRow(
            "Horizontal axis", _AXES, ("Against the time of the flow, t = ηk", "Against iterations, k = t/η")
        )
        self._axis.chosen.connect(self._rearrange)
        self.header.addWidget(self._axis)
        self._quantity = ChoiceRow("Vertical axis", QUANTITIES, _QUANTITY_TIPS)
        self._quantity.chosen.connect(self._rearrange)
        self.header.insertWidget(self.header.indexOf(self._axis), self._quantity)
        self._name_axis()

    def _name_axis(self) -> None:
        self._lines.counting = self._axis.word() == _AXES[1]
        self.plot.bottom.set_title("iteration" if self._lines.counting else "t = ηk")
        self._lines.quantity = self._quantity.word()
        self.plot.left.set_title(_SYMBOLS[self._lines.quantity])

    def _rearrange(self) -> None:
        """Another axis, quantity, or other lines."""
        self._name_axis()
        self.redraw()
        self.start_line.set_time(float(self._lines.place_of(self._lines.begin)))
        self.follow_data(span=self._lines.reach())

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        super().reset(experiment, system, axes)
        self._lines.descents = self._lines.flow = None
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        descents, flow = frame.get(Descents), frame.get(FlowLoss)
        if (descents or flow) is None or (descents is self._lines.descents and flow is self._lines.flow):
            return
        self._lines.descents = descents if descents is not None else self._lines.descents
        self._lines.flow = flow or self._lines.flow
        runs = tuple(run.title for run in self._lines.descents.runs) if self._lines.descents is not None else ()
        if runs != self._runs or not self.legend.entries():
            self._runs = runs
            known = self._lines.descents.runs if self._lines.descents is not None else ()
            self.legend.set_entries((), switchable=True)
            marks = tuple((run.title, descent_glyph(run)) for run in known)
            self.legend.set_entries((("gradient flow", "line"), *marks), switchable=True)
            for entry in self.legend.entries():
                entry.toggled.connect(self._rearrange)
        self._name_axis()
        self.redraw()
        self.follow_data(settled=frame.final and frame.quality == "full", span=self._lines.reach())

    @override
    def redraw(self) -> None:
        lines, theme = self._lines, self.theme
        count = max(len(one) if one is not None else 0 for one in (lines.descents, lines.flow))
        self._note.setVisible(not count)
        focus = min(self.focus, max(0, count - 1))
        entries = self.legend.entries()
        shown = tuple(index - 1 for index, entry in enumerate(entries) if entry.isChecked()) if count else ()
        lines.paint(theme, focus, shown)
        runs = () if lines.descents is None else lines.descents.runs
        if entries and len(entries) == len(runs) + 1:
            self.legend.rename(("gradient flow", *(f"{run.title}  {ending(run, focus)}" for run in runs)))
            for entry, run in zip(entries[1:], runs, strict=True):
                entry.setToolTip(f"{run.title} {run.outcomes[focus]}. Show or hide it.")
            colours = (theme.colour_of(focus), *(descent_colour(theme, run) for run in runs))
            self.legend.set_colours(colours, theme)
        self.chips.set_text("focus", f"start {focus + 1}" if count > 1 else "")
        lowest = lowest_of(lines.descents, lines.flow)
        known = "" if lowest is None else f"min φ = {power_text(lowest.loss)}"
        hint = "" if lowest is None or lowest.minimum else f"{known}: the lowest loss seen, no minimum found"
        self.chips.set_text("floor", known, hint)
        self.set_cursor(self._cursor)

    @override
    def content_range(self) -> tuple[float, float] | None:
        values = np.append(self._lines.values()[1], list(self._lines.edges.heights.values()))
        top = float(values.max(initial=-np.inf))
        return robust_range(values[values > top + _LEAST])

    @override
    def curve_at(self, position: QPointF) -> int | None:
        found = self._lines.nearest(position)
        return None if found is None else found[1]

    @override
    def readout_at(self, t: float, value: float) -> str:
        found = self._lines.nearest(self.box.mapFromView(QPointF(t, value)))
        if found is not None:
            return record_text(self._lines.descents, self._lines.flow, *found)
        across = "k" if self._lines.counting else "t"
        up = _SYMBOLS[self._lines.quantity]
        return f"{across} = {number_text(t)}   {up} = {power_text(10.0**value)}"

    @override
    def set_cursor(self, t: float) -> None:
        self._cursor = t
        self._lines.set_time(t)
        super().set_cursor(float(self._lines.place_of(t)))

    @override
    def move_cursor(self, x: float) -> None:
        super().move_cursor(self._lines.time_of(x))

    @override
    def table(self, visible_only: bool = False) -> Table:
        table = loss_table(self._lines.descents, self._lines.flow)
        if not visible_only or not table.columns:
            return table
        (x_range, y_range), columns = self.box.rectangle(), table.columns
        quantity = self._lines.quantity
        with np.errstate(divide="ignore", invalid="ignore"):
            height = np.log10(columns[quantity] - (self._lines.floor if quantity == QUANTITIES[0] else 0.0))
        across = np.asarray(self._lines.place_of(columns["t"]))
        switched = np.isin(columns["method"], [name for name, on in self._switched() if on])
        return rows_where(table, within(across, x_range) & within(height, y_range) & switched)

    def _switched(self) -> list[tuple[str, bool]]:
        """Every line's name in the table, and whether it is shown."""
        runs = () if self._lines.descents is None else self._lines.descents.runs
        names = ("gradient_flow", *(run.method for run in runs))
        return [(name, entry.isChecked()) for name, entry in zip(names, self.legend.entries(), strict=False)]
