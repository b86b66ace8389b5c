"""A parameter's slider as a scale from 0 to 1, linear or logarithmic."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.experiment import SliderRange

if TYPE_CHECKING:
    from core.experiment import Experiment
    from core.language import System


@dataclass(frozen=True)
class SliderScale:
    """name, symbol: of the parameter; slider: its range."""

    name: str
    symbol: str
    slider: SliderRange

    def position(self, value: float) -> float:
        """Where a value lies, 0 at the lower end and 1 at the upper one."""
        lo, hi = self.slider.lo, self.slider.hi
        value = min(max(value, lo), hi)
        return math.log(value / lo) / math.log(hi / lo) if self.slider.log else (value - lo) / (hi - lo)

    def value(self, position: float) -> float:
        """The value at a position: the ends exactly, between them seven digits of the range."""
        lo, hi = self.slider.lo, self.slider.hi
        if position <= 0.0 or position >= 1.0:
            return lo if position <= 0.0 else hi
        if self.slider.log:
            return float(f"{lo * (hi / lo) ** position:.8g}")
        return round(lo + (hi - lo) * position, 7 - math.floor(math.log10(hi - lo)))

    def slope(self, value: float) -> float:
        """How fast the value grows with the position, there."""
        lo, hi = self.slider.lo, self.slider.hi
        return float(value * math.log(hi / lo) if self.slider.log else hi - lo)


def slider_scales(system: System, experiment: Experiment) -> tuple[SliderScale, ...]:
    """Of every parameter of the text, in its order: a person's range, else the text's."""
    return tuple(
        SliderScale(
            one.name,
            one.symbol or one.name,
            experiment.ranges.get(one.name, SliderRange(one.lo, one.hi, one.log, one.step)),
        )
        for one in system.parameters
    )
