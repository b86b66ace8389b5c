"""How large the gradient by every learnt tensor is while a network learns."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from PySide6.QtGui import QResizeEvent
from typing_extensions import override

from core.training_state import LearningCurves

from ..canvas.learning_lines import LearningLine
from ..canvas.number_text import power_text
from ..canvas.training_card import TrainingCard
from .solver_race import SOLVER_GLYPHS

_NAMED = 3
"""Tensors of which the status bar tells the number."""
_MANY, _ROOM_FOR_NAMES = 8, 300
"""Names from which on they need a card of this height, in pixels."""


class GradientNorms(TrainingCard):
    """log10 of |dL/dw| of every learnt tensor w, against the iteration."""

    name = "gradient_norms"
    title = "Gradient norms"
    help = (
        "The length of the loss's gradient by every learnt tensor, at every iteration of the training, with its "
        "running mean. A line that falls far below the others is a tensor that no longer learns; one that "
        "leaps up is a batch that shakes it. Click a name to hide it."
    )
    place: ClassVar[str] = "right"
    order: ClassVar[int] = 19
    waiting = "Gradients appear here when the network learns."

    def __init__(self) -> None:
        super().__init__()
        self.plot.left.set_title("|∂L/∂w|")

    def _names(self, curves: LearningCurves) -> list[str]:
        known = () if self.progress is None else tuple(self.progress.state.weights)
        count = curves.gradient_norms.shape[1]
        return [known[place] if place < len(known) else f"tensor {place + 1}" for place in range(count)]

    @override
    def lines_of(self, curves: LearningCurves) -> list[LearningLine]:
        known = np.arange(len(curves.gradient_norms))
        return [
            LearningLine(
                name,
                self.theme.colour_of(place),
                SOLVER_GLYPHS[place % len(SOLVER_GLYPHS)],
                known,
                curves.gradient_norms[:, place],
            )
            for place, name in enumerate(self._names(curves))
        ]

    @override
    def redraw(self) -> None:
        super().redraw()
        self._give_room()

    def _give_room(self) -> None:
        """In a low card many names leave their lines to the plot."""
        many = len(self.legend.entries()) > _MANY
        self.legend.setVisible(bool(self.legend.entries()) and not (many and self.height() < _ROOM_FOR_NAMES))

    @override
    def words_at(self, curves: LearningCurves, iteration: int, height: float) -> str:
        norms = curves.gradient_norms[iteration]
        with np.errstate(divide="ignore"):
            away = np.abs(np.log10(norms) - height)
        names, nearest = self._names(curves), np.argsort(away, kind="stable")[:_NAMED].tolist()
        return "   ".join(f"{names[place]} {power_text(float(norms[place]))}" for place in nearest)

    @override
    def columns_of(self, curves: LearningCurves) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
        return dict(zip(self._names(curves), curves.gradient_norms.T, strict=True)), {}

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_room()
