"""What the phase plane shows of the vector field itself: arrows, streamlines, particles, nullclines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from core.frame import Frame
from core.readings import Nullclines, VelocityGrid

from ..canvas.arrows import Arrows
from ..canvas.dashes import Dashes
from ..canvas.flow import PlaneFlow
from ..canvas.grid_field import GridField
from ..canvas.item import CanvasItem
from ..canvas.streamlines import Streamlines
from ..canvas.trails import Trails
from .plane_axes import PlaneAxes

if TYPE_CHECKING:
    from ..theme import Theme


class PlaneField:
    """The field's layers and their readings."""

    def __init__(self, theme: Theme) -> None:
        self.arrows = Arrows(theme, z=-50)
        self.streamlines = Streamlines(theme, z=-60)
        self.trails = Trails(theme, z=-70)
        self.nullclines = Dashes(theme, z=-30)
        self.grid: VelocityGrid | None = None
        self._curves: Nullclines | None = None
        self._lookup: GridField | None = None
        self._theme = theme

    def still_items(self) -> tuple[CanvasItem, ...]:
        """All but the particles."""
        return self.arrows, self.streamlines, self.nullclines

    def clear(self) -> None:
        """Forget all readings."""
        self._set_grid(None)
        self._set_nullclines(None)

    def draw(self, frame: Frame, axes: PlaneAxes) -> None:
        """Take over the readings of a frame that belong to these axes; others stay as they were."""
        grid, curves = frame.get(VelocityGrid), frame.get(Nullclines)
        if grid is not None and grid is not self.grid and (grid.x_name, grid.y_name) == (axes.x, axes.y):
            self._set_grid(grid)
        if curves is not None and curves is not self._curves and (curves.x_name, curves.y_name) == (axes.x, axes.y):
            self._set_nullclines(curves)

    def apply_theme(self, theme: Theme) -> None:
        """Recolour the nullclines (the items take over the rest themselves)."""
        self._theme = theme
        self._set_nullclines(self._curves)

    def nullcline_legend(self) -> tuple[tuple[str, str], ...]:
        """The components whose nullclines are shown, with their colours."""
        curves = self._curves
        if curves is None:
            return ()
        return tuple((name, self._theme.rose if name == curves.x_name else self._theme.amber) for name in curves.names)

    def nullcline_dash(self, name: str) -> Literal["dash", "dash_dot"]:
        """How the curve of a component is dashed: not by its colour alone are the two told apart."""
        return "dash" if self._curves is None or name == self._curves.x_name else "dash_dot"

    def speed_at(self, x: float, y: float) -> float | None:
        """Speed in the plane at (x, y), between the points of the grid; None where it is not known."""
        grid = self.grid
        if grid is None or min(grid.u.shape) < 2:
            return None
        if self._lookup is None:
            self._lookup = GridField(grid.x, grid.y, grid.u, grid.v)
        velocity = self._lookup.at(np.array([[x, y]]))[0]
        speed = float(np.hypot(*velocity))
        return speed if np.isfinite(speed) else None

    def _set_grid(self, grid: VelocityGrid | None) -> None:
        self.grid = grid
        self._lookup = None
        flow = None if grid is None else PlaneFlow(grid)
        for item in (self.arrows, self.streamlines, self.trails):
            item.set_flow(flow)

    def _set_nullclines(self, curves: Nullclines | None) -> None:
        self._curves = curves
        colours = [colour for _, colour in self.nullcline_legend()]
        lines = () if curves is None else curves.lines
        families = [(one.curves(), colour) for one, colour in zip(lines, colours, strict=True)]
        names = () if curves is None else curves.names
        dotted = [place for place, name in enumerate(names) if self.nullcline_dash(name) == "dash_dot"]
        self.nullclines.set_families(families, dotted)
