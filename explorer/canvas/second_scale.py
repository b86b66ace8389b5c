"""What lies on a plot in a unit of its own: its vertical range is that of the axis on the right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from typing_extensions import override

from .projection import Projection
from .sheet import Sheet

if TYPE_CHECKING:
    from ..theme import Theme
    from .axis import Axis
    from .item import CanvasItem


class SecondScale(Sheet):
    """Items that are zoomed and moved with the plot along x only."""

    def __init__(self, theme: Theme, axis: Axis, *items: CanvasItem, z: float = 0.0) -> None:
        super().__init__(theme, *items, z=z)
        self._axis = axis
        self._given: Projection | None = None
        self.limits = (0.0, 1.0)

    def set_limits(self, low: float, high: float) -> None:
        """What the axis and the items reach from and to."""
        if (low, high) == self.limits:
            return
        self.limits = low, high
        self._axis.setRange(low, high)
        if self._given is not None:
            self.set_projection(self._given)

    @override
    def set_projection(self, projection: Projection) -> None:
        self._given = projection
        super().set_projection(replace(projection, y_range=self.limits))
