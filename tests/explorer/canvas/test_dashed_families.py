"""Dashed curves: a family with dots between its dashes, and marks of as many shapes as there are runners."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import on_black
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.canvas.dashes import Dashes
from explorer.canvas.glyphs import Glyph, draw_glyph
from explorer.canvas.projection import Projection
from explorer.theme import DARK
from explorer.views.solver_race import SOLVER_GLYPHS

pytestmark = pytest.mark.usefixtures("qapp")
BOX = Projection((0.0, 1.0), (0.0, 1.0), 154.0, 11.0)
LINE = np.array([[0.0, 0.5], [1.0, 0.5]])


def lengths(item: Dashes, family: int) -> np.ndarray:
    pieces = np.array(item._batches[family][0]._array.ndarray())
    return np.hypot(pieces[:, 2] - pieces[:, 0], pieces[:, 3] - pieces[:, 1])


def test_a_dotted_family_has_a_dot_between_two_dashes() -> None:
    item = Dashes(DARK)
    item.set_families([([LINE], DARK.rose), ([LINE], DARK.amber)], dotted=[1])
    image = on_black(item, BOX)
    assert image.width() == 154
    assert len(lengths(item, 0)) == 2 * 19  # two halves of a dash every 8.5 pixels
    marks = lengths(item, 1)
    # ten periods of 15.4 pixels: a dash of 7 and a dot of 1.6, both in halves
    assert np.sort(marks).tolist() == pytest.approx([0.8] * 20 + [3.5] * 20)


def test_families_are_dashed_alike_unless_one_is_to_differ() -> None:
    item = Dashes(DARK)
    item.set_families([([LINE], DARK.rose), ([LINE], DARK.amber)])
    on_black(item, BOX)
    assert lengths(item, 0).tolist() == lengths(item, 1).tolist()


def drawn(glyph: Glyph) -> np.ndarray:
    image = QImage(40, 40, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setPen(QColor(0, 0, 0))
    painter.setBrush(QColor(255, 255, 255))
    draw_glyph(painter, glyph, QPointF(20.0, 20.0), 10.0)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(40, 40, 4)[:, :, 0] > 128


def test_no_two_marks_look_alike() -> None:
    pictures = [drawn(glyph) for glyph in SOLVER_GLYPHS]
    assert all(picture.sum() > 60 for picture in pictures)
    for index, one in enumerate(pictures):
        for other in pictures[index + 1 :]:
            assert (one ^ other).sum() > 0.15 * (one | other).sum()


def test_a_plus_is_as_wide_as_high_and_a_wedge_points_down() -> None:
    plus, wedge, triangle = drawn("plus"), drawn("wedge"), drawn("triangle")
    assert np.abs(plus.sum(axis=0) - plus.sum(axis=1)).max() <= 2
    assert (wedge[21:] ^ triangle[19:0:-1]).sum() < 0.1 * wedge.sum()
