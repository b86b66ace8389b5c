"""How a layer moves the data, from its input to its output."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.plane_view import first_viewport
from core.readings import FeaturePaths, NetworkDepths
from core.request import Viewport
from core.window_notes import WindowNotes

from ..canvas.fitted_card import FittedCard, around
from ..canvas.legend_line import share_legend_line
from ..canvas.nearest import nearest_point
from ..canvas.number_text import number_text
from ..canvas.plot_card import padded
from ..canvas.plot_labels import EmptyNote
from ..canvas.square_frame import square_frame
from ..canvas.value_line import ValueLine
from ..canvas.view_history import Rectangle
from ..learning_systems import learns_answers
from ..sentence import sentence
from ..view import Table
from .depth_continuum import DepthContinuum, switch
from .feature_axes import FeatureAxes
from .feature_paths import PathPicture, path_table, path_words
from .journey import Journey
from .journey_slider import JourneySlider
from .path_kinds import named_kinds, outcome_words
from .plane_axes import PlaneAxes

_WAITING = "The ways of the test points appear here when the network learns."
_SHARE = "share"
"""The name of depth where every sample is followed for a time of its own."""
_REACH = 9.0
_ALIKE = 4.0
"""Times that one component may reach farther than the other where both have the same scale."""


class FeatureEvolution(FittedCard):
    """The ways of the test points in a plane of two components, or of one over depth, and the points on them."""

    name = "feature_evolution"
    title = "Features over depth"
    wanted = frozenset({FeaturePaths})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(learns_answers)
    help = (
        "Where the layer carries every test point, in the colour of its class, from the input, a small dot, to the "
        "output. Slide, or play, to move the points along their ways; lines over the plane of the inputs go with them. "
        "*depths* offers the same weights in networks of few layers and of many, Euler steps of the differential "
        "equation or iterations of the implicit layer, up to the limit. One component over depth shows that the curves "
        "of a differential equation cannot cross: it needs an added component, which begins at 0, to carry points past "
        "each other. Of states over time depth is the share of the time to the next. The menus choose what lies on the "
        "axes."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 7
    chip_names = ("network", "outcome", "depth")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._plane: Viewport | None = None
        self._trained: FeaturePaths | None = None
        self._wanted = self.wanted
        self._depth, self._formula = "t", True
        self._symbols: dict[str, str] = {}
        self._picture = PathPicture(self.theme)
        self._line = ValueLine(self.theme, z=5)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(*self._picture.items(), self._line, self._note)
        self.axes = FeatureAxes()
        self.axes.pickers.changed.connect(self._turn)
        share_legend_line(self, self.axes.pickers)
        self.journey = JourneySlider("Depth")
        self.journey.moved.connect(self._move)
        self._line.moved.connect(self.journey.go_to_time)
        self.body.insertWidget(self.body.indexOf(self.plot), self.journey)
        self.grid = switch("grid", "Lines over the plane of the inputs, carried as far as the points")
        self.grid.setChecked(True)
        self.grid.toggled.connect(self._move)
        self.depths = DepthContinuum(self.theme)
        self.depths.changed.connect(self._choose)
        self.body.insertWidget(self.body.indexOf(self.plot), self.depths.slider)
        for button in (self.grid, self.depths.button):
            self.header.addWidget(button)
        self.box.hover_moved.connect(self._point_at)

    def _turn(self, chosen: PlaneAxes) -> None:
        """Other components."""
        self.axes.take(chosen)
        self.redraw()
        self.fit()

    def _move(self) -> None:
        """The points are at another depth."""
        depth = self._picture.move(self.axes, self.journey.place, grid=self.grid.isChecked())
        self._line.set_time(depth if self.axes.depth_across else np.nan)
        shown = self._picture.paths is not None
        self.chips.set_text("depth", self.journey.words if shown else "")

    def _point_at(self, position: QPointF) -> None:
        projection, titles = self.box.projection(), self.axes.titles
        places = projection.data(np.array([position.x(), position.y()])).tolist()
        words = [f"{title} = {number_text(value)}" for title, value in zip(titles, places, strict=True) if title]
        paths = self._picture.paths
        if paths is not None:
            near = nearest_point(projection.pixels(self._picture.now), (position.x(), position.y()), _REACH)
            words += [] if near is None else [path_words(paths, near)]
        self.readout.emit("   ".join(words))

    def _choose(self) -> None:
        """Another network is to be seen, or the same with other weights."""
        found, steps = self.depths.choose(self._trained), self._depth != "t"
        if found is not self._picture.paths:
            self._picture.hold(found, steps=steps)
        if found is not None:
            symbols = tuple(self._symbols.get(name, name) for name in found.components)
            depth = _SHARE if found.shares else self._depth
            self.axes.offer(found, depth, symbols)
            self.journey.offer(Journey(found.depth, steps), depth)
        self.redraw()
        if self._wanted != self.wants():
            self._wanted = self.wants()
            self.wants_changed.emit()

    @override
    def redraw(self) -> None:
        paths, theme = self._picture.paths, self.theme
        self._note.setVisible(paths is None)
        self._picture.paint(self.axes, theme)
        named = named_kinds(self._picture.kinds, theme, wrong=self._picture.wrong is not None)
        self.legend.set_entries(tuple((name, mark) for name, mark, _ in named))
        self.legend.set_colours(tuple(colour for *_, colour in named), theme)
        for axis, title in zip((self.plot.bottom, self.plot.left), self.axes.titles, strict=True):
            axis.set_title(title)
        self.depths.slider.set_theme(theme)
        self.grid.setVisible(paths is not None and bool(paths.grid.size))
        self.depths.allow(self._formula and (paths is None or not paths.shares))
        known = self.depths.network is not None  # which is judged by all test points
        self.chips.set_text("network", *self.depths.words())
        self.chips.set_text("outcome", *(("", "") if known or paths is None else outcome_words(paths)))
        self._move()

    @override
    def extent(self) -> Rectangle | None:
        return around(self._picture.places.reshape(-1, 2))

    @override
    def framed(self, content: Rectangle) -> Rectangle:
        wide, high = (end - begin for begin, end in content)
        if self.axes.has_depth or not 1.0 / _ALIKE < wide / max(high, 1e-300) < _ALIKE:
            return padded(*content[0]), padded(*content[1])
        return square_frame(content, self.box.width(), self.box.height())

    @override
    def viewport(self) -> Viewport | None:
        """The plane that was looked at before: equilibria are sought around it, and it is there again afterwards."""
        return self._plane

    @override
    def look_at(self, viewport: Viewport) -> None:
        self._plane = viewport

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._plane = first_viewport(experiment, system, WindowNotes(axes=axes))
        self._depth, self._formula = "t" if system.flows else "iteration", system.module is None
        self._symbols = dict(zip(system.components, system.symbols, strict=True))
        self._trained = None
        self._picture.hold(None)
        self.depths.begin_anew(steps=not system.flows)
        self._note.set_text(_WAITING)
        self.axes.forget()
        self.journey.begin_anew()
        self.legend.release()
        self.redraw()
        self.begin_anew(((-2.0, 2.0), (-2.0, 2.0)))

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(FeaturePaths), frame.absent.get(FeaturePaths, "")
        networks = frame.get(NetworkDepths)
        if reason and found is None:
            self._note.set_text(sentence(reason))
            self._trained = None
            self._choose()
        if networks is not None and networks is not self.depths.networks:
            self.depths.hold(networks)
        elif found is None or found is self._trained:
            return
        self._trained = found or self._trained
        self._choose()
        self.follow_frame(frame)

    @override
    def wants(self) -> frozenset[type]:
        return self.wanted | self.depths.wants

    @override
    def advance(self, seconds: float) -> None:
        if self._picture.paths is not None:
            self.journey.advance(seconds)

    @override
    def table(self, visible_only: bool = False) -> Table:
        seen = self._picture.places if visible_only else None
        return path_table(self._picture.paths, seen, self.box.rectangle())
