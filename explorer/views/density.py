"""The density that a flow carries, and samples on their way from the base to the data."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import ModelDensity
from core.request import Viewport

from ..canvas.colour_bar import ColourBar
from ..canvas.fitted_card import FittedCard, around
from ..canvas.glyphs import GlyphGroup, Glyphs
from ..canvas.legend_line import share_legend_line
from ..canvas.number_text import number_text
from ..canvas.plot_labels import EmptyNote
from ..canvas.raster import Raster
from ..canvas.sheet import Sheet
from ..canvas.square_frame import square_frame
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..learning_systems import carries_density
from ..sentence import sentence
from ..theme import Theme
from ..view import Table
from .density_picture import WORDS, density_scale, density_values
from .density_words import density_chips, density_table, place_words
from .journey import Journey
from .journey_slider import JourneySlider
from .plane_axes import PlaneAxes

_WAITING = "The density appears here when the flow has carried it."
_TIPS = (
    "The density that the flow carries to the base",
    "The density that the data are drawn from",
    "Learnt minus true: orange where the flow puts too much, blue where it puts too little",
)
_NAMES = (("samples", "dot"), ("test points", "lozenge"))
_SAMPLE, _DATUM = 2.0, 1.7


class Density(FittedCard):
    """The density as colours, linear in it, with the data, and samples of the base that the flow carries to them."""

    name = "density"
    title = "Density"
    wanted = frozenset({ModelDensity})
    kinds = frozenset({"ode"})
    components = range(2, 100_000)
    serves = staticmethod(carries_density)
    help = (
        "The density that the flow has learnt, or is given, from none to the highest, linear in it; switch to the "
        "density that the data come from, or to the difference. Dots are samples of the base that the flow "
        "carries to the data: slide, or play, to move them. The mass is the integral over what is seen; the gap "
        "to the truth, in nats, is an estimate of the Kullback-Leibler divergence. Where Euler's steps are told, the "
        "density is that of their map, and samples come through its inverse. Click a name to hide what it names."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 6
    chip_names = ("gap", "likelihood", "steps", "mass", "round", "time")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._density: ModelDensity | None = None
        self._axes = PlaneAxes("x", "y", ("x", "y"), ("x", "y"))
        self._wished: Rectangle | None = None  # what the text asks to be shown
        self._now = np.empty((0, 2))
        self._image = Raster(self.theme, z=-90)
        self._data, self._samples = Glyphs(self.theme, z=0), Glyphs(self.theme, z=10)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(self._image, Sheet(self.theme, self._data), self._samples, self._note)
        self.bar = ColourBar(self.theme)
        self._which = ChoiceRow("Density", WORDS, _TIPS, folding=True)
        self._which.chosen.connect(self.redraw)
        share_legend_line(self, self._which, self.bar)
        self.journey = JourneySlider("Time of the samples")
        self.journey.moved.connect(self._move)
        self.body.insertWidget(self.body.indexOf(self.plot), self.journey)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._point_at)

    def _word(self) -> str:
        known = self._density is None or self._density.true_log_density is not None
        return self._which.word() if known else WORDS[0]

    def _shows(self, place: int) -> bool:
        entries = self.legend.entries()
        return place >= len(entries) or entries[place].isChecked()

    def _move(self) -> None:
        """The samples are at another time."""
        shown = self._density
        if shown is None or not len(shown.times):
            self._now = np.empty((0, 2))
        else:
            self._now = Journey(shown.times).states(shown.samples, self.journey.place)
        samples = self._now if self._shows(0) else self._now[:0]
        self._samples.set_groups([GlyphGroup("disc", samples, self.theme.rose, _SAMPLE)])
        self.chips.set_text("time", "" if shown is None else self.journey.words)

    def _point_at(self, position: QPointF) -> None:
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        names = [f"{self._axes.symbol(name)} = " for name in (self._axes.x, self._axes.y)]
        words = [f"{name}{number_text(value)}" for name, value in zip(names, (x, y), strict=True)]
        words += [] if self._density is None else [place_words(self._density, x, y)]
        self.readout.emit("   ".join(filter(None, words)))

    @override
    def redraw(self) -> None:
        shown, theme, word = self._density, self.theme, self._word()
        self._note.setVisible(shown is None)
        self._which.setVisible(shown is not None and shown.true_log_density is not None)
        names = () if shown is None else _NAMES if len(shown.data) else _NAMES[:1]
        if self.legend.set_entries(names, switchable=True):
            for entry in self.legend.entries():
                entry.toggled.connect(self.redraw)
        if shown is not None:
            self.legend.set_colours((theme.rose, theme.muted)[: len(names)], theme)
            scale = density_scale(shown, word)
            self.bar.show_scale(scale)
            pixels = scale.table(theme)[scale.levels(density_values(shown, word))]
            self._image.set_pixels(shown.x, shown.y, pixels)
            data = shown.data if self._shows(1) else shown.data[:0]
            self._data.set_groups([GlyphGroup("diamond", data, theme.muted, _DATUM)])
        else:
            self.bar.show_scale(None)
            self._image.clear()
            self._data.set_groups(())
        for name, told in density_chips(shown).items():
            self.chips.set_text(name, told.text, told.hint, warning=told.warning)
        self._move()

    @override
    def extent(self) -> Rectangle | None:
        shown = self._density
        if self._wished or shown is None:
            return self._wished
        return around(shown.data if len(shown.data) else shown.samples[:, -1])

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        return self._wished or square_frame(content, self.box.width(), self.box.height())

    @override
    def viewport(self) -> Viewport | None:
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        return Viewport(self._axes.x, self._axes.y, *self.box.rectangle(), pixels)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._axes = PlaneAxes.of(system)
        home = self._axes.home(experiment, system)
        self._wished = home if {self._axes.x, self._axes.y} <= set(system.view) else None
        for axis, name in ((self.plot.bottom, self._axes.x), (self.plot.left, self._axes.y)):
            axis.set_title(self._axes.symbol(name))
        self._density = None
        self._note.set_text(_WAITING)
        self.journey.begin_anew()
        self.legend.release()
        self.redraw()
        self.begin_anew(home)

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(ModelDensity), frame.absent.get(ModelDensity, "")
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
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        return density_table(self._density, self._now, self.box.rectangle() if visible_only else None)
