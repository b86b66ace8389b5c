"""Where the parts of the picture of weights stand: cells, a bar per row, and a strip per column of the output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

_TOP, _BOTTOM = 36.0, 22.0
"""Pixels for the headings and column numbers, and for what stands below."""
_LEFT, _GAP = 26.0, 16.0
_STRIP_GAP = 7.0
_SUM_SHARE, _SUM_WIDTHS = 0.19, (70.0, 190.0)
_STRIP_WEIGHT = 0.85
"""Of a strip's width beside a cell's."""
_CELL_SHARES = (0.35, 0.65)


@dataclass(frozen=True)
class Spot:
    """What is at a point: cell (row, column), the sum of a row (column 0), or number (row, column) of the output."""

    part: Literal["cell", "sum", "output"]
    row: int
    column: int = 0


@dataclass(frozen=True)
class Panels:
    """The same m rows thrice, side by side: k cells, a bar, d strips; in pixels."""

    rows: int
    columns: int
    strips: int
    cells: QRectF
    sums: QRectF
    outputs: QRectF

    @property
    def row_height(self) -> float:
        """Pixels."""
        return self.cells.height() / self.rows

    def middle(self, row: int) -> float:
        """The height of a row's middle."""
        return self.cells.top() + (row + 0.5) * self.row_height

    def cell(self, row: int, column: int) -> QRectF:
        """On whole pixels, so that neighbours meet."""
        width = self.cells.width() / self.columns
        left, right = (round(self.cells.left() + index * width) for index in (column, column + 1))
        top, bottom = (round(self.cells.top() + index * self.row_height) for index in (row, row + 1))
        return QRectF(left, top, right - left, bottom - top)

    def strip(self, column: int) -> QRectF:
        """All rows of one column of the output."""
        step = self.outputs.width() / self.strips
        gap = min(_STRIP_GAP, step / 4)
        return QRectF(
            self.outputs.left() + column * step + gap / 2, self.outputs.top(), step - gap, self.outputs.height()
        )

    def at(self, position: QPointF) -> Spot | None:
        """What a person points at."""
        row = math.floor((position.y() - self.cells.top()) / self.row_height)
        if not 0 <= row < self.rows:
            return None
        if self.cells.contains(position):
            column = math.floor((position.x() - self.cells.left()) / self.cells.width() * self.columns)
            return Spot("cell", row, min(column, self.columns - 1))
        if self.sums.contains(position):
            return Spot("sum", row)
        if self.outputs.contains(position):
            column = math.floor((position.x() - self.outputs.left()) / self.outputs.width() * self.strips)
            return Spot("output", row, min(column, self.strips - 1))
        return None


def panels(width: float, height: float, shape: tuple[int, int, int]) -> Panels:
    """Room for m rows of k weights each, and d columns of output, in a plot of this size; shape: (m, k, d)."""
    rows, columns, strips = shape
    free = max(60.0, width - _LEFT - 2 * _GAP)
    sums = min(max(_SUM_SHARE * free, _SUM_WIDTHS[0]), _SUM_WIDTHS[1], free / 3)
    share = columns / (columns + _STRIP_WEIGHT * strips)
    cells = (free - sums) * min(max(share, _CELL_SHARES[0]), _CELL_SHARES[1])
    tall = max(20.0, height - _TOP - _BOTTOM)
    sums_left = _LEFT + cells + _GAP
    outputs_left = sums_left + sums + _GAP
    return Panels(
        rows,
        columns,
        strips,
        QRectF(_LEFT, _TOP, cells, tall),
        QRectF(sums_left, _TOP, sums, tall),
        QRectF(outputs_left, _TOP, free - sums - cells, tall),
    )
