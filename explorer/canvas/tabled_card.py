"""A card with a plot and a small table: one above the other where the card is tall, side by side where it is not."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QPushButton
from typing_extensions import override

from ..labels import label
from ..theme import Theme
from .figure_table import FigureTable
from .fitted_card import FittedCard

_TALL = 400
"""Pixels of height from which on the table stands below the plot."""
_ROOM_FOR_LEGEND = 300
_UNBOUNDED = 16_777_215
"""Qt's own largest size of a widget."""

_MARGINS = 28
_HEADING, _SMALLEST, _MOST_ROOM = 58, 150, 250
"""Pixels: of the heading with the margins; of a card without a warning; and at most, however long the table."""


class TabledCard(FittedCard):
    """Below its heading a sentence of warning where there is reason for one."""

    table_name: ClassVar[str]
    table_share: ClassVar[float] = 0.55
    """Of the room that the table may take."""
    narrowest_plot: ClassVar[int] = 0
    """Pixels: where the table leaves less beside it, it stands below the plot, however low the card."""

    def __init__(self) -> None:
        super().__init__()
        self.figures = FigureTable(self.theme, self.table_name)
        self.caution = label("", "error", wrap=True)
        self.caution.hide()
        self.cure = QPushButton()
        self.cure.setAccessibleName("What to do about it")
        self.cure.setCursor(Qt.CursorShape.PointingHandCursor)
        self.cure.hide()
        self.content = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self.content.setSpacing(10)
        self.body.removeWidget(self.plot)
        self.content.addWidget(self.plot, 1)
        self.content.addWidget(self.figures)
        self.body.addWidget(self.caution)
        self.body.addWidget(self.cure, alignment=Qt.AlignmentFlag.AlignLeft)
        self.body.addLayout(self.content, 1)

    def warn(self, sentence: str, cure: str = "", tip: str = "") -> None:
        """Say what is not to be trusted, "" for nothing; cure: the words of a button that mends it."""
        if sentence != self.caution.text():
            self.caution.setText(sentence)
        self.caution.setVisible(bool(sentence))
        self.cure.setText(cure)
        self.cure.setToolTip(tip)
        self.cure.setVisible(bool(cure))

    def arrange(self) -> None:
        """Give the table its place and room; in a low card the legend leaves its line to the plot."""
        if self.legend_below:
            self.legend.setVisible(self.height() >= _ROOM_FOR_LEGEND)
        wide = self._stands_beside()
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self.content.setDirection(across if wide else down)
        hint = self.figures.sizeHint()
        if wide:
            width = min(hint.width(), int(self.table_share * self.width()))
            self.figures.setFixedWidth(width)
            self.figures.setMinimumHeight(0)
            self.figures.setMaximumHeight(_UNBOUNDED)
        else:
            self.figures.setMinimumWidth(0)
            self.figures.setMaximumWidth(_UNBOUNDED)
            self.figures.setFixedHeight(min(hint.height(), int(self.table_share * self.height())))
        self.plot.setMinimumWidth(self.narrowest_plot)
        self._ask_for_room()
        self.body.activate()

    def _stands_beside(self) -> bool:
        """Whether the table and the plot are side by side."""
        if not self.narrowest_plot:
            return self.height() < _TALL
        room = self.width() - _MARGINS - self.content.spacing() - self.figures.sizeHint().width()
        return room >= self.narrowest_plot * (1 if self.height() < _TALL else 2)

    def _ask_for_room(self) -> None:
        """A card on its smallest height holds its table, and a warning above it."""
        warning = self.caution.heightForWidth(self.width() - _MARGINS) + 6 if self.caution.isVisibleTo(self) else 0
        if self.cure.isVisibleTo(self):
            warning += self.cure.sizeHint().height() + 6
        smallest = max(_SMALLEST, self.lowest)  # below it another part of the card would ask for more again, for ever
        wanted = min(_HEADING + warning + self.figures.wanted_height(), _MOST_ROOM)
        if wanted > max(self.minimumHeight(), smallest):
            self.setMinimumHeight(wanted)
        elif wanted < self.minimumHeight() and self.minimumHeight() > smallest:
            self.setMinimumHeight(max(wanted, smallest))

    @override
    def apply_theme(self, theme: Theme) -> None:
        self.figures.set_theme(theme)
        super().apply_theme(theme)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange()
