"""The window: where things are. It knows places, and nothing of what is placed there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from .actions import Actions
from .card_splitter import GAP, CardSplitter
from .top_bar import TopBar

LEFT_WIDTH = 290
RIGHT_WIDTH = 370
SMALLEST_CARD = 150
"""Pixels of height below which a plot tells nothing: the right column scrolls rather than squeeze its cards."""
_SMALLEST_MAIN = 220
_MAIN_SHARE, _BELOW_SHARE = 64, 36
_OVERLAY_TOP = 106
"""Below the top bar and the titles of the cards."""


class MainWindow(QMainWindow):
    """A column of cards on the left, the main plot and the timeline in the middle, plots on the right, a bar below."""

    closing = Signal(QCloseEvent)
    """Whoever listens may ignore the event to keep the window open."""
    file_dropped = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setMinimumSize(960, 600)
        self.resize(1400, 900)
        self.actions_by_name = Actions(self)
        self.top_bar = TopBar(self.actions_by_name)
        self._left = _Column(LEFT_WIDTH)
        self._centre = QWidget()
        self._centre_layout = QVBoxLayout(self._centre)
        self._middle = CardSplitter(Qt.Orientation.Vertical)
        self._mains = QWidget()
        self._below = CardSplitter(Qt.Orientation.Horizontal)
        self._right = CardSplitter(Qt.Orientation.Vertical)
        self._right_column = _scrolling(self._right)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._overlays: list[QWidget] = []
        self._lay_out()

    def place_left(self, widget: QWidget) -> None:
        """Add a card at the bottom of the left column."""
        self._left.add(widget)

    def place_card(self, widget: QWidget, place: str, share: int = 1) -> None:
        """Add a card where `View.place` says: its part of the room beside the others' shares.

        Of those in the middle ("main") one is to be visible at a time; others stand "below" it or on the "right".
        """
        if place == "main":
            self._mains.layout().addWidget(widget)
        else:
            (self._below if place == "below" else self._right).add(widget, share, SMALLEST_CARD)

    def place_foot(self, widget: QWidget) -> None:
        """Put a widget under the plots in the middle."""
        self._centre_layout.addWidget(widget)

    def arrange_cards(self) -> None:
        """Call after cards in the middle or on the right were shown or hidden: each set has its own division."""
        for splitter in (self._below, self._middle, self._right):
            splitter.arrange()

    def place_status(self, widget: QWidget) -> None:
        """Put the status bar at the bottom."""
        self._root_layout.addWidget(widget)

    def place_overlay(self, widget: QWidget) -> None:
        """Let a widget float over the middle of the window, below the top bar; it keeps its own size."""
        widget.setParent(self)
        self._overlays.append(widget)
        self.arrange_overlays()

    def arrange_overlays(self) -> None:
        """Call after an overlay changed its size or became visible."""
        for overlay in self._overlays:
            size = overlay.sizeHint().boundedTo(self.size())
            overlay.setGeometry(QRect((self.width() - size.width()) // 2, _OVERLAY_TOP, size.width(), size.height()))
            overlay.raise_()

    def hide_panels(self, hidden: bool) -> None:
        """Leave only the middle."""
        self._left.setVisible(not hidden)
        self._right_column.setVisible(not hidden)

    def show_full_screen(self, full: bool) -> None:
        """Fill the screen, or return to what was before."""
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def _lay_out(self) -> None:
        self._centre_layout.setContentsMargins(0, 0, 0, 0)
        self._centre_layout.setSpacing(GAP)
        self._centre_layout.addWidget(self._middle, 1)
        mains = QVBoxLayout(self._mains)
        mains.setContentsMargins(0, 0, 0, 0)
        self._middle.add(self._mains, _MAIN_SHARE, _SMALLEST_MAIN)
        self._middle.add(self._below, _BELOW_SHARE)
        self._columns.setHandleWidth(GAP)
        self._columns.setChildrenCollapsible(False)
        for widget in (self._left, self._centre, self._right_column):
            self._columns.addWidget(widget)
        self._columns.setStretchFactor(1, 1)
        self._right_column.setMinimumWidth(280)
        self._centre.setMinimumWidth(360)
        self._columns.setSizes([LEFT_WIDTH, 700, RIGHT_WIDTH])
        root = QWidget()
        root.setObjectName("root")
        self._root_layout = QVBoxLayout(root)
        self._root_layout.setContentsMargins(0, 0, 0, 0)
        self._root_layout.setSpacing(0)
        self._root_layout.addWidget(self.top_bar)
        body = QHBoxLayout()
        body.setContentsMargins(GAP, GAP, GAP, GAP)
        body.addWidget(self._columns)
        self._root_layout.addLayout(body, 1)
        self.setCentralWidget(root)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self.closing.emit(event)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.arrange_overlays()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_file(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self.file_dropped.emit(_dropped_file(event.mimeData()))


class _Column(QScrollArea):
    """Cards below each other, scrolled where they are too many."""

    def __init__(self, width: int) -> None:
        super().__init__()
        column = QWidget()
        column.setObjectName("column")
        self._layout = QVBoxLayout(column)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(GAP)
        self._layout.addStretch(1)
        self.setWidget(column)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(width)
        self.setMaximumWidth(2 * width)

    def add(self, widget: QWidget) -> None:
        """Add a card at the bottom."""
        self._layout.insertWidget(self._layout.count() - 1, widget)


def _scrolling(column: QWidget) -> QScrollArea:
    """Room for a column that may be higher than the window."""
    area = QScrollArea()
    column.setObjectName("column")
    area.setWidget(column)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return area


def _dropped_file(data: QMimeData) -> str:
    urls = data.urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""
