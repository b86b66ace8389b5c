"""A parameter as the axis of a picture: linear or logarithmic, from end to end of its slider."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .experiment import SliderRange

if TYPE_CHECKING:
    from .experiment import Experiment
    from .language import System


@dataclass(frozen=True)
class LandscapeAxis:
    """The place u of a value p is p itself, or log10 p on a logarithmic axis. lo, hi: the ends of the slider."""

    name: str
    symbol: str
    lo: float
    hi: float
    log: bool = False

    def place(self, value: float) -> float:
        """Where a value lies; of a logarithmic axis, values that are not above 0 lie at minus infinity."""
        if not self.log:
            return value
        return math.log10(value) if value > 0.0 else -math.inf

    def value(self, place: float) -> float:
        """The value at a place."""
        return 10.0**place if self.log else place

    def slope(self, value: float) -> float:
        """dp/du: what a derivative by the value is multiplied by to be one by the place."""
        return value * math.log(10.0) if self.log else 1.0

    @property
    def ends(self) -> tuple[float, float]:
        """The places of the slider's ends."""
        return self.place(self.lo), self.place(self.hi)

    @property
    def length(self) -> float:
        """From end to end, in places."""
        low, high = self.ends
        return high - low


def landscape_axes(experiment: Experiment, system: System) -> tuple[LandscapeAxis, ...]:
    """Of every parameter of the text, in its order: a person's range, else the text's."""
    found = []
    for one in system.parameters:
        slider = experiment.ranges.get(one.name, SliderRange(one.lo, one.hi, one.log))
        found.append(LandscapeAxis(one.name, one.symbol, slider.lo, slider.hi, slider.log and slider.lo > 0.0))
    return tuple(found)
