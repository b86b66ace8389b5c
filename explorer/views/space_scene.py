"""A scene in space: the box, the curves and the marks in it, and the camera that sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.experiment import Experiment
from core.language import System
from core.readings import Equilibria, Trajectories

from ..canvas.camera import Camera
from ..canvas.cuboid import Cuboid
from ..canvas.cuboid_axes import CuboidAxes
from .space_axes import SpaceAxes
from .space_box import SpaceBox
from .space_curves import SpaceCurves
from .space_marks import SpaceMarks

if TYPE_CHECKING:
    from ..theme import Theme


class SpaceScene:
    """Whatever changes, all parts are seen by one camera in one box."""

    def __init__(self, theme: Theme) -> None:
        self.frame = CuboidAxes(theme, z=-10)
        self.curves = SpaceCurves(theme)
        self.marks = SpaceMarks(theme)
        self.camera = Camera()
        self.axes: SpaceAxes | None = None
        self._box: SpaceBox | None = None

    @property
    def cuboid(self) -> Cuboid:
        """The box as it is."""
        return Cuboid() if self._box is None else self._box.cuboid()

    def begin(self, experiment: Experiment, system: System, axes: SpaceAxes) -> None:
        """Another system: nothing is known of it."""
        self._box = SpaceBox(experiment, system, axes)
        self.curves.trajectories = None
        self.marks.show_equilibria(None)
        self.camera = Camera()
        self.take_axes(axes)

    def show_experiment(self, experiment: Experiment) -> None:
        """Its starts and its span of time may be others."""
        if self._box is not None:
            self._box.experiment = experiment

    def take_axes(self, axes: SpaceAxes) -> None:
        """Look at other components."""
        self.axes = axes
        self.frame.set_names(axes.shown())
        if self._box is not None:
            self._box.take_axes(axes)
        self.show(self.curves.trajectories, settled=True)

    def show(self, trajectories: Trajectories | None, *, settled: bool) -> None:
        """Show a reading; settled: no drag is under way."""
        if self.axes is None or self._box is None:
            return
        self.curves.show(trajectories, self.axes)
        self.marks.show(trajectories, self.axes, self.curves.places)
        self._box.follow(*self.curves.forward(), settled=settled)
        self.curves.settle(self.cuboid)
        self.look(self.camera)

    def show_equilibria(self, found: Equilibria) -> None:
        """Mark a reading's equilibria."""
        self.marks.show_equilibria(found)
        self.marks.look(self.camera, self.cuboid)

    def look(self, camera: Camera) -> None:
        """Look from elsewhere."""
        self.camera = camera
        cuboid = self.cuboid
        self.frame.look(camera, cuboid)
        self.curves.look(camera)
        self.marks.look(camera, cuboid)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self.curves.apply_theme(theme)
        self.marks.apply_theme(theme)
