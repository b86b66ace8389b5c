"""Thousands of equal marks as one image."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import on_black
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QImage, QPainter

from explorer.canvas import glyphs, stamps
from explorer.canvas.glyphs import GlyphGroup, Glyphs, draw_glyph
from explorer.canvas.projection import Projection
from explorer.theme import DARK

BOX = Projection((0.0, 200.0), (150.0, 0.0), 200.0, 150.0)
"""Data are pixels."""
pytestmark = pytest.mark.usefixtures("qapp")


def painted(points: np.ndarray, *, glyph: glyphs.Glyph = "disc", ratio: float = 1.0, scale: float = 1.0) -> np.ndarray:
    """The reds of red marks on black."""
    item = Glyphs(DARK)
    item.set_groups([GlyphGroup(glyph, points, "#ff0000", 3.0)])
    image = on_black(item, BOX, ratio, scale)
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2].astype(int)


def lattice(count: int) -> np.ndarray:
    """Many points on few places, each in the middle of a pixel, some of them on and beyond the edges."""
    x, y = np.meshgrid(np.arange(-12, 230, 24) + 0.5, np.arange(-12, 180, 24) + 0.5)
    places = np.column_stack([x.ravel(), y.ravel()])
    return np.tile(places, (count // len(places) + 1, 1))


@pytest.mark.parametrize("glyph", ["disc", "square", "diamond", "triangle", "star", "cross"])
@pytest.mark.parametrize("ratio", [1.0, 2.0])
def test_many_marks_look_as_few_do(glyph: glyphs.Glyph, ratio: float, monkeypatch: pytest.MonkeyPatch) -> None:
    few = lattice(1)
    if ratio == 2.0:
        few = few + 0.25  # the middle of one of the screen's pixels
    many = painted(np.tile(few, (30, 1)), glyph=glyph, ratio=ratio)
    monkeypatch.setattr(glyphs, "_MANY", 1e9)
    assert np.abs(many - painted(few, glyph=glyph, ratio=ratio)).max() <= 4
    assert many.max() > 200


def test_a_mark_is_at_most_half_a_pixel_off() -> None:
    random = np.random.default_rng(0)
    for place in random.uniform(20, 100, (20, 2)):
        picture = painted(np.tile(place, (1500, 1)))
        middle = (np.argwhere(picture > 0) * picture[picture > 0][:, None]).sum(axis=0) / picture.sum() + 0.5
        assert np.abs(middle[::-1] - place).max() <= 0.5 + 1e-6


def test_point_by_point_or_all_at_once_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    points = random.uniform(-20, 120, (400, 2))
    points[::50] = np.nan
    points[7] = np.inf, 3.0
    stamp = random.integers(0, 256, (7, 7), dtype=np.uint8)
    pictures = []
    for dense in (0, 1e9):
        monkeypatch.setattr(stamps, "_DENSE", dense)
        pictures.append(stamps.stamped(points, stamp, 100.0, 90.0))
    assert (pictures[0] == pictures[1]).all()
    expected = np.zeros((140, 160), dtype=np.uint8)
    for x, y in np.floor(points[np.isfinite(points).all(axis=1)]).astype(int) + 23:
        part = expected[y - 3 : y + 4, x - 3 : x + 4]
        if part.shape == (7, 7):
            np.maximum(part, stamp, out=part)
    assert (pictures[0][:90, :100] == expected[23:113, 23:123]).all()
    assert pictures[0].max() > 0


def test_an_export_gets_every_mark_where_it_is() -> None:
    place = np.array([[50.3, 60.4]])
    large = painted(np.tile(place, (1500, 1)), scale=3.0)
    image = QImage(600, 450, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(3, 3)
    painter.setPen(QColor(0, 0, 0, 0))
    painter.setBrush(QColor("#ff0000"))
    draw_glyph(painter, "disc", QPointF(*place[0].tolist()), 3.0)
    painter.end()
    one = np.frombuffer(image.constBits(), np.uint8).reshape(450, 600, 4)[..., 2].astype(int)
    assert ((large > 128) == (one > 0)).mean() > 0.999


def test_a_mark_of_two_colours_is_not_stamped() -> None:
    places = lattice(1500)
    assert GlyphGroup("disc", places, "#ff0000").stampable
    assert not GlyphGroup("disc", places, "#ff0000", halo=True).stampable
    assert not GlyphGroup("disc", places, "#ff0000", hollow=True).stampable
