"""Every component of a wide state, iteration by iteration."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Iterations, SolverRun

from ..canvas.colour_scale import ColourScale
from ..canvas.heat_card import HeatCard, squares
from ..canvas.number_text import number_text, power_text
from ..canvas.one_sample import OneSample
from ..canvas.robust_range import robust_range
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..view import Table
from .iteration_table import within
from .solver_race import focus_sample, last_record, record_at

if TYPE_CHECKING:
    from jaxtyping import Float

_PICTURES = ("value", "change")
_MOST_DECADES = 16.0


class Waterfall(OneSample, HeatCard):
    """A heat map: component across, iteration downwards."""

    name = "waterfall"
    title = "Components"
    wanted = frozenset({Iterations})
    kinds = frozenset({"map", "root"})
    components = range(7, 100_000)
    help = (
        "Each row is an iterate, each column a component of z: blue is negative, orange positive. The switch shows how "
        "far each component still is from where the solver ended. Click or drag the line to move along the iterations."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 13
    chip_names = ("iteration", "focus")

    def __init__(self) -> None:
        super().__init__("component", "The components of every iterate appear here.")
        self._iterations: Iterations | None = None
        self._symbols: tuple[str, ...] = ()
        self._focus = 0
        tips = ("The components of z", "How far each component is from where the solver ended")
        self._picture = ChoiceRow("Colours", _PICTURES, tips)
        self.header.addWidget(self._picture)
        self._picture.chosen.connect(self.show_sample)

    def _run(self) -> SolverRun | None:
        iterations = self._iterations
        return iterations.runs[0] if iterations is not None and iterations.runs and len(iterations) else None

    @override
    def show_sample(self) -> None:
        run, iterations = self._run(), self._iterations
        self._focus = 0 if iterations is None else focus_sample(iterations, self.wanted_sample)
        changes = self._picture.word() == _PICTURES[1]
        values = np.empty((0, 0)) if run is None else _numbers(run, self._focus, changes)
        scale = None if run is None else _scale(values, changes)
        self.note.setVisible(run is None)
        self.bar.show_scale(scale, exponents=changes)
        numbers = np.empty(0, dtype=np.int64) if run is None else run.iteration[: len(values)]
        self.image.set_values(values, numbers, scale or ColourScale(0.0, 1.0))
        several = iterations is not None and len(iterations) > 1
        self.chips.set_text("focus", f"sample {self._focus + 1}" if several else "")
        self.set_cursor(self.line.number)

    @override
    def read(self, position: QPointF) -> None:
        run = self._run()
        column, row = self.data_at(position)
        component, iteration = math.floor(column + 0.5) - 1, math.floor(row + 0.5)
        record = -1 if run is None else record_at(run, iteration, self._focus)
        if run is None or record < 0 or not 0 <= component < run.z.shape[2] or not 0 <= iteration <= run.iteration[-1]:
            self.readout.emit("")
            return
        value = float(run.z[record, self._focus, component])
        away = abs(value - float(run.solution[self._focus, component]))
        place = f"{self._symbols[component]}   iteration {int(run.iteration[record])}"
        self.readout.emit(f"{place}   value {number_text(value, 6)}   distance to the end {power_text(away)}")

    @override
    def extent(self) -> Rectangle | None:
        run = self._run()
        return None if run is None else squares(run.z.shape[2], run.iteration)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._iterations = None
        self._symbols = system.symbols
        self.forget_sample()
        self.begin_with(system.size)
        self.show_sample()

    @override
    def draw(self, frame: Frame) -> None:
        iterations = frame.get(Iterations)
        if iterations is None or iterations is self._iterations:
            return
        self._iterations = iterations
        self.show_sample()
        self.follow_frame(frame)

    @override
    def set_cursor(self, t: float) -> None:
        self.line.set_number(t)
        run = self._run()
        record = -1 if run is None or math.isnan(t) else record_at(run, t, self._focus)
        self.chips.set_text("iteration", "" if run is None or record < 0 else f"iteration {run.iteration[record]}")

    @override
    def table(self, visible_only: bool = False) -> Table:
        run, iterations = self._run(), self._iterations
        if run is None or iterations is None:
            return Table({})
        z = _numbers(run, self._focus, changes=False)
        rows, columns = np.ones(len(z), dtype=bool), np.ones(z.shape[1], dtype=bool)
        if visible_only:
            (left, right), (bottom, top) = self.box.rectangle()
            rows = within(run.iteration[: len(z)], (-top, -bottom))
            columns = within(np.arange(1, z.shape[1] + 1), (left, right))
        shown = {iterations.components[index]: z[rows, index] for index in np.flatnonzero(columns)}
        return Table({"iteration": run.iteration[: len(z)][rows], **shown})


def _numbers(run: SolverRun, sample: int, changes: bool) -> Float[np.ndarray, "R n"]:
    """The components of one sample's iterates, or the logarithms of how far they still are from its end."""
    z: np.ndarray = run.z[: last_record(run, sample) + 1, sample]
    if not changes:
        return z
    with np.errstate(divide="ignore"):
        away: np.ndarray = np.log10(np.abs(z - run.solution[sample]))
    return away


def _scale(values: Float[np.ndarray, "R n"], changes: bool) -> ColourScale:
    """Values about 0; logarithms from the lowest to the highest, an exact zero being the lowest."""
    low, high = robust_range(values.ravel()) or (0.0, 1.0)
    if changes:
        return ColourScale(max(low, high - _MOST_DECADES), high if high > low else low + 1.0)
    reach = max(abs(low), abs(high)) or 1.0
    return ColourScale(-reach, reach, diverging=True)
