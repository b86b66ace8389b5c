"""What lies on the three axes of the view in space."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.language import System
from core.plane_view import TIME

if TYPE_CHECKING:
    from jaxtyping import Float

_TIME_LENGTH = 1.6
"""Of the edge along t: a curve over time is longer than it is wide."""


@dataclass(frozen=True)
class SpaceAxes:
    """names: of three components, or t and two components; components, symbols: of the system."""

    names: tuple[str, str, str]
    components: tuple[str, ...]
    symbols: tuple[str, ...]

    @classmethod
    def of(cls, system: System, wished: tuple[str, str] | None = None) -> SpaceAxes:
        """All three components of three; of more, the two that are wished and the first other one, else the first
        three; t and both components of two."""
        names = system.components
        if len(names) == 2:
            first, second = names
            return cls((TIME, first, second), names, system.symbols)
        if len(names) > 3 and wished is not None and wished[0] != wished[1] and set(wished) <= set(names):
            names = (*wished, *(name for name in names if name not in wished))
        first, second, third = names[:3]
        return cls((first, second, third), system.components, system.symbols)

    @property
    def timed(self) -> bool:
        """Whether the first axis is that of time."""
        return self.names[0] not in self.components

    @property
    def lengths(self) -> tuple[float, float, float]:
        """Of the box's edges."""
        return (_TIME_LENGTH if self.timed else 1.0, 1.0, 1.0)

    def shown(self) -> tuple[str, str, str]:
        """How the names read on screen."""
        first, second, third = (
            name if name not in self.components else self.symbols[self.components.index(name)] for name in self.names
        )
        return first, second, third

    def places(self, z: Float[np.ndarray, "N n"], t: Float[np.ndarray, "N"] | float) -> Float[np.ndarray, "N 3"]:
        """States, and their times, as points of the space."""
        times = np.broadcast_to(np.asarray(t, dtype=np.float64), (len(z),))
        columns = [times if name not in self.components else z[:, self.components.index(name)] for name in self.names]
        return np.stack(columns, axis=1)
