"""The axes of a loss landscape: one or two parameters, as long as their sliders, and the present values on them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.experiment import Experiment
from core.landscape_axis import LandscapeAxis, landscape_axes
from core.language import System
from core.readings import CURVE, LossLandscape
from core.request import Viewport

from ..canvas.plot_card import padded
from ..slider_scale import slider_scales
from .axis_pickers import AxisPickers
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..canvas.plot_box import PlotBox
    from ..canvas.view_history import Rectangle


_ROOM = 0.02
"""Of an axis: beyond the ends of a slider, where a point that is dragged to one of them, and a number, need it."""


class LandscapePlane(QObject):
    """Which parameters lie on the axes, in the experiment in force; axes: none before there is one."""

    changed = Signal()
    """A person chose other parameters."""

    def __init__(self) -> None:
        super().__init__()
        self.pickers = AxisPickers("Parameter")
        self.axes: tuple[LandscapeAxis, ...] = ()
        self._experiment: Experiment | None = None
        self._system: System | None = None
        self._names: tuple[str, ...] = ()
        self.pickers.changed.connect(self._choose)

    @property
    def is_curve(self) -> bool:
        """Whether the loss itself lies on the vertical axis."""
        return len(self.axes) == 1

    @property
    def titles(self) -> tuple[str, str]:
        """Of both axes."""
        first, second = (*(axis.symbol for axis in self.axes), "loss", "")[:2]
        return first, second

    @property
    def point(self) -> Float[np.ndarray, "k"]:
        """The places of the present values."""
        experiment, system = self._experiment, self._system
        if experiment is None or system is None:
            return np.full(len(self.axes), np.nan)
        values = {**system.defaults(), **experiment.values}
        return np.array([axis.place(values[axis.name]) for axis in self.axes])

    def place_of(self, landscape: LossLandscape | None) -> tuple[float, float]:
        """The present values in the plot; on a curve, which may be of values a moment ago, at the height it has."""
        point = self.point
        if not self.is_curve:
            return (float(point[0]), float(point[1])) if len(point) else (math.nan, math.nan)
        if landscape is None or not landscape.values.size or point[0] == landscape.point[0]:
            return float(point[0]), math.nan if landscape is None else landscape.loss
        return float(point[0]), float(np.interp(point[0], landscape.x, landscape.values[0]))

    @property
    def fixed(self) -> dict[str, float]:
        """The changed values of the other parameters."""
        values = {} if self._experiment is None else self._experiment.values
        return {name: value for name, value in values.items() if name not in self._names}

    def begin(self, experiment: Experiment, system: System, wished: tuple[str, str] | None = None) -> None:
        """Another system; wished: parameters that are chosen where it has them."""
        known = tuple(one.name for one in system.parameters)
        both = wished is not None and wished[0] != wished[1] and set(wished) <= set(known)
        kept = self._names if len(self._names) == min(2, len(known)) and set(self._names) <= set(known) else known[:2]
        self._names = wished if both and wished is not None else kept
        if len(self._names) > 1:
            symbols = tuple(one.symbol for one in system.parameters)
            self.pickers.offer(PlaneAxes(*self._names[:2], known, symbols))
        else:
            self.pickers.hide()
        self.follow(experiment, system)

    def follow(self, experiment: Experiment, system: System) -> bool:
        """Other values or ranges; False where the chosen parameters are not there any more."""
        known = {axis.name: axis for axis in landscape_axes(experiment, system)}
        if not set(self._names) <= set(known) or len(self._names) != min(2, len(known)):
            return False
        self._experiment, self._system = experiment, system
        self.axes = tuple(known[name] for name in self._names)
        return True

    def values_at(self, x: float, y: float) -> dict[str, float]:
        """What the sliders would be set to at a place of the plot: within their ends, in their own digits."""
        if self._experiment is None or self._system is None:
            return {}
        scales = {scale.name: scale for scale in slider_scales(self._system, self._experiment)}
        found = {}
        for axis, place in zip(self.axes, (x, y), strict=False):
            position = (place - axis.ends[0]) / axis.length
            found[axis.name] = scales[axis.name].value(position)
        return found

    def home(self, height: tuple[float, float] | None) -> Rectangle:
        """From end to end of the sliders, with a little room; height: of a curve."""
        if not self.axes:
            return (0.0, 1.0), (0.0, 1.0)
        across = padded(*self.axes[0].ends, _ROOM)
        if self.is_curve:
            return across, (0.0, 1.0) if height is None else padded(*height)
        return across, padded(*self.axes[1].ends, _ROOM)

    def viewport(self, box: PlotBox) -> Viewport | None:
        """What is to be computed for the visible part of the plot, in values of the parameters."""
        if not self.axes:
            return None
        names = (*(axis.name for axis in self.axes), CURVE)[:2]
        ranges = [
            (axis.value(low), axis.value(high)) for axis, (low, high) in zip(self.axes, box.rectangle(), strict=False)
        ]
        up = ranges[1] if len(ranges) > 1 else (0.0, 1.0)  # a curve is the same whatever of it is seen
        pixels = max(1, round(box.width())), max(1, round(box.height()))
        return Viewport(names[0], names[1], ranges[0], up, pixels)

    def rectangle_of(self, viewport: Viewport) -> Rectangle | None:
        """Where a viewport of the same axes looks; None of others."""
        if self.is_curve or [axis.name for axis in self.axes] != [viewport.x, viewport.y]:
            return None
        ranges = [
            (axis.place(low), axis.place(high))
            for axis, (low, high) in zip(self.axes, (viewport.x_range, viewport.y_range), strict=True)
        ]
        return ranges[0], ranges[1]

    def _choose(self, axes: PlaneAxes) -> None:
        self._names = axes.x, axes.y
        if self._experiment is not None and self._system is not None:
            self.follow(self._experiment, self._system)
        self.changed.emit()


def has_a_landscape(system: System) -> bool:
    """Whether a loss of its solution can be solved for over a slider, and differentiated."""
    return bool(system.parameters) and system.module is None and not (system.events or system.noise)
