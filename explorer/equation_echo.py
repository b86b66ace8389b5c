"""The typeset echo: what was understood, set as mathematics."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, QTimer
from PySide6.QtGui import QGuiApplication, QPainter, QPaintEvent, QPalette
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

from .typeset_length import shortened

_INK = "#010203"
"""A colour nobody chooses: it is replaced by the theme's, so that a theme switch typesets nothing again."""
_SIZE = 16
_GAP = 6
_LEAST_SCALE = 0.62
"""A wide equation shrinks this far and is then cut at the card's edge: the editor below shows all of it."""


class EquationEcho(QWidget):
    """Sets one equation per turn of the event loop, so that a long system never holds up the window."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[str, ...] = ()
        self._pictures: list[QSvgRenderer] = []
        self._stale = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Typeset equations")
        self._next = QTimer(self)
        self._next.setSingleShot(True)
        self._next.setInterval(0)
        self._next.timeout.connect(self._typeset_next)

    def show_lines(self, lines: tuple[str, ...]) -> None:
        """Set these LaTeX lines below each other."""
        if lines != self._lines:
            self._lines = lines
            self._pictures = []
            self._next.start()

    def set_stale(self, stale: bool) -> None:
        """Dim: the text has moved on, and does not parse."""
        self._stale = stale
        self.update()

    def recolour(self) -> None:
        """Follow the program's palette."""
        self._pictures = [self._picture(line) for line in self._lines[: len(self._pictures)]]
        self.update()

    def _typeset_next(self) -> None:
        if len(self._pictures) == len(self._lines):
            return
        self._pictures.append(self._picture(self._lines[len(self._pictures)]))
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())
        self.update()
        self._next.start()

    def _picture(self, line: str) -> QSvgRenderer:
        ink = QGuiApplication.palette().color(QPalette.ColorRole.WindowText).name()
        return QSvgRenderer(QByteArray(_typeset(line).replace(_INK, ink).encode()), self)

    def _scale_of(self, picture: QSvgRenderer) -> float:
        return max(_LEAST_SCALE, min(1.0, self.width() / max(1.0, picture.viewBoxF().width())))

    @override
    def sizeHint(self) -> QSize:
        heights = [picture.viewBoxF().height() * self._scale_of(picture) + _GAP for picture in self._pictures]
        return QSize(200, round(sum(heights)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.4 if self._stale else 1.0)
        top = 0.0
        for picture in self._pictures:
            scale = self._scale_of(picture)
            size = picture.viewBoxF().size() * scale
            picture.render(painter, QRectF(0, top, size.width(), size.height()))
            top += size.height() + _GAP


@lru_cache(maxsize=256)
def _typeset(line: str) -> str:
    import ziamath  # noqa: PLC0415 - reads its font, which the first paint does not wait for

    ziamath.config.svg2 = False  # Qt draws no SVG 2 symbols: the picture would be blank
    return str(ziamath.Latex(shortened(line), size=_SIZE, color=_INK).svg())
