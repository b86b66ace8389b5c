"""The phase plane: the field and everything that moves in it."""

from __future__ import annotations

from typing import ClassVar

from typing_extensions import override

from core.experiment import Experiment, starting_points
from core.frame import Frame
from core.language import System
from core.readings import (
    ClosedOrbits,
    Descents,
    Equilibria,
    FlowLoss,
    LossContours,
    Nullclines,
    Trajectories,
    VelocityGrid,
)
from core.request import Viewport

from ..canvas.item import CanvasItem
from ..canvas.plot_card import PlotCard
from ..canvas.sheet import Sheet
from ..canvas.view_history import Rectangle
from ..layered import Layer
from ..theme import Theme
from ..view import Table
from .plane_axes import PlaneAxes
from .plane_basins import PlaneBasins
from .plane_curves import PlaneCurves
from .plane_cycles import PlaneCycles
from .plane_derivatives import PlaneDerivatives
from .plane_descent import PlaneDescent
from .plane_ensemble import PlaneEnsemble
from .plane_equilibria import PlaneEquilibria
from .plane_field import PlaneField
from .plane_flow_map import PlaneFlowMap
from .plane_gestures import PlaneGestures
from .plane_goals import PlaneGoals
from .plane_header import PlaneHeader
from .plane_layers import LAYERS, SOMETIMES, layers_of
from .plane_part import PlanePart
from .plane_race import PlaneRace
from .plane_ribbon import PlaneRibbon
from .plane_section import PlaneSection
from .plane_separatrices import PlaneSeparatrices
from .plane_texture import PlaneTexture
from .trajectory_table import trajectory_table


class PhasePlane(PlotCard):
    """State space, or a plane of it; the t-x plane where there is one state only."""

    name = "phase_plane"
    title = "Phase plane"
    wanted = frozenset(
        {Trajectories, VelocityGrid, Nullclines, Equilibria, ClosedOrbits, LossContours, Descents, FlowLoss}
    )
    kinds = frozenset({"ode", "minimise"})
    help = "Click to start a trajectory, drag its start to move it, drag the plane to pan, turn the wheel to zoom."
    place: ClassVar[str] = "main"
    order: ClassVar[int] = 10
    chip_names = ("rate", "ensemble", "count", "time", "basins", "texture", "slice")

    def __init__(self) -> None:
        super().__init__()
        self._axes: PlaneAxes | None = None
        self._problem: tuple[Experiment, System] | None = None
        self._field = PlaneField(self.theme)
        self._curves = PlaneCurves(self.theme)
        self._descent = PlaneDescent(self.theme)
        self._equilibria = PlaneEquilibria(self.theme)
        self._cycles = PlaneCycles(self.theme)
        self._branches = PlaneSeparatrices(self.theme)
        self._race = PlaneRace(self.theme)
        self._ribbon = PlaneRibbon(self.theme)
        self._section = PlaneSection(self, self.theme)
        self._derivatives = PlaneDerivatives(self)
        self._texture = PlaneTexture(self)
        self._flow_map = PlaneFlowMap(self)
        self._ends = PlaneGoals(self)
        self.ends = self._ends.handle
        moving = self._cycles, self._branches, self._section, self._descent, self._race
        self._parts: tuple[PlanePart, ...] = *moving, self._derivatives, self._texture, self._flow_map, self._ends
        named = self._descent, self._race, self._cycles, self._branches, self._curves
        self._head = PlaneHeader(self, self._field, *named)
        self._basins = PlaneBasins(self)
        self._ensemble = PlaneEnsemble(self, self._basins.image, *self._derivatives.items())
        markers = self._equilibria.markers
        descent = self._descent
        flow = (*self._field.still_items(), *self._cycles.items(), *self._branches.items(), self._curves.curves)
        still = Sheet(
            self.theme,
            descent.contours,
            *flow,
            descent.ways,
            descent.dots,
            *self._race.items(),
            *self._ribbon.items(),
            z=-50,
        )
        maps = (
            self._basins.image,
            self._basins.kept,
            *self._derivatives.items(),
            self._ensemble.image,
            self._texture.image,
        )
        self.box.add(
            *maps,
            self._field.trails,
            self._ensemble.trails,
            *self._flow_map.items(),
            still,
            *self._curves.points(),
            *self._section.items(),
            descent.now,
            markers,
            *self._ends.items(),
        )
        self._gestures = PlaneGestures(self, self.box, self._field, self._curves, markers, descent.loss_at)
        self._gestures.end_at, self._gestures.branch_at = self._basins.text_at, self._branches.words_at
        self._gestures.slopes_at = self._derivatives.words_at
        self._head.pickers.changed.connect(self._take_axes)
        self.layer_switched.connect(self._head.show_legend)
        self.box.projection_changed.connect(self.viewport_changed)
        for layer in (*LAYERS, *SOMETIMES):
            self.set_layer_visible(layer.name, layer.visible)

    def _take_axes(self, axes: PlaneAxes) -> None:
        """Look at a plane of the system."""
        if self._problem is None:
            return
        self._axes = axes
        self._field.clear()
        self._basins.clear()
        self._ensemble.clear()
        self._head.take_axes(axes)  # after what it names has gone: an earlier system has other names
        self.plot.bottom.set_title(axes.symbol(axes.x))
        self.plot.left.set_title(axes.symbol(axes.y))
        self._gestures.reset(axes, next(iter(starting_points(*self._problem)), (0.0,) * len(axes.components)))
        self._curves.show(self._curves.trajectories, axes)
        self._equilibria.place(axes)
        for part in self._parts:
            part.show(axes)
        self._ribbon.show(axes, self._curves.trajectories)
        self.box.history.clear()
        self.box.show_rectangle(axes.home(*self._problem))
        self.viewport_changed.emit()

    @override
    def home(self) -> Rectangle:
        if self._problem is None or self._axes is None:
            return (-5.0, 5.0), (-5.0, 5.0)
        return self._axes.home(*self._problem)

    @override
    def layers(self) -> tuple[Layer, ...]:
        return LAYERS if self._problem is None else layers_of(*self._problem)

    @override
    def layer_items(self) -> dict[str, tuple[CanvasItem, ...]]:
        curves, field, descent = self._curves, self._field, self._descent
        return {
            "field": (field.arrows,),
            "streamlines": (field.streamlines,),
            "particles": (field.trails,),
            "nullclines": (field.nullclines,),
            "equilibria": (self._equilibria.markers,),
            "cycles": self._cycles.items(),
            "separatrices": self._branches.items(),
            "section": self._section.items(),
            "trajectories": (curves.curves, curves.events, curves.ends, curves.now, *self._ends.items()),
            "ribbon": self._ribbon.items(),
            "starts": (curves.starts,),
            "race": self._race.items(),
            "contours": (descent.contours,),
            "descents": (descent.ways, descent.dots, descent.now),
            "basins": (self._basins.image, self._basins.kept),
            **self._derivatives.layer_items(),
            "texture": self._texture.items(),
            "flow_map": self._flow_map.items(),
            "density": (self._ensemble.image,),
            "ensemble": (self._ensemble.trails,),
        }

    @override
    def viewport(self) -> Viewport | None:
        axes = self._axes
        if axes is None:
            return None
        x_range, y_range = self.box.rectangle()
        pixels = max(1, round(self.box.width())), max(1, round(self.box.height()))
        selection = self._gestures.anchor() if len(axes.components) > 2 else None
        return Viewport(axes.x, axes.y, x_range, y_range, pixels, selection)

    @override
    def reset(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        self._problem = experiment, system
        self._ends.able = bool(system.parameters)
        names = frozenset(layer.name for layer in self.layers())
        self._derivatives.offer(names)
        self._flow_map.offer(names)
        plane = PlaneAxes.of(system, axes)
        self._equilibria.clear()
        for part in self._parts:
            part.clear()
        self.show_experiment(experiment, system)
        self._basins.begin(system)
        self._curves.show(None, plane)
        self._head.pickers.offer(plane)
        self._head.show_trajectories(None)
        self._head.show_slice(None, plane)
        self._take_axes(plane)
        self._head.put_legend(below=system.kind == "minimise")  # optimisers are many
        self._head.show_legend()
        self._head.show_rate(self._descent)

    @override
    def show_experiment(self, experiment: Experiment, system: System) -> None:
        if self._problem is not None:
            self._problem = experiment, self._problem[1]
        for part in (self._section, self._flow_map):
            part.show_experiment(experiment)
        self._ends.show_experiment(experiment, system)
        if not experiment.ensemble.on:
            self._ensemble.clear()
        if not experiment.integration.rivals and self._race.found is not None:
            self._race.clear()
            self._head.show_legend()

    @override
    def draw(self, frame: Frame) -> None:
        axes = self._axes
        if axes is None:
            return
        self._basins.draw(frame, axes)
        if self._problem is not None and self._problem[0].ensemble.on:
            self._ensemble.draw(frame, axes)
        self._field.draw(frame, axes)
        self._equilibria.draw(frame, axes)
        for part in self._parts:
            part.draw(frame, axes)
        self._ribbon.draw(frame, axes)
        trajectories = frame.get(Trajectories)
        if trajectories is not None and trajectories is not self._curves.trajectories:
            self._curves.show(trajectories, axes)
            self._head.show_trajectories(trajectories)
        self._head.show_slice(self._field.grid, axes)
        self._head.show_legend()
        self._head.show_rate(self._descent)

    @override
    def set_cursor(self, t: float) -> None:
        self._curves.set_time(t)
        self._descent.set_time(t)
        self._ensemble.set_time(t)
        self._flow_map.set_time(t)
        self._head.show_time(t)

    @override
    def set_hovered(self, index: int | None) -> None:
        self._curves.emphasise(index, self._gestures.selected)

    @override
    def set_selected(self, index: int | None) -> None:
        sliced = self._axes is not None and len(self._axes.components) > 2
        moved = sliced and index != self._gestures.selected
        self._gestures.selected = index
        self._curves.emphasise(index)
        self._ends.set_focus(index)
        if moved:  # the slice goes through the selected start
            self.viewport_changed.emit()

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._field.apply_theme(theme)
        self._curves.apply_theme(theme)
        for part in self._parts:
            part.apply_theme(theme)
        self._ribbon.apply_theme(theme)
        self._basins.apply_theme()
        self._ensemble.apply_theme(theme)
        self._head.show_legend()

    @override
    def table(self, visible_only: bool = False) -> Table:
        visible = self.viewport() if visible_only else None
        return trajectory_table(self._curves.trajectories, visible, self._branches.exported())

    @override
    def advance(self, seconds: float) -> None:
        if self._field.trails.isVisible() and self.isVisible():
            self._field.trails.advance(seconds)
