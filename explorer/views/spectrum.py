"""Eigenvalues of the layer's Jacobian: whether and how fast its iteration converges."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QResizeEvent
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import Spectrum

from ..canvas.colour import blend
from ..canvas.fitted_card import FittedCard
from ..canvas.number_text import number_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..labels import label
from ..theme import Theme
from ..view import Table
from .iteration_table import rows_where, within
from .spectrum_marks import NEARLY_SINGULAR, SpectrumMarks, tell

_ROOM_FOR_LEGEND = 300
"""Pixels of height from which on the regions are named: below, the plot needs the line."""


class SpectrumView(FittedCard):
    """The complex plane with the unit circle: Picard's method converges where all eigenvalues lie inside."""

    name = "spectrum"
    title = "Spectrum of J"
    wanted = frozenset({Spectrum})
    kinds = frozenset({"map", "root"})
    help = (
        "Eigenvalues of df/dz where the solver ended. Picard's method converges if all lie inside the unit circle, the "
        "largest modulus being its rate; damping opens the dashed disc; the flow z′ = f(z) − z is stable left of 1. An "
        "eigenvalue at 1 itself is a fold: there no gradient exists."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 30
    chip_names = ("solved", "radius", "norm", "damping", "condition")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._hovered: int | None = None
        self._selected: int | None = None
        self._marks = SpectrumMarks(self.theme)
        self._note = EmptyNote(self.theme, "The eigenvalues of df/dz appear here once there is a solution.")
        self.box.add(Sheet(self.theme, *self._marks.still_items()), self._marks.pointed, self._note)
        self.box.setAspectLocked(True)
        self._fold = label("1 is nearly an eigenvalue: the solution folds here.", "error", wrap=True)
        self._fold.hide()
        self.body.insertWidget(1, self._fold)
        self.plot.bottom.set_title("Re λ")
        self.plot.left.set_title("Im λ")
        self.box.hover_moved.connect(self._point_at)
        self.box.hover_left.connect(self._leave)
        self.box.clicked.connect(self._click)

    def _point_at(self, position: QPointF) -> None:
        found = self._marks.point_at(position)
        self.box.setCursor(Qt.CursorShape.ArrowCursor if found is None else Qt.CursorShape.PointingHandCursor)
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        text = f"Re = {number_text(x)}   Im = {number_text(y)}   modulus {number_text(math.hypot(x, y))}"
        self.hovered.emit(None if found is None else found[0])
        self.readout.emit(text if found is None else found[1])

    def _leave(self) -> None:
        self._marks.pointed.set_labels(())
        self.hovered.emit(None)
        self.readout.emit("")

    def _click(self, position: QPointF) -> None:
        found = self._marks.found_at(position)
        if found is not None:
            self.selected.emit(found[0])

    def _show(self) -> None:
        """Draw everything anew, with one sample strongly."""
        marks, spectrum = self._marks, self._marks.spectrum
        count = 0 if spectrum is None else len(spectrum.radius)
        wanted = self._hovered if self._hovered is not None else self._selected
        marks.focus = min(wanted or 0, max(0, count - 1))
        marks.paint(self.theme)
        tell(self.chips, spectrum, marks.focus)
        self._note.setVisible(not count)
        folds = spectrum is not None and count > 0 and not spectrum.condition[marks.focus] < NEARLY_SINGULAR
        self._fold.setVisible(folds)
        self._name_regions()

    def _name_regions(self) -> None:
        theme, beta = self.theme, self._marks.damping()
        names = [("|λ| < 1", "dot", theme.colour_of(self._marks.focus)), ("|λ| ≥ 1", "lozenge", theme.rose)]
        if not math.isnan(beta):
            names.append((f"damped by {number_text(beta, 3)}", "dash", theme.violet))
        names.append(("stable as a flow", "area", blend(theme.teal, theme.card, 0.72)))
        self.legend.set_entries(tuple((name, swatch) for name, swatch, _ in names))
        self.legend.set_colours(tuple(colour for _, _, colour in names), theme)
        self.legend.setVisible(self.height() >= _ROOM_FOR_LEGEND)

    @override
    def extent(self) -> Rectangle | None:
        return self._marks.content()

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return padded(*content[0], 0.08), padded(*content[1], 0.08)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._marks.spectrum = None
        self._hovered = self._selected = None
        self.begin_anew(self.framed(self._marks.content()))
        self._show()

    @override
    def draw(self, frame: Frame) -> None:
        spectrum = frame.get(Spectrum)
        if spectrum is not None and spectrum is not self._marks.spectrum:
            self._marks.spectrum = spectrum
            self._show()
            self.follow_frame(frame)

    @override
    def set_hovered(self, index: int | None) -> None:
        if index != self._hovered:
            self._hovered = index
            self._show()

    @override
    def set_selected(self, index: int | None) -> None:
        self._selected = index
        self._show()

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._show()

    @override
    def table(self, visible_only: bool = False) -> Table:
        spectrum = self._marks.spectrum
        if spectrum is None:
            return Table({})
        samples, size = spectrum.eigenvalues.shape
        values = spectrum.eigenvalues.ravel()
        columns = {
            "sample": np.repeat(np.arange(1, samples + 1), size),
            "real": values.real,
            "imaginary": values.imag,
            "modulus": np.abs(values),
        }
        if not visible_only:
            return Table(columns)
        x_range, y_range = self.box.rectangle()
        return rows_where(Table(columns), within(values.real, x_range) & within(values.imag, y_range))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.legend.setVisible(self.height() >= _ROOM_FOR_LEGEND)
