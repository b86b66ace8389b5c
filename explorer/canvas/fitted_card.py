"""A card whose axes follow its data until a person zooms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from typing_extensions import override

from .auto_fit import AutoFit
from .plot_card import PlotCard
from .view_history import Rectangle

if TYPE_CHECKING:
    from jaxtyping import Float

    from core.frame import Frame


class FittedCard(PlotCard):
    """Subclasses say what they show, in `extent`, and how much room there is to be around it, in `framed`."""

    def __init__(self) -> None:
        super().__init__()
        self._auto = AutoFit(self.box, self.framed)
        self.box.hover_left.connect(self.leave)

    def extent(self) -> Rectangle | None:
        """What holds everything that is drawn; None while there is nothing."""
        raise NotImplementedError

    def framed(self, content: Rectangle) -> Rectangle:
        """The visible rectangle for one that holds the data."""
        return content

    def leave(self) -> None:
        """The mouse is no longer over the plot: there is nothing to be read out."""
        self.readout.emit("")

    def begin_anew(self, rectangle: Rectangle) -> None:
        """Another system: forget what was seen, and show this until there are data."""
        self._auto.reset()
        self.box.history.clear()
        self.box.show_rectangle(rectangle)

    def follow_frame(self, frame: Frame) -> None:
        """The data of a frame were drawn: let the axes follow them."""
        self._auto.follow(self.extent(), settled=frame.final and frame.quality == "full")

    @override
    def home(self) -> Rectangle:
        return self._auto.home()

    @override
    def fit(self) -> None:
        self._auto.reset()
        self._auto.follow(self.extent())
        super().fit()


def around(points: Float[np.ndarray, "N 2"]) -> Rectangle | None:
    """The smallest rectangle that holds all points whose numbers are finite; None where there are none."""
    finite = points[np.isfinite(points).all(axis=1)]
    if not len(finite):
        return None
    (left, bottom), (right, top) = finite.min(axis=0).tolist(), finite.max(axis=0).tolist()
    return (left, right), (bottom, top)
