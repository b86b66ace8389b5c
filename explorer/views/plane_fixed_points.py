"""The fixed points of the visible plane."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF

from core.readings import FixedPoint, FixedPoints, RootProofs

from ..canvas.effect_arrows import PointedParameter, effect_words
from ..canvas.glyphs import Glyphs
from ..canvas.number_text import eigenvalue_text, number_text
from ..canvas.outlined_boxes import OutlinedBoxes
from ..canvas.plot_labels import PlotLabel, PlotLabels
from .fixed_point_marks import fixed_point_group, fixed_point_words
from .plane_axes import PlaneAxes
from .proved_boxes import proof_of, proved_boxes

if TYPE_CHECKING:
    from jaxtyping import Float

    from ..theme import Theme

_REACH = 11.0


class PlaneFixedPoints:
    """The marks, their words, the boxes in which each is the only one, and their readings."""

    def __init__(self, theme: Theme) -> None:
        self.marks = Glyphs(theme, z=24)
        self.words = PlotLabels(theme, z=26)
        self.boxes = OutlinedBoxes(theme, z=-40)
        self.found: FixedPoints | None = None
        self.proofs: RootProofs | None = None
        self.places = np.empty((0, 2))
        self._axes: PlaneAxes | None = None

    def paint(
        self,
        theme: Theme,
        axes: PlaneAxes,
        ways: Sequence[Float[np.ndarray, "R 2"]],
        pointed: PointedParameter | None = None,
    ) -> None:
        """Put them where they lie on these axes; their words keep clear of the `ways` of the iterates.

        pointed: the parameter whose effect on them is told.
        """
        self._axes = axes
        seen = [(axes.components.index(name), axes.symbol(name)) for name in (axes.x, axes.y)]
        points = () if self.found is None else self.found.points
        states = np.array([one.point for one in points]).reshape(-1, len(axes.components))
        self.places = axes.places(states, 0.0)
        groups = [fixed_point_group(one, self.places[index : index + 1], theme) for index, one in enumerate(points)]
        self.marks.set_groups(groups)
        self.boxes.set_boxes(proved_boxes(self.proofs, self.found, axes, theme))
        self.words.set_labels(
            [
                PlotLabel(
                    (x, y),
                    (one.word, effect_words(one, self.found, pointed, seen) or fixed_point_words(one)[1]),
                    group.colour,
                )
                for one, group, (x, y) in zip(points, groups, self.places.tolist(), strict=True)
            ],
            ways,
        )

    def motion(self, step: Float[np.ndarray, "n"]) -> tuple[float, float]:
        """What a step of the state is on the axes."""
        axes = self._axes
        if axes is None:
            return 0.0, 0.0
        return float(step[axes.components.index(axes.x)]), float(step[axes.components.index(axes.y)])

    def wish(self, place: QPointF) -> dict[str, float]:
        """The components on the axes that a place stands for."""
        return {} if self._axes is None else {self._axes.x: place.x(), self._axes.y: place.y()}

    def at(self, position: QPointF) -> FixedPoint | None:
        """The fixed point under a position in pixels."""
        projection = self.marks.projection
        if projection is None or self.found is None or not self.marks.isVisible():
            return None
        for one, (x, y) in zip(self.found.points, projection.pixels(self.places).tolist(), strict=True):
            if math.hypot(x - position.x(), y - position.y()) <= _REACH:
                return one
        return None

    def text_of(self, found: FixedPoint, symbols: tuple[str, ...]) -> str:
        """One of them in words."""
        place = ", ".join(f"{name} = {number_text(value, 6)}" for name, value in zip(symbols, found.point, strict=True))
        noun = found.word if found.is_root else f"{found.word} fixed point"
        words = [noun, place, ",  ".join(eigenvalue_text(found.eigenvalues)), proof_of(found, self.proofs, self.found)]
        return "   ".join(filter(None, words))
