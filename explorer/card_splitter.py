"""Cards beside or below each other that remember how a person divided the room among them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

GAP = 12
_WHOLE = 10_000
"""Splitters take sizes in pixels and scale them to what there is: large numbers keep the proportions."""


class CardSplitter(QSplitter):
    """A splitter with one division for each set of cards that it has shown.

    Cards come and go with the system. `arrange` gives those that are there the sizes that a person left them with
    the last time that just these were there, else their shares.
    """

    def __init__(self, orientation: Qt.Orientation) -> None:
        super().__init__(orientation)
        self.setHandleWidth(GAP)
        self.setChildrenCollapsible(False)
        self._shares: list[int] = []
        self._kept: dict[tuple[int, ...], list[int]] = {}
        self._shown: tuple[int, ...] = ()
        self.splitterMoved.connect(self._keep)

    def add(self, card: QWidget, share: int, smallest: int = 0) -> None:
        """Add a card at the end: its part of the room beside the others' shares, and its least height in pixels."""
        if smallest:
            card.setMinimumHeight(smallest)
        self.addWidget(card)
        self._shares.append(share)
        self.setStretchFactor(self.count() - 1, share)

    def arrange(self) -> None:
        """Cards were shown or hidden: divide the room among those that are there; hide where there is none."""
        shown = tuple(index for index in range(self.count()) if not self.widget(index).isHidden())
        self.setVisible(bool(shown))
        if shown == self._shown:
            return
        self._shown = shown
        total = sum(self._shares[index] for index in shown) or 1
        sizes = [_WHOLE * share // total if index in shown else 0 for index, share in enumerate(self._shares)]
        self.setSizes(self._kept.get(shown, sizes))

    def _keep(self) -> None:
        self._kept[self._shown] = self.sizes()
