"""A line of a card between its heading and its plot."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from .plot_card import PlotCard

_HEIGHT = 22


class KeyLine(QWidget):
    """Holds what explains a layer; as high as ever whatever is shown in it, so that the plot stays where it is.

    wide: comes last and takes the room that is left. It is seen while the layer is on in a system that has it.
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
        self._on = self._offered = False
        self.hide()
        card.body.insertWidget(card.body.indexOf(card.plot), self)

    def switch(self, on: bool) -> None:
        """The layer was shown or hidden."""
        self._on = on
        self.setVisible(self._on and self._offered)

    def offer(self, offered: bool) -> None:
        """Whether the system that is shown has the layer."""
        self._offered = offered
        self.setVisible(self._on and self._offered)
