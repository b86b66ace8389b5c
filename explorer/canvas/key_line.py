"""A line of a card between its heading and its plot."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from .plot_card import PlotCard

_HEIGHT = 22


class KeyLine(QWidget):
    """Holds what explains a layer; as high as ever whatever is shown in it, so that the plot stays where it is.

    wide: comes last and takes the room that is left.
    """

    def __init__(self, card: PlotCard, *widgets: QWidget, wide: QWidget | None = None) -> None:
        super().__init__()
        self.setFixedHeight(_HEIGHT)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for widget in widgets:
            row.addWidget(widget)
        row.addWidget(QWidget() if wide is None else wide, 1)
        self.hide()
        card.body.insertWidget(card.body.indexOf(card.plot), self)
