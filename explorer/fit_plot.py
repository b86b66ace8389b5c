"""The loss of a fit against its iterations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from .canvas.plot_card import padded
from .canvas.plot_labels import EmptyNote
from .canvas.segments import Segments, Stroke, StrokeGroup
from .canvas.side_plot import SidePlot
from .canvas.view_history import Rectangle

if TYPE_CHECKING:
    from .theme import Theme

_SMALLEST = 1e-300
_MOST_DECADES = 20.0


class FitPlot(SidePlot):
    """log10 of the loss."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, True)
        self.setAccessibleName("Loss against iterations")
        self._theme = theme
        self._points = np.empty((0, 2))
        self._line = Segments(theme, z=0)
        self._note = EmptyNote(theme, "The loss of each iteration appears here.")
        self.box.add(self._line, self._note)
        self.left.set_title("loss")
        self.bottom.set_title("iteration")

    def show_losses(self, losses: Sequence[tuple[int, float]]) -> None:
        """Draw the losses by iteration."""
        points = np.array([(number, loss) for number, loss in losses if np.isfinite(loss)]).reshape(-1, 2)
        if len(points):
            points[:, 1] = np.log10(np.maximum(points[:, 1], _SMALLEST))
        self._points = points
        self._note.setVisible(not len(points))
        self._line.set_segments(
            points, [StrokeGroup(np.arange(max(0, len(points) - 1)), Stroke(self._theme.accent, 1.6))]
        )
        if len(points):
            self.follow_data()

    @override
    def home(self) -> Rectangle:
        if not len(self._points):
            return (0.0, 1.0), (-1.0, 1.0)
        loss = self._points[:, 1]
        low = max(float(loss.min()), float(loss.max()) - _MOST_DECADES)
        return padded(0.0, max(1.0, float(self._points[-1, 0])), 0.02), padded(low, float(loss.max()))

    @override
    def apply_theme(self, theme: Theme) -> None:
        super().apply_theme(theme)
        self._theme = theme
        self.show_losses([(int(number), float(10.0**loss)) for number, loss in self._points])
