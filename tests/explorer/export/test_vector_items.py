"""What an item of a plot may paint comes through whole into SVG and PDF."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import opened
import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPen
from pytestqt.qtbot import QtBot
from typing_extensions import override

from explorer.canvas.item import CanvasItem
from explorer.canvas.sheet import Sheet
from explorer.export.saving import save_picture
from explorer.theme import LIGHT
from explorer.views.phase_plane import PhasePlane

BOTH = pytest.mark.parametrize("ending", [".svg", ".pdf"])
SCALE = 2


class _Painting(CanvasItem):
    """A gradient, an image, a dashed pen that is cosmetic, and a square far larger than the box."""

    @override
    def draw(self, painter: QPainter) -> None:
        gradient = QLinearGradient(QPointF(20, 0), QPointF(120, 0))
        gradient.setColorAt(0, QColor("#ff0000"))
        gradient.setColorAt(1, QColor("#0000ff"))
        painter.fillRect(QRectF(20, 20, 100, 40), gradient)
        image = QImage(2, 1, QImage.Format.Format_RGB32)
        image.setPixelColor(0, 0, QColor("#00ff00"))
        image.setPixelColor(1, 0, QColor("#ff00ff"))
        painter.drawImage(QRectF(20, 80, 100, 40), image)
        pen = QPen(QColor("#ff8800"), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.drawLine(QPointF(20, 150), QPointF(120, 150))
        painter.fillRect(QRectF(150, 150, 5000, 5000), QColor("#00aaaa"))


@pytest.fixture
def view(qtbot: QtBot) -> PhasePlane:
    """An empty plane of 480 x 400 pixels."""
    made = PhasePlane()
    qtbot.addWidget(made)
    opened.drawn(made, 480, 400)
    for layer in made.layers():
        made.set_layer_visible(layer.name, False)
    return made


@BOTH
@pytest.mark.parametrize("sheet", [False, True])
def test_gradients_images_and_pens(view: PhasePlane, tmp_path: Path, ending: str, sheet: bool) -> None:
    item = _Painting(LIGHT)
    view.box.add(Sheet(LIGHT, item) if sheet else item)
    save_picture(view, tmp_path / f"a{ending}", LIGHT)
    picture = opened.pixels(tmp_path / f"a{ending}", SCALE)[..., :3]
    corner = opened.corner(view)

    def at(x: float, y: float) -> np.ndarray:
        return picture[round((corner.y() + y) * SCALE), round((corner.x() + x) * SCALE)]

    for x, y, colour in [
        (25, 40, (242, 0, 13)),
        (70, 40, (128, 0, 128)),
        (115, 40, (13, 0, 242)),
        (30, 100, (0, 255, 0)),
        (110, 100, (255, 0, 255)),
        (70, 150, (255, 136, 0)),
        (200, 200, (0, 170, 170)),
    ]:
        assert np.abs(at(x, y) - colour).max() <= 8, (x, y)
    orange = np.abs(picture - (255, 136, 0)).max(axis=-1) <= 60
    column = round((corner.x() + 70) * SCALE)
    assert orange[:, column].sum() == pytest.approx(4 * SCALE, abs=1)  # a cosmetic pen grows with the page
    teal = np.abs(picture - (0, 170, 170)).max(axis=-1) <= 60
    rows, columns = np.flatnonzero(teal.any(axis=1)), np.flatnonzero(teal.any(axis=0))
    assert rows[-1] + 1 <= np.ceil((corner.y() + view.box.height()) * SCALE) + 1
    assert columns[-1] + 1 <= np.ceil((corner.x() + view.box.width()) * SCALE) + 1
    assert rows[-1] >= (corner.y() + view.box.height() - 2) * SCALE
    assert columns[-1] >= (corner.x() + view.box.width() - 2) * SCALE


@BOTH
def test_a_picture_that_is_out_of_date_is_faint(view: PhasePlane, tmp_path: Path, ending: str) -> None:
    view.box.add(_Painting(LIGHT))
    view.set_stale(True)
    save_picture(view, tmp_path / f"a{ending}", LIGHT)
    corner = opened.corner(view)
    place = round((corner.y() + 200) * SCALE), round((corner.x() + 200) * SCALE)
    wanted = 0.35 * np.array([0, 170, 170]) + 0.65 * 255
    assert np.abs(opened.pixels(tmp_path / f"a{ending}", SCALE)[place][:3] - wanted).max() <= 6
    assert view.box.content.opacity() == pytest.approx(0.35)
    assert "last valid picture" in " ".join(opened.texts(tmp_path / f"a{ending}"))
