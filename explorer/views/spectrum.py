"""Eigenvalues of the layer's Jacobian: whether and how fast its iteration converges."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Spectrum

from ..canvas.number_text import number_text
from ..canvas.one_sample import OneSample
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.tabled_card import TabledCard
from ..canvas.view_history import Rectangle
from ..theme import Theme
from ..view import Table
from .damping_picker import DampingPicker
from .iteration_table import in_rectangle, rows_where
from .spectrum_figures import CHIPS, HEADINGS, NEARLY_SINGULAR, figure_rows, tell
from .spectrum_marks import SpectrumMarks

_TALL, _ROOM_FOR_LEGEND = 400, 300
"""Pixels of height from which on the figures stand below the plot, and there is room for the legend."""
_SHARE = 0.36
"""Of a tall card that the figures may take."""
_HEADING, _ROW, _FEW = 60, 19, 6
"""Pixels of the heading with the margins and of a row of figures; rows that the lowest card shows."""


class SpectrumView(OneSample, TabledCard):
    """The complex plane with the unit circle: Picard's method converges where all eigenvalues lie inside."""

    name = "spectrum"
    title = "Spectrum of J"
    wanted = frozenset({Spectrum})
    kinds = frozenset({"map", "root"})
    help = (
        "Eigenvalues of df/dz where the solver ended. A dot lies in the unit disc: Picard's method converges if all "
        "do, the largest modulus being its rate. A diamond lies outside, but left of 1, where the flow z′ = f(z) − z "
        "is still stable; a cross in neither. Damping by β moves each to 1 − β(1 − λ), the small violet dot, and opens "
        "the dashed disc: the slider chooses β. A hollow ring has not converged and decides nothing. An eigenvalue at "
        "1 itself is a fold: there no gradient exists. The power method, which is often taken for the radius, is told "
        "where it is wrong."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 30
    chip_names = CHIPS
    legend_below = True
    table_name = "Measures of J"

    def __init__(self) -> None:
        super().__init__()
        self._marks = SpectrumMarks(self.theme)
        self._note = EmptyNote(self.theme, "The eigenvalues of df/dz appear here once there is a solution.")
        self.box.add(Sheet(self.theme, *self._marks.still_items()), self._marks.pointed, self._note)
        self.box.setAspectLocked(True)
        self._damping = DampingPicker()
        self._damping.changed.connect(self.show_sample)
        self.header.addWidget(self._damping)
        self.plot.bottom.set_title("Re λ")
        self.plot.left.set_title("Im λ")
        self.box.hover_moved.connect(self._point_at)
        self.box.clicked.connect(self._click)

    def _point_at(self, position: QPointF) -> None:
        found = self._marks.point_at(position)
        self.box.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        text = f"Re = {number_text(x)}   Im = {number_text(y)}   modulus {number_text(math.hypot(x, y))}"
        self.hovered.emit(None if found is None else found[0])
        self.readout.emit(text if found is None else found[1])

    @override
    def leave(self) -> None:
        self._marks.pointed.set_labels(())
        self.hovered.emit(None)
        self.readout.emit("")

    def _click(self, position: QPointF) -> None:
        found, spectrum = self._marks.found_at(position), self._marks.spectrum
        if found is not None and spectrum is not None:
            self.selected.emit(int(spectrum.samples[found[0]]))

    @override
    def show_sample(self) -> None:
        marks, spectrum = self._marks, self._marks.spectrum
        place = None if spectrum is None else spectrum.place_of(self.wanted_sample)
        marks.focus = place or 0
        best = marks.best_damping()
        self._damping.show_best(best)
        marks.beta = self._damping.beta(best)
        marks.paint(self.theme)
        tell(self.chips, spectrum, marks.focus, self.wanted_sample, marks.beta)
        count = 0 if spectrum is None else len(spectrum.radius)
        self._note.setVisible(not count)
        folds = spectrum is not None and count > 0 and spectrum.condition[marks.focus] >= NEARLY_SINGULAR
        self.warn("1 is nearly an eigenvalue: the solution folds here." if folds else "")
        names = marks.names()
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in names))
        self.legend.set_colours(tuple(colour for _, _, colour in names), self.theme)
        self._show_figures()

    def _show_figures(self) -> None:
        """Beside the plot as many names and values as fit; below it, in a tall card, fewer but with their meaning."""
        rows, headings = figure_rows(self._marks.spectrum, self._marks.focus, self.theme, self._marks.beta), HEADINGS
        if self.height() >= _TALL:
            fitting = int(_SHARE * self.height() / _ROW) - 1
        else:
            legend = self.legend.height() if self.height() >= _ROOM_FOR_LEGEND else 0
            fitting = max(_FEW, int((self.height() - _HEADING - legend) / _ROW) - 1)
            rows, headings = tuple(replace(row, figures=row.figures[:1]) for row in rows), HEADINGS[:2]
        rows = rows[:fitting]
        self.figures.set_rows(headings if rows else (), rows)
        self.arrange()

    @override
    def extent(self) -> Rectangle | None:
        return self._marks.content()

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.08), padded(*content[1], 0.08)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._marks.spectrum = None
        self.forget_sample()
        self.begin_anew(self.framed(self._marks.content()))
        self.show_sample()

    @override
    def draw(self, frame: Frame) -> None:
        spectrum = frame.get(Spectrum)
        if spectrum is not None and spectrum is not self._marks.spectrum:
            self._marks.spectrum = spectrum
            self.show_sample()
            self.follow_frame(frame)

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self.show_sample()

    @override
    def table(self, visible_only: bool = False) -> Table:
        spectrum = self._marks.spectrum
        if spectrum is None:
            return Table({})
        size = spectrum.eigenvalues.shape[1]
        values = spectrum.eigenvalues.ravel()
        columns = {
            "sample": np.repeat(spectrum.samples + 1, size),
            "real": values.real,
            "imaginary": values.imag,
            "modulus": np.abs(values),
            "converged": spectrum.converged.ravel(),
            "residual": spectrum.bounds.ravel(),
        }
        if not visible_only:
            return Table(columns)
        return rows_where(Table(columns), in_rectangle(values.real, values.imag, self.box.rectangle()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_figures()
