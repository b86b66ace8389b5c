"""The diagram of a network: boxes and arrows from the data to the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPalette, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget
from typing_extensions import override

if TYPE_CHECKING:
    from core.network_builder import Outline

_WIDTH = 290
_BOX = QSize(214, 28)
_GAP = 24
_EDGE = 10
_FRAME = 22
"""Room within the frame of what is repeated, above the first box and below the last."""
_SIDE = 26
"""How far the frame stands off the boxes, and the lane of sums runs within it."""
_HEAD = 4.0
_ROLE = QPalette.ColorRole


@dataclass(frozen=True)
class Captions:
    """What stands in the first box, in the last one, and beside the loop between them."""

    first: str = ""
    last: str = ""
    loop: str = ""


class NetworkDiagram(QWidget):
    """Paints an outline in the colours of the palette, as high as it needs to be."""

    def __init__(self) -> None:
        super().__init__()
        self._outline: Outline | None = None
        self._captions = Captions()
        self.setAccessibleName("Diagram of the network")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def show_outline(self, outline: Outline | None, captions: Captions) -> None:
        """Another network; None where there is none."""
        self._outline, self._captions = outline, captions
        self.setFixedHeight(self.sizeHint().height())
        self.setAccessibleDescription(self.words())
        self.update()

    def words(self) -> str:
        """What is painted, for those who do not see it."""
        if self._outline is None:
            return ""
        stages = [f"{stage.words} to {stage.width}" for stage in self._outline.stages]
        return "; ".join((self._captions.first, *stages, self._captions.loop, self._captions.last))

    def _boxes(self) -> tuple[QRectF, list[QRectF], QRectF]:
        """Where the first box is, those of the stages, and the last."""
        assert self._outline is not None
        left, step = (self.width() - _BOX.width()) / 2, _BOX.height() + _GAP
        tops = [float(_EDGE)]
        tops += [_EDGE + step + _FRAME + place * step for place in range(len(self._outline.stages))]
        tops.append(tops[-1] + step + _FRAME)
        first, *stages, last = (QRectF(left, top, _BOX.width(), _BOX.height()) for top in tops)
        return first, stages, last

    def _paint_loop(self, painter: QPainter, stages: list[QRectF]) -> None:
        """A frame around what is repeated, with an arrow that leads back up on its right side."""
        frame = stages[0].united(stages[-1]).adjusted(-_SIDE, -_FRAME, _SIDE, _FRAME)
        painter.setPen(QPen(self._colour(_ROLE.Highlight), 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(frame, 10, 10)
        middle = frame.center().y()
        self._paint_head(painter, QPointF(frame.right(), middle - _HEAD), -1.0, _ROLE.Highlight)
        painter.setPen(self._colour(_ROLE.Highlight))
        painter.setFont(self._font(11))
        painter.drawText(frame.adjusted(8, 3, -8, 0), Qt.AlignmentFlag.AlignRight, self._captions.loop)

    def _paint_box(self, painter: QPainter, box: QRectF, words: str, detail: str, strong: bool) -> None:
        painter.setPen(QPen(self._colour(_ROLE.Highlight if strong else _ROLE.Mid), 1.2))
        painter.setBrush(self._colour(_ROLE.Button))
        painter.drawRoundedRect(box, 6, 6)
        inner = box.adjusted(9, 0, -9, 0)
        centre = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._font(11))
        painter.setPen(self._colour(_ROLE.PlaceholderText))
        painter.drawText(inner, centre | Qt.AlignmentFlag.AlignRight, detail)
        room = inner.width() - (painter.fontMetrics().horizontalAdvance(detail) + 8 if detail else 0)
        painter.setFont(self._font(12))
        painter.setPen(self._colour(_ROLE.Text))
        shown = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room))
        side = Qt.AlignmentFlag.AlignLeft if detail else Qt.AlignmentFlag.AlignHCenter
        painter.drawText(inner, centre | side, shown)

    def _paint_arrow(self, painter: QPainter, above: QRectF, below: QRectF, count: int) -> None:
        """From box to box, with the number of components that it carries."""
        middle = above.center().x()
        painter.setPen(QPen(self._colour(_ROLE.PlaceholderText), 1.2))
        painter.drawLine(QPointF(middle, above.bottom()), QPointF(middle, below.top() - _HEAD))
        self._paint_head(painter, QPointF(middle, below.top()), 1.0, _ROLE.PlaceholderText)
        painter.setFont(self._font(10))
        painter.setPen(self._colour(_ROLE.PlaceholderText))
        beside = QRectF(middle + 7, below.top() - _GAP, 60, _GAP)
        painter.drawText(beside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(count))

    def _paint_sum(self, painter: QPainter, source: QRectF, target: QRectF) -> None:
        """From above a box past those between to the left side of another."""
        top, lane = source.top() - _GAP / 2, source.left() - _SIDE / 2
        painter.setPen(QPen(self._colour(_ROLE.PlaceholderText), 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        way = QPainterPath(QPointF(source.center().x(), top))
        for point in (QPointF(lane, top), QPointF(lane, target.center().y()), target.center()):
            way.lineTo(point if point.x() == lane else QPointF(target.left(), point.y()))
        painter.drawPath(way)

    def _paint_head(self, painter: QPainter, tip: QPointF, down: float, role: QPalette.ColorRole) -> None:
        """A triangle that points down, or up where `down` is -1."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(role))
        back = tip.y() - down * 2 * _HEAD
        corners = [tip, QPointF(tip.x() - _HEAD, back), QPointF(tip.x() + _HEAD, back)]
        painter.drawPolygon(QPolygonF(corners))

    def _colour(self, role: QPalette.ColorRole) -> QColor:
        return self.palette().color(role)

    def _font(self, pixels: int) -> QFont:
        font = QFont(self.font())
        font.setPixelSize(pixels)
        return font

    @override
    def sizeHint(self) -> QSize:
        if self._outline is None:
            return QSize(_WIDTH, 2 * _EDGE)
        boxes = len(self._outline.stages) + 2
        return QSize(_WIDTH, 2 * _EDGE + boxes * _BOX.height() + (boxes - 1) * _GAP + 2 * _FRAME)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        outline = self._outline
        if outline is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        first, stages, last = self._boxes()
        self._paint_loop(painter, stages)
        chain = [first, *stages, last]
        counts = [outline.entering, *(stage.width for stage in outline.stages)]
        for above, below, count in zip(chain, chain[1:], counts, strict=False):
            self._paint_arrow(painter, above, below, count)
        for place, stage in enumerate(outline.stages):
            if stage.skip is not None:
                self._paint_sum(painter, stages[stage.skip], stages[place])
        for box, stage in zip(stages, outline.stages, strict=True):
            self._paint_box(painter, box, stage.words, _weights(stage.weights), False)
        self._paint_box(painter, first, self._captions.first, "", True)
        self._paint_box(painter, last, self._captions.last, _weights(outline.answer), True)
        painter.end()


def _weights(count: int) -> str:
    if not count:
        return ""
    return f"{count} weight{'' if count == 1 else 's'}"
