"""What the layers of the phase plane have in common that lie on its axes and come with a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from core.frame import Frame

    from ..theme import Theme
    from .plane_axes import PlaneAxes


class PlanePart(Protocol):
    """A layer with its own reading."""

    def clear(self) -> None:
        """Forget the reading."""

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over a frame's reading."""

    def show(self, axes: PlaneAxes) -> None:
        """Show it on other axes."""

    def apply_theme(self, theme: Theme) -> None:
        """Recolour everything."""
