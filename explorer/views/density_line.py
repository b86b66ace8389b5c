"""The density that a flow of one component carries, as a curve between the base and the data."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import DensityLine

from ..canvas.dashes import Dashes
from ..canvas.error_band import Band, ErrorBand
from ..canvas.fitted_card import FittedCard
from ..canvas.number_text import number_text, power_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.rug import Rug
from ..canvas.segments import Segments, Stroke, StrokeGroup
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..learning_systems import carries_density
from ..sentence import sentence
from ..view import Table
from .density_words import steps_told
from .iteration_table import rows_where, within
from .journey import Journey
from .journey_slider import JourneySlider

_WAITING = "The density appears here when the flow has carried it."
_LOST, _FAR = 1e-3, 1e-2
"""Mass that may be missing, and the distance from which on what comes back is not what went there."""
_WHOLE = 0.998
"""Part of the samples that the picture shows at first: a few may be far away."""
_NAMES = (("density", "line"), ("base", "dash"), ("samples", "dot"))


class DensityLineView(FittedCard):
    """The density at a moment between base and data, and samples of the base below it."""

    name = "density_line"
    title = "Density on a line"
    wanted = frozenset({DensityLine})
    kinds = frozenset({"ode"})
    components = range(1, 2)
    serves = staticmethod(carries_density)
    help = (
        "The density that the flow carries from the standard normal base, dashed, to the data, and samples of the base "
        "as ticks: slide, or play, to move them. Where the flow spreads points apart the density falls, where it "
        "pushes them together it rises. The mass is the part of the base that comes to the data: less than 1 where "
        "points run to infinity on the way."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 8
    chip_names = ("steps", "mass", "round", "time")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._density: DensityLine | None = None
        self._name = self._symbol = "z"
        self._wished: tuple[float, float] | None = None  # what the text asks to be shown
        self._now = np.empty((0, 2))
        self._area = ErrorBand(self.theme, z=-5)
        self._line = Segments(self.theme, z=5)
        self._base = Dashes(self.theme, z=0)
        self._samples = Rug(self.theme, z=10)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(Sheet(self.theme, self._area, self._base, self._line), self._samples, self._note)
        self.plot.left.set_title("density")
        self.journey = JourneySlider("Time of the density")
        self.journey.moved.connect(self._move)
        self.body.insertWidget(self.body.indexOf(self.plot), self.journey)
        self.box.hover_moved.connect(self._point_at)

    def _move(self) -> None:
        """The density is at another time."""
        shown, theme = self._density, self.theme
        curve, samples = np.empty((0, 2)), np.empty(0)
        if shown is not None:
            journey = Journey(shown.times)
            curve = journey.states(np.stack([shown.x, shown.density], axis=2), self.journey.place)
            samples = journey.states(shown.samples[:, :, None], self.journey.place)[:, 0]
        self._now = curve
        joints = np.arange(max(0, len(curve) - 1))
        self._line.set_segments(curve, [StrokeGroup(joints, Stroke(theme.accent, 1.8))])
        bands = [Band(curve[:, 0], 0.0 * curve[:, 1], curve[:, 1], theme.accent)] if len(curve) else []
        self._area.set_bands(bands)
        self._samples.set_places(samples[np.isfinite(samples)], theme.rose)
        self.chips.set_text("time", "" if shown is None else self.journey.words)

    def _point_at(self, position: QPointF) -> None:
        x = float(self.box.projection().data(np.array([position.x(), position.y()]))[0])
        words = f"{self._symbol} = {number_text(x)}"
        known = self._now[np.isfinite(self._now).all(axis=1)]
        if len(known) and known[0, 0] <= x <= known[-1, 0]:
            words += f"   density {power_text(float(np.interp(x, *known.T)))}"
        self.readout.emit(words)

    @override
    def redraw(self) -> None:
        shown, theme = self._density, self.theme
        self._note.setVisible(shown is None)
        self.legend.set_entries(() if shown is None else _NAMES)
        if shown is not None:
            self.legend.set_colours((theme.accent, theme.muted, theme.rose), theme)
            base = np.stack([shown.x[:, 0], shown.density[:, 0]], axis=1)
            self._base.set_families([([base], theme.muted)])
        else:
            self._base.set_families(())
        self._tell()
        self._move()

    def _tell(self) -> None:
        shown = self._density
        if shown is None:
            for name in self.chip_names:
                self.chips.set_text(name, "")
            return
        lost, number = 1.0 - shown.mass, number_text(shown.mass, 3)
        hint = f"The density's integral at the data is {number_text(shown.mass, 5)}"
        if lost > _LOST:
            hint += f": {number_text(lost, 3)} of the base never comes there"
        self.chips.set_text("mass", f"mass {number}", hint, warning=lost > _LOST)
        number = power_text(shown.round_trip, 2) if math.isfinite(shown.round_trip) else ""
        hint = f"A sample that is carried to the base and back again comes back within {number} of where it was"
        steps = steps_told(shown.steps)
        self.chips.set_text("steps", steps.text, steps.hint, warning=steps.warning)
        self.chips.set_text("round", number and f"there and back {number}", hint, warning=shown.round_trip > _FAR)

    @override
    def extent(self) -> Rectangle | None:
        shown = self._density
        if shown is None:
            return None
        ends = shown.samples[:, [0, -1]]
        ends = np.sort(ends[np.isfinite(ends)])
        cut = round(0.5 * (1.0 - _WHOLE) * len(ends))
        across = self._wished or (float(ends[cut]), float(ends[len(ends) - 1 - cut]))
        heights = shown.density[(shown.x >= across[0]) & (shown.x <= across[1])]
        heights = heights[np.isfinite(heights)]
        return across, (0.0, float(heights.max()) if heights.size else 1.0)

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        across = self._wished or padded(*content[0], 0.05)
        return across, (-0.06 * content[1][1], 1.08 * content[1][1])

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._name, self._symbol = system.components[0], system.symbols[0]
        self._wished = system.view.get(self._name)
        self.plot.bottom.set_title(self._symbol)
        self._density = None
        self._note.set_text(_WAITING)
        self.journey.begin_anew()
        self.redraw()
        self.begin_anew(self.framed((self._wished or (-3.0, 3.0), (0.0, 0.5))))

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(DensityLine), frame.absent.get(DensityLine, "")
        if reason and found is None:
            self._density = None
            self._note.set_text(sentence(reason))
            self.redraw()
        if found is None or found is self._density:
            return
        self._density = found
        self.journey.offer(Journey(found.times), "t")
        self.redraw()
        self.follow_frame(frame)

    @override
    def advance(self, seconds: float) -> None:
        if self._density is not None:
            self.journey.advance(seconds)

    @override
    def table(self, visible_only: bool = False) -> Table:
        shown = self._density
        if shown is None:
            return Table({})
        times, places = np.tile(shown.times, len(shown.x)), shown.x.ravel()
        table = Table({"t": times, self._name: places, "density": shown.density.ravel()})
        return rows_where(table, within(places, self.box.rectangle()[0])) if visible_only else table
