"""What the layers of the phase plane share that show one reading as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from core.frame import Frame

    from ..theme import Theme
    from .plane_axes import PlaneAxes

R = TypeVar("R")


class PlaneReading(Generic[R]):
    """A `PlanePart`; subclasses say which reading they show, and paint `found`, None while there is none."""

    reading: ClassVar[type]

    def __init__(self, theme: Theme) -> None:
        self.found: R | None = None
        self._theme = theme
        self._axes: PlaneAxes | None = None

    def clear(self) -> None:
        """Forget the reading."""
        self.found = None
        self._paint()

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over a frame's reading; a frame without one leaves the old one, unless it says why."""
        found = frame.get(self.reading)
        if found is not None and found is not self.found:
            self.found = found
            self.show(axes)
        elif self.reading in frame.absent and self.found is not None:
            self.clear()

    def show(self, axes: PlaneAxes) -> None:
        """Show it on these axes."""
        self._axes = axes
        self._paint()

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self._theme = theme
        self._paint()

    def _paint(self) -> None:
        raise NotImplementedError
