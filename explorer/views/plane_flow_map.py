"""A square grid of the phase plane that the flow has carried along until the playhead's time."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QComboBox

from core.experiment import Experiment
from core.frame import Frame
from core.readings import FlowMap

from ..canvas.carried_grid import CarriedGrid, GridPicture
from ..canvas.chip_row import ChipRow
from ..canvas.colour_bar import ColourBar
from ..canvas.colour_scale import ColourScale
from ..canvas.item import CanvasItem
from ..canvas.key_line import KeyLine
from ..canvas.number_text import power_text
from ..canvas.patches import Patches
from ..canvas.plot_card import PlotCard
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..layered import Layer
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme

LAYER = Layer(
    "flow_map",
    "Grid of the flow map",
    visible=False,
    help="A square grid over the plane at the start of the time span, carried along by the flow to the playhead's "
    "time: orange where its cells have grown, blue where they have shrunk, by det dz(t)/dz(0) = exp of the divergence "
    "integrated over time. A gap is where a solution has ended, or the grid is too stretched to be drawn",
    needs=frozenset({FlowMap}),
)
_LINES = (9, 17, 33)
_STRENGTH = 0.6
_MOST = math.log(1e3)
"""Of log det where the colours end: a contraction would leave nothing for the rest otherwise."""
_LEVELS = 17
_SPREAD = 0.02
"""Of log det below which nothing is tinted: rounding is no change of area."""


class PlaneFlowMap:
    """Lines, tinted cells, and a line below the heading: how many of them, what colours mean, how the middle spread."""

    def __init__(self, card: PlotCard) -> None:
        self._card = card
        self.cells = Patches(card.theme, z=-89)  # the texture of the flow is seen on it
        self.grid = Segments(card.theme, z=-62)
        self._lines = QComboBox()
        self._lines.setAccessibleName("Lines of the grid in either direction")
        self._lines.setToolTip("Lines of the grid in either direction")
        self._lines.activated.connect(self._choose)
        self._bar = ColourBar(card.theme)
        self._chips = ChipRow(card.theme, "grid")
        self._line = KeyLine(card, self._lines, self._bar, wide=self._chips)
        for item in self.items():
            item.setVisible(False)
        self.grid.visibleChanged.connect(self._follow_switch)
        self._carried: CarriedGrid | None = None
        self._scale: ColourScale | None = None
        self._reason = ""
        self._time = 0.0

    def items(self) -> tuple[CanvasItem, ...]:
        """What the layer is made of."""
        return self.cells, self.grid

    def clear(self) -> None:
        """Forget the reading."""
        self._set(None)

    def show_experiment(self, experiment: Experiment) -> None:
        """Show how many lines in either direction are asked for."""
        asked = experiment.integration.grid_lines
        if self._lines.currentData() == asked:
            return
        self._lines.clear()
        for count in sorted({*_LINES, asked}):
            self._lines.addItem(f"{count} lines", count)
        self._lines.setCurrentIndex(self._lines.findData(asked))

    def _choose(self, index: int) -> None:
        self._card.integration_edited.emit("grid_lines", self._lines.itemData(index))

    def offer(self, names: frozenset[str]) -> None:
        """Which layers the system has."""
        self._line.offer(LAYER.name in names)

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the reading of a frame that belongs to these axes; until there is one the last stays."""
        found, reason = frame.get(FlowMap), frame.absent.get(FlowMap, "")
        if not self.grid.isVisible():
            return
        if reason:
            self._set(None, reason)
        if found is None or (self._carried is not None and found is self._carried.reading):
            return
        if (found.x_name, found.y_name) == (axes.x, axes.y):
            self._set(CarriedGrid(found))

    def show(self, axes: PlaneAxes) -> None:
        """Forget what is of other axes."""
        known = None if self._carried is None else self._carried.reading
        if known is not None and (known.x_name, known.y_name) != (axes.x, axes.y):
            self._set(None)

    def set_time(self, t: float) -> None:
        """Let the flow carry it to where it is at t."""
        self._time = t
        if self._carried is not None:
            self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._bar.set_theme(theme)
        self._chips.set_theme(theme)
        self._paint()

    def _follow_switch(self) -> None:
        self._line.switch(self.grid.isVisible())
        self._set(None)  # by the time it is shown again the values may be others

    def _set(self, carried: CarriedGrid | None, reason: str = "") -> None:
        self._carried, self._reason = carried, reason
        self._scale = None if carried is None else tint_scale(carried.reading)
        ends = () if self._scale is None else (self._scale.low, self._scale.high)
        words = tuple(f"×{power_text(float(f'{math.exp(end):.3g}'), 2)}" for end in ends)
        self._bar.show_scale(self._scale, words=(words[0], words[1]) if words else None)
        self._paint()

    def _paint(self) -> None:
        carried, projection = self._carried, self.grid.projection
        if carried is None or projection is None or projection.empty or not carried.begins_by(self._time):
            self.grid.set_segments(np.empty((0, 2)), ())
            self.cells.set_polygons(np.empty((0, 2)), ())
            self._tell_why_not()
            return
        picture = carried.at(self._time, projection)
        theme = self._card.theme
        stroke = Stroke.pale(theme.text, 1.0, _STRENGTH, theme)
        self.grid.set_segments(picture.points, (StrokeGroup(picture.begin, stroke),))
        self.cells.set_polygons(picture.points, self._tints(carried, picture))
        self._chips.set_text("grid", *spread_words(carried.reading, self._time, picture.left_out))

    def _tell_why_not(self) -> None:
        if self._reason:
            self._chips.set_text("grid", "no grid", self._reason, warning=True)
        else:
            self._chips.set_text("grid", "" if self._carried is None else "the grid begins with the time span")

    def _tints(self, carried: CarriedGrid, picture: GridPicture) -> list[tuple[np.ndarray, np.ndarray, int]]:
        """The cells by colour; those that have hardly changed have none."""
        if self._scale is None:
            return []
        known = np.isfinite(picture.log_det)
        part = np.clip(picture.log_det[known] / self._scale.high, -1.0, 1.0)
        levels = np.zeros(len(carried.sizes), dtype=np.int8)
        levels[picture.cells[known]] = np.rint(part * (_LEVELS // 2))
        around = np.repeat(levels, carried.sizes)
        table, groups = self._scale.table(self._card.theme), []
        for level in np.unique(levels[levels != 0]):
            place = int(self._scale.levels(np.array([level / (_LEVELS // 2) * self._scale.high]))[0])
            groups.append((carried.corners[around == level], carried.sizes[levels == level], int(table[place])))
        return groups


def tint_scale(reading: FlowMap) -> ColourScale | None:
    """Colours of log det about 0; None where no cell changes its size."""
    sizes = np.abs(reading.log_det[np.isfinite(reading.log_det)])
    most = float(sizes.max(initial=0.0))
    reach = min(most, _MOST)
    return ColourScale(-reach, reach, diverging=True, quiet=True) if reach > _SPREAD else None


def spread_words(reading: FlowMap, t: float, left_out: float) -> tuple[str, str]:
    """How many times as large the middle has become, in a chip and at length."""
    times = reading.centre_times
    order = slice(None, None, 1 if times[-1] > times[0] else -1)
    log_det = float(np.interp(t, times[order], reading.centre_log_det[order]))
    what = "area" if reading.size == 2 else "volume"
    if math.isnan(log_det):
        return "", "the solution from the middle has ended"
    number = power_text(math.exp(min(log_det, 700.0)), 4)
    long = f"In the middle of the grid det dz(t)/dz(0) = exp ∫ div f dt = {number}"
    area = float(np.interp(t, times[order], reading.centre_area[order]))
    if not math.isnan(area):
        long += f"; the area of a square of a ten-thousandth of the plane's sides, as measured: × {power_text(area, 4)}"
    if left_out > 0.0:
        long += f". {100.0 * left_out:.2g} % of the lines in sight are too stretched to be drawn"
    return f"{what} × {number}", long
