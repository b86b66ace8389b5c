"""The weights of a map that mixes rows, as attention does: do they average?"""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QPointF
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System, is_mixture, mixture_form
from core.readings import Mixture

from ..canvas.plot_card import PlotCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..view import Table
from .mixture_cells import WeightCells
from .mixture_panels import panels
from .mixture_strips import OutputStrips
from .mixture_sums import RowSums
from .mixture_words import hull_text, mixture_columns, sign_text, spot_text, sums_are_off, sums_text

_NARROW = 640
"""Pixels of width below which the chips have a line of their own."""
_WHOLE: Rectangle = ((0.0, 1.0), (0.0, 1.0))


class MixtureView(PlotCard):
    """Weights as a heat map, a bar per row sum, and the output beside the range of the values."""

    name = "mixture"
    title = "Attention weights"
    wanted = frozenset({Mixture})
    kinds = frozenset({"map"})
    serves = staticmethod(is_mixture)
    help = (
        "Each row of the output mixes the rows of the values by the weights in its row: in attention a query down, a "
        "key across. Weights that average are positive and sum to 1 in every row; the output then stays within the "
        "range of the values, the band in each column. A red bar sums to something else, and is broken off where it "
        "is long; a red diamond has left the range, and an arrow points to one far out. The menu shows other matrices "
        "of the text in place of the weights in force."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 9
    chip_names = ("sums", "hull", "sign")

    def __init__(self) -> None:
        super().__init__()
        self._mixture: Mixture | None = None
        self._items = (WeightCells(self.theme), RowSums(self.theme), OutputStrips(self.theme))
        self._note = EmptyNote(self.theme, "The weights appear here.")
        self.plot.leave_out_axes()
        self.box.setMouseEnabled(x=False, y=False)
        self.box.add(Sheet(self.theme, *self._items), self._note)
        self.box.show_rectangle(_WHOLE)
        self.matrices = QComboBox()
        self.matrices.setAccessibleName("Matrix that is shown")
        self.matrices.setToolTip("Which weights are shown, and the output that they would give")
        self.matrices.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.matrices.activated.connect(self._show)
        self.header.insertWidget(1, self.matrices)
        self.box.hover_moved.connect(self._point_at)
        self.box.hover_left.connect(self._leave)

    def _index(self) -> int:
        return max(0, self.matrices.currentIndex())

    def _show(self) -> None:
        """Draw everything anew."""
        mixture, chips, index = self._mixture, self.chips, self._index()
        for item in self._items:
            item.set_mixture(mixture, index)
        self._note.setVisible(mixture is None)
        if mixture is None:
            for name in self.chip_names:
                chips.set_text(name, "")
            return
        matrix = mixture.matrices[index]
        chips.set_text("sums", sums_text(matrix.row_sums), warning=bool(sums_are_off(matrix.row_sums).any()))
        chips.set_text("hull", hull_text(matrix, mixture.values_name), warning=not matrix.inside.all())
        chips.set_text("sign", sign_text(matrix), "weights that average are positive", warning=True)

    def _point_at(self, position: QPointF) -> None:
        mixture = self._mixture
        if mixture is None:
            return
        shape = (*mixture.weights.shape, mixture.values.shape[1])
        spot = panels(self.box.width(), self.box.height(), shape).at(position)
        self.readout.emit("" if spot is None else spot_text(mixture, self._index(), spot))

    def _leave(self) -> None:
        self.readout.emit("")

    @override
    def home(self) -> Rectangle:
        return _WHOLE

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._mixture = None
        form = mixture_form(system)
        words = ["in force"] + ([] if form is None else [helper.symbol for helper in form.others])
        if words != [self.matrices.itemText(index) for index in range(self.matrices.count())]:
            self.matrices.clear()
            self.matrices.addItems(words)
        self.matrices.setVisible(len(words) > 1)
        self._show()

    @override
    def draw(self, frame: Frame) -> None:
        mixture = frame.get(Mixture)
        if mixture is not None and mixture is not self._mixture:
            self._mixture = mixture
            self._show()

    @override
    def table(self, visible_only: bool = False) -> Table:
        return Table({} if self._mixture is None else mixture_columns(self._mixture, self._index()))

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        self.header.setStretchFactor(self.legend, int(narrow))
        if narrow != (self.body.indexOf(self.chips) >= 0):
            (self.header if narrow else self.body).removeWidget(self.chips)
            if narrow:
                self.body.insertWidget(1, self.chips)
            else:
                self.header.insertWidget(2, self.chips, 1)
