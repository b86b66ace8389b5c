"""The weights with which Anderson's method combines its last points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import SolverInside, SolversInside

from ..canvas.colour_scale import ColourScale
from ..canvas.heat_card import HeatCard, squares
from ..canvas.number_text import number_text
from ..canvas.robust_range import robust_range
from ..canvas.view_history import Rectangle
from ..view import Table
from .iteration_table import within

if TYPE_CHECKING:
    from jaxtyping import Float


class Weights(HeatCard):
    """A heat map: the age of a point across, iteration downwards; every row sums to 1."""

    name = "weights"
    title = "Anderson's weights"
    wanted = frozenset({SolversInside})
    kinds = frozenset({"map", "root"})
    help = (
        "Each row is an iteration, each column one of the last points, the newest on the left: how much of it went "
        "into the next point. A row sums to 1; negative weights, in blue, extrapolate beyond the points. All weight on "
        "the left is plain iteration."
    )
    at_first: ClassVar[bool] = False
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 36
    chip_names = ("iteration", "solver")

    def __init__(self) -> None:
        super().__init__("age of the point", "Choose an Anderson solver, or let one race, to see its weights.")
        self._inside: SolversInside | None = None
        self._run: SolverInside | None = None

    def _show(self) -> None:
        run = self._run
        weights = np.empty((0, 0)) if run is None else run.weights
        low, high = robust_range(weights.ravel()) or (0.0, 1.0)
        reach = max(1.0, abs(low), abs(high))
        scale = ColourScale(-reach, reach, diverging=True)
        self.note.setVisible(run is None)
        self.bar.show_scale(None if run is None else scale)
        self.image.set_values(weights, np.empty(0, dtype=np.int64) if run is None else run.iteration, scale)
        self.chips.set_text("solver", "" if run is None else run.title)
        self.set_cursor(self.line.number)

    def _record_at(self, iteration: float) -> int:
        """The record of an iteration, or the last one before it; -1: none."""
        if self._run is None or math.isnan(iteration):
            return -1
        return int(np.searchsorted(self._run.iteration, math.floor(iteration + 1e-9), side="right")) - 1

    @override
    def read(self, position: QPointF) -> None:
        column, iteration = self.data_at(position)
        age, record = math.floor(column + 0.5) - 1, self._record_at(iteration + 0.5)
        if self._run is None or record < 0 or not 0 <= age < self._run.weights.shape[1]:
            self.readout.emit("")
            return
        weight = float(self._run.weights[record, age])
        which = "newest point" if age == 0 else f"point {age} iteration{'s' * (age > 1)} older"
        value = "not there yet" if math.isnan(weight) else f"weight {number_text(weight, 5)}"
        self.readout.emit(f"iteration {int(self._run.iteration[record])}   {which}   {value}")

    @override
    def extent(self) -> Rectangle | None:
        run = self._run
        return None if run is None else squares(run.weights.shape[1], run.iteration)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._inside = self._run = None
        self.begin_with(5)
        self._show()

    @override
    def draw(self, frame: Frame) -> None:
        inside = frame.get(SolversInside)
        if inside is None or inside is self._inside:
            return
        self._inside = inside
        self._run = next((run for run in inside.runs if run.weights.shape[1]), None)
        self._show()
        self.follow_frame(frame)

    @override
    def set_cursor(self, t: float) -> None:
        self.line.set_number(t)
        record = self._record_at(t)
        known = self._run is not None and record >= 0
        self.chips.set_text("iteration", f"iteration {self._run.iteration[record]}" if self._run and known else "")

    @override
    def table(self, visible_only: bool = False) -> Table:
        run = self._run
        if run is None:
            return Table({})
        rows = np.ones(len(run.iteration), dtype=bool)
        if visible_only:
            bottom, top = self.box.rectangle()[1]
            rows = within(run.iteration, (-top, -bottom))
        return Table({"iteration": run.iteration[rows], **_columns(run.weights[rows])})


def _columns(weights: Float[np.ndarray, "R m"]) -> dict[str, np.ndarray]:
    return {f"weight[{age + 1}]": weights[:, age] for age in range(weights.shape[1])}
