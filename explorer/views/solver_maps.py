"""The maps of every solver of a race, side by side."""

from __future__ import annotations

import math
from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import MapFigures, SolverMaps
from core.request import Viewport

from ..canvas.colour_bar import ColourBar
from ..canvas.colour_scale import ColourScale
from ..canvas.number_text import number_text
from ..canvas.plot_card import PlotCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..editors.choice_row import ChoiceRow
from ..theme import Theme
from ..view import Table
from .basin_colours import count_pixels, end_colour, map_pixels
from .plane_axes import PlaneAxes
from .plane_basins import is_complex
from .solver_map_pictures import SolverMapPictures, TilePicture
from .solver_map_set import SolverMapSet
from .solver_map_words import NOWHERE, iterations_texts, percent, shares_table
from .solver_race import solver_colour, solver_glyph

_PIXELS, _ASPECT = 128, 4 / 3
_SHADINGS = ("basins", "iterations")
_SHADING_HELPS = (
    "A colour for every end; darker takes longer, beside the others of the same map",
    "How many iterations a start takes, in the same colours in every map",
)
_WAITING = "A map of every solver appears here."


class SolverMapsView(PlotCard):
    """Which start comes to which solution, and how fast, with one solver and with another."""

    name = "solver_maps"
    title = "Solver maps"
    wanted = frozenset({SolverMaps})
    kinds = frozenset({"map", "root"})
    components = range(2, 7)
    help = (
        "The same plane of starts for every solver of the race: which solution each start comes to, and after how "
        "many iterations. Above a map stand the mean of the starts that come to a solution, and the shares of all "
        "starts, in the colours of the solutions; a last, grey share comes to none. Click a map to choose its solver. "
        "The part of the plane is the one that was last looked at as iterates."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 14
    chip_names = ("race", "time")
    serves = staticmethod(lambda system: system.module is None)  # thousands of starts want a compiled formula
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._axes: PlaneAxes | None = None
        self._problem: tuple[Experiment, System] | None = None
        self._maps = SolverMapSet(self.name)
        self._pictures = SolverMapPictures(self.theme)
        self._note = EmptyNote(self.theme, _WAITING)
        self.plot.leave_out_axes()
        self.box.setMouseEnabled(x=False, y=False)
        self.box.add(Sheet(self.theme, self._pictures), self._note)
        self.bar = ColourBar(self.theme)
        self._shading = ChoiceRow("What the maps show", _SHADINGS, _SHADING_HELPS)
        self._shading.chosen.connect(self.redraw)
        self.header.addWidget(self.bar)
        self.header.addWidget(self._shading)
        self.box.hover_moved.connect(self._point_at)
        self.box.hover_left.connect(self._leave)
        self.box.clicked.connect(self._choose)

    def _aspect(self) -> float | None:
        """Of a picture, its width by its height; None where it may be stretched."""
        if self._axes is None or not is_complex(self._axes):
            return None
        (left, right), (low, high) = self.box.rectangle()
        return min(max((right - left) / (high - low), 0.5), 2.0)

    @override
    def redraw(self) -> None:
        """Draw everything anew."""
        maps, count, theme = self._maps, len(self._maps), self.theme
        scale = ColourScale(0.0, math.log(max(maps.most(), math.e)))
        counted = self._shading.word() == _SHADINGS[1]
        self._pictures.set_pictures([self._picture(index, scale, counted) for index in range(count)], self._aspect())
        self._note.setVisible(not count)
        words = "1", f"{number_text(math.exp(scale.high), 3)} iterations"
        self.bar.show_scale(scale if counted and count else None, words=words)
        self.chips.set_text("race", "only one solver: race others beside it" if count == 1 else "")
        late = maps.reading is not None and maps.reading.short_of_time
        hint = "Finer maps would take longer than the seconds which the card Run allows"
        self.chips.set_text("time", "out of time" if late else "", hint if late else "", warning=late)
        named = maps.legend(theme, counted=counted)
        self.legend.set_entries(tuple((name, "area") for name in named))
        self.legend.set_colours(tuple(named.values()), theme)

    def _picture(self, index: int, scale: ColourScale, counted: bool) -> TilePicture:
        theme, reading, shown = self.theme, self._maps.reading, self._maps.shown(index)
        title = "" if reading is None else reading.titles[index]
        glyph, colour = solver_glyph(index), solver_colour(theme, index)
        if shown is None:
            nothing = np.empty(0)
            return TilePicture(title, glyph, colour, ("…",), (), nothing, nothing, None, np.empty((0, 2)))
        hues, figures = self._maps.hues(shown), MapFigures.of(shown)
        pixels = count_pixels(shown, scale, theme) if counted else map_pixels(shown, hues, theme, smooth=False)
        shares = zip(figures.shares.tolist(), hues, strict=True)
        words = [(percent(share), end_colour(theme, hue)) for share, hue in shares if share]
        if figures.failed:
            words.append((f"{'' if words else NOWHERE} {percent(figures.failed)}".strip(), theme.muted))
        axes = (
            [] if self._axes is None else [self._axes.components.index(name) for name in (shown.x_name, shown.y_name)]
        )
        dots = shown.ends[:, axes] if shown.ends.shape[1] == 2 and axes else np.empty((0, 2))
        return TilePicture(
            title, glyph, colour, iterations_texts(figures), tuple(words), shown.x, shown.y, pixels, dots
        )

    def _point_at(self, position: QPointF) -> None:
        index, axes = self._pictures.at(position), self._axes
        self._pictures.set_pointed(index)
        known = index is not None and axes is not None
        self.readout.emit(self._maps.text(index, self._pictures.place(index, position), axes) if known else "")

    def _leave(self) -> None:
        self._pictures.set_pointed(None)
        self.readout.emit("")

    def _choose(self, position: QPointF) -> None:
        index = self._pictures.at(position)
        if index is not None and self._maps.reading is not None:
            self.solver_chosen.emit(self._maps.reading.solvers[index])

    @override
    def home(self) -> Rectangle:
        if self._problem is None or self._axes is None:
            return (-5.0, 5.0), (-5.0, 5.0)
        return self._axes.home(*self._problem)

    @override
    def viewport(self) -> Viewport | None:
        axes = self._axes
        if axes is None:
            return None
        aspect = self._aspect() or _ASPECT
        pixels = round(_PIXELS * min(aspect, 1.0)), round(_PIXELS / max(aspect, 1.0))
        return Viewport(axes.x, axes.y, *self.box.rectangle(), pixels)

    @override
    def look_at(self, viewport: Viewport) -> None:
        super().look_at(viewport)
        self.redraw()

    @override
    def fit(self) -> None:
        super().fit()
        self.redraw()
        self.viewport_changed.emit()

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._problem, self._axes = (experiment, system), PlaneAxes.of(system, axes)
        self._maps.begin(system)
        self.legend.release()
        self._note.set_text(_WAITING)
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.redraw()

    @override
    def draw(self, frame: Frame) -> None:
        if self._maps.take(frame):
            self.redraw()
        else:
            self._note.set_text(frame.absent.get(SolverMaps, _WAITING))

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.bar.set_theme(theme)
        super().apply_theme(theme)

    @override
    def table(self, visible_only: bool = False) -> Table:
        return shares_table(self._maps.reading)
