"""The axes of a plot over a parameter: which parameter of which experiment, and which component over it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from core.experiment import Experiment, SliderRange
from core.language import ParameterDeclaration, System
from core.request import Viewport

from ..canvas.plot_card import padded
from .orbit_pickers import OrbitPickers
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..canvas.plot_box import PlotBox
    from ..canvas.view_history import Rectangle

_ROOM = 0.04
"""Of the height of the text's view: room above and below."""


class ParameterAxes:
    """What the pickers have chosen, in the experiment in force; system: None before there is one.

    The system keeps the view with which the plot was reset.
    """

    def __init__(self, pickers: OrbitPickers) -> None:
        self._pickers = pickers
        self._experiment: Experiment | None = None
        self.system: System | None = None

    @property
    def declared(self) -> ParameterDeclaration:
        """What the text says of the parameter on the horizontal axis."""
        return next(one for one in self.system.parameters if one.name == self._pickers.parameter)

    @property
    def slider(self) -> SliderRange:
        """The range of its slider: a person's, else the text's."""
        declared = self.declared
        return self._experiment.ranges.get(declared.name, SliderRange(declared.lo, declared.hi))

    @property
    def value(self) -> float:
        """Its value in force."""
        declared = self.declared
        return self._experiment.values.get(declared.name, declared.default)

    @property
    def place(self) -> int:
        """The place of the component among the system's."""
        return self.system.components.index(self._pickers.component)

    @property
    def symbols(self) -> tuple[str, str]:
        """Of the parameter and the component, as they are written."""
        return self.declared.symbol, self.system.symbols[self.place]

    @property
    def others(self) -> dict[str, float]:
        """The values of the other parameters that were changed."""
        return {name: value for name, value in self._experiment.values.items() if name != self._pickers.parameter}

    def begin(self, experiment: Experiment, system: System, axes: tuple[str, str] | None = None) -> None:
        """Another system; axes: names that are chosen where it has them."""
        self._experiment, self.system = experiment, system
        self._pickers.offer(system, axes)

    def follow(self, experiment: Experiment, system: System) -> bool:
        """Other values of a system with the same components; False where its parameters are others."""
        declared = self.system.parameters
        self._experiment, self.system = experiment, replace(system, view=self.system.view)
        if declared == system.parameters:
            return True
        self._pickers.offer(system)
        return False

    def home(self, height: tuple[float, float] | None) -> Rectangle:
        """The whole range of the slider, and a height, or that of the text's view where there is none."""
        system = self.system
        if system is None:
            return (0.0, 1.0), (0.0, 1.0)
        name, slider = self._pickers.component, self.slider
        guess = PlaneAxes(name, name, system.components, system.symbols).home(self._experiment, system)[1]
        # of a flow nothing moves up or down, and what rests at an end of its view is to be seen
        return (slider.lo, slider.hi), height or (padded(*guess, _ROOM) if system.flows else guess)

    def viewport(self, box: PlotBox) -> Viewport | None:
        """What is to be computed for the visible part of the plot."""
        if self.system is None:
            return None
        pixels = max(1, round(box.width())), max(1, round(box.height()))
        return Viewport(self._pickers.parameter, self._pickers.component, *box.rectangle(), pixels)


def has_a_parameter(system: System) -> bool:
    """Whether there is a formula with a slider to lead it along.

    Complex unknowns would have two curves for one, and have fractals.
    """
    return bool(system.parameters) and not system.is_complex and system.module is None
