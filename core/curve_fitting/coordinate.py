"""A parameter on the scale of its range, where a fit moves it."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Coordinate:
    """Positions 0 to 1 for the values lo to hi, linear or logarithmic; of a free number, with infinite ends, its value
    in units of `unit`."""

    name: str
    lo: float = -math.inf
    hi: float = math.inf
    log: bool = False
    unit: float = 1.0

    @property
    def bounded(self) -> bool:
        """Whether it has ends."""
        return math.isfinite(self.lo) and math.isfinite(self.hi)

    def position(self, value: float) -> float:
        """Where a value lies."""
        if not self.bounded:
            return value / self.unit
        if self.log:
            return math.log(value / self.lo) / math.log(self.hi / self.lo)
        return (value - self.lo) / (self.hi - self.lo)

    def value(self, position: float) -> float:
        """The value at a position, the ends exactly."""
        if not self.bounded:
            return position * self.unit
        if position <= 0.0 or position >= 1.0:
            return self.lo if position <= 0.0 else self.hi
        if self.log:
            return float(self.lo * (self.hi / self.lo) ** position)
        return self.lo + (self.hi - self.lo) * position

    def slope(self, value: float) -> float:
        """How fast the value grows with the position, there."""
        if not self.bounded:
            return self.unit
        return value * math.log(self.hi / self.lo) if self.log else self.hi - self.lo
