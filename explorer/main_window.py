"""The window: where things are. It knows places, and nothing of what is placed there."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QScrollArea, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from .actions import Actions
from .top_bar import TopBar

LEFT_WIDTH = 290
RIGHT_WIDTH = 370
GAP = 12
_OVERLAY_TOP = 106
"""Below the top bar and the titles of the cards."""


class MainWindow(QMainWindow):
    """A column of cards on the left, the plane and its timeline in the middle, plots on the right, a bar below."""

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
        self._right = QSplitter(Qt.Orientation.Vertical)
        self._columns = QSplitter(Qt.Orientation.Horizontal)
        self._overlays: list[QWidget] = []
        self._lay_out()

    def place_left(self, widget: QWidget) -> None:
        """Add a card at the bottom of the left column."""
        self._left.add(widget)

    def place_centre(self, widget: QWidget, stretch: int = 0) -> None:
        """Add a widget below those in the middle."""
        self._centre_layout.addWidget(widget, stretch)

    def place_right(self, widget: QWidget) -> None:
        """Add a card below those on the right."""
        self._right.addWidget(widget)
        self._right.setCollapsible(self._right.count() - 1, False)

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

    def share_right(self, shares: list[int]) -> None:
        """Divide the right column in these proportions; splitters take sizes in pixels, so give them many."""
        for index, share in enumerate(shares):
            self._right.setStretchFactor(index, share)
        self._right.setSizes([100 * share for share in shares])

    def hide_panels(self, hidden: bool) -> None:
        """Leave only the plane and its timeline."""
        self._left.setVisible(not hidden)
        self._right.setVisible(not hidden)

    def show_full_screen(self, full: bool) -> None:
        """Fill the screen, or return to what was before."""
        if full:
            self.showFullScreen()
        else:
            self.showNormal()

    def _lay_out(self) -> None:
        self._centre_layout.setContentsMargins(0, 0, 0, 0)
        self._centre_layout.setSpacing(GAP)
        self._right.setHandleWidth(GAP)
        self._columns.setHandleWidth(GAP)
        self._columns.setChildrenCollapsible(False)
        for widget in (self._left, self._centre, self._right):
            self._columns.addWidget(widget)
        self._columns.setStretchFactor(1, 1)
        self._right.setMinimumWidth(280)
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


def _dropped_file(data: QMimeData) -> str:
    urls = data.urls()
    return urls[0].toLocalFile() if len(urls) == 1 else ""
