"""The loss over two parameters, and where every gradient method would go from the present values."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtCore import QPointF
from typing_extensions import override

from core.experiment import Experiment
from core.frame import Frame
from core.language import System
from core.readings import LossLandscape
from core.request import Viewport

from ..canvas.plot_card import PlotCard
from ..canvas.plot_labels import EmptyNote
from ..canvas.robust_range import robust_range
from ..canvas.view_history import Rectangle
from ..sentence import sentence
from ..theme import Theme
from ..view import Table
from .landscape_drawing import LandscapeDrawing
from .landscape_gestures import LandscapeGestures
from .landscape_picture import landscape_table, merged
from .landscape_plane import LandscapePlane, has_a_landscape
from .landscape_words import chips_of, place_words

_WAITING = "The loss over the parameters appears here."


class GradientLandscape(PlotCard):
    """Colours and contours of the loss, the point of the present values, and an arrow downhill for every method.

    The shaded half-plane is where the loss really falls: it ends at the tangent of the contour through the point, on a
    screen of any shape (see `DescentSide`). Arrows are steepest descents by positions of the sliders, so that one is
    outside of the half-plane on every screen or on none.
    """

    name = "gradient_landscape"
    title = "Loss landscape"
    wanted = frozenset({LossLandscape})
    kinds = frozenset({"ode", "map", "root"})
    serves = staticmethod(has_a_landscape)
    help = (
        "The loss of the solution over two parameters, from end to end of their sliders: low is green, high is violet, "
        "and nothing is drawn where the solve does not succeed. At the point of the present values an arrow for every "
        "gradient method shows where a step of descent would go, the wide one where it should: in the shaded "
        "half-plane the loss falls. A method whose arrow lies outside of it leads uphill, and is named in red. Lengths "
        "and angles are those by positions of the sliders. Drag the point, or click, to change both parameters. Of one "
        "parameter it is the loss as a curve, with the tangents that the methods claim."
    )
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 16
    chip_names = ("uphill", "loss", "unsolved", "progress", "note")
    legend_below = True

    def __init__(self) -> None:
        super().__init__()
        self._landscape: LossLandscape | None = None
        self._settings: object = None  # what the landscape depends on, as far as the window knows
        self._outdated, self._fits, self._chosen = True, True, ""
        self._drawing = LandscapeDrawing(self)
        self._plane = LandscapePlane()
        self._gestures = LandscapeGestures(self, self._plane)
        self._note = EmptyNote(self.theme, _WAITING)
        self.box.add(self._note)
        self.header.addWidget(self._plane.pickers)
        self.header.addWidget(self._drawing.menu)
        self._drawing.menu.changed.connect(self._show_ways)
        self._plane.changed.connect(self._take_axes)
        self.box.navigated.connect(self._rest)
        self.box.projection_changed.connect(self._show_ways)
        self.box.projection_changed.connect(self.viewport_changed)
        self.box.hover_moved.connect(self._point_at)

    def _take_axes(self) -> None:
        """Look at other parameters."""
        self._landscape, self._outdated, self._fits = None, True, True
        axes = self._plane.axes
        for place, (axis, title) in enumerate(zip((self.plot.bottom, self.plot.left), self._plane.titles, strict=True)):
            axis.set_title(title)
            axis.set_logarithmic(place < len(axes) and axes[place].log)
        self._drawing.turn(curve=self._plane.is_curve)
        self._note.set_text(_WAITING)
        self._show()
        self.legend.release()
        self.box.history.clear()
        self.box.show_rectangle(self.home())
        self.viewport_changed.emit()

    def _rest(self) -> None:
        """A person moved the view: its height is theirs."""
        self._fits = False

    def _show(self) -> None:
        """Draw everything anew."""
        landscape = self._landscape
        self._note.setVisible(landscape is None or not np.isfinite(landscape.values).any())
        if landscape is not None and landscape.values.size:
            self._note.set_text("No solve succeeds anywhere here.")
        self._drawing.paint(landscape)
        self._show_ways()

    def _show_ways(self) -> None:
        """What hangs on the present values, and on what is seen."""
        landscape = self._landscape
        self._drawing.paint_ways(landscape, self._chosen)
        for name, (text, hint, warning) in chips_of(landscape, self._drawing.ways).items():
            self.chips.set_text(name, text, hint, warning=warning)
        self._gestures.show(self._plane.place_of(landscape), self.theme.amber)

    def _point_at(self, position: QPointF) -> None:
        way = self._drawing.way_at(position)
        x, y = self.box.projection().data(np.array([position.x(), position.y()])).tolist()
        place = place_words(self._landscape, self._plane.axes, x, y)
        self.readout.emit(place if way is None else f"{way.claimed.title}   {way.words()}")

    @override
    def home(self) -> Rectangle:
        landscape = self._landscape
        curve = None if landscape is None or not self._plane.is_curve else robust_range(landscape.values.ravel())
        return self._plane.home(curve)

    @override
    def viewport(self) -> Viewport | None:
        return self._plane.viewport(self.box)

    @override
    def look_at(self, viewport: Viewport) -> None:
        rectangle = self._plane.rectangle_of(viewport)
        if rectangle is not None:
            self.box.show_rectangle(rectangle)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._plane.begin(experiment, system, axes)
        self.show_experiment(experiment, system)
        self._take_axes()

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        before = self._plane.axes
        if not self._plane.follow(experiment, system):
            self.reset(experiment, system)
            return
        choice = experiment.gradient
        self._chosen = choice.trajectory if system.flows else choice.fixed_point
        solving = experiment.root, experiment.integration, experiment.starts, experiment.span, choice.loss
        settings = (system.key, self._plane.fixed, solving)
        self._outdated |= settings != self._settings
        self._settings = settings
        if before and before != self._plane.axes:
            self._take_axes()
        self._show_ways()

    @override
    def set_selected(self, index: int | None) -> None:
        self._outdated = True  # another trajectory or sample is looked at

    @override
    def draw(self, frame: Frame) -> None:
        found, reason = frame.get(LossLandscape), frame.absent.get(LossLandscape, "")
        if reason and self._landscape is None:
            self._note.set_text(sentence(reason))
        if found is None or found is self._landscape or found.axes != self._plane.axes:
            return
        self._landscape = found if self._outdated else merged(self._landscape, found)
        self._outdated &= not found.values.size
        self._show()
        if self._plane.is_curve and self._fits and found.values.size:
            self.box.show_rectangle((self.box.rectangle()[0], self.home()[1]))

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._drawing.bar.set_theme(theme)
        self._show()

    @override
    def table(self, visible_only: bool = False) -> Table:
        return landscape_table(self._landscape, self.box.rectangle() if visible_only else None)
