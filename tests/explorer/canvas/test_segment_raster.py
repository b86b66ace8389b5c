"""Very many segments as one image."""

from __future__ import annotations

import numpy as np
import pytest
from pictures import on_black
from PySide6.QtGui import QColor, QImage

from explorer.canvas import segment_raster, segments
from explorer.canvas.lines import polyline_begins
from explorer.canvas.projection import Projection
from explorer.canvas.segment_raster import SegmentRaster
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.theme import DARK

BOX = Projection((0.0, 200.0), (150.0, 0.0), 200.0, 150.0)
"""Data are pixels."""
pytestmark = pytest.mark.usefixtures("qapp")


def colours(image: QImage) -> np.ndarray:
    """(rows, columns) 0xaarrggbb of an image, a copy."""
    rows = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].copy()


def inked(points: np.ndarray, begin: np.ndarray, offset: tuple[float, float] = (0.0, 0.0)) -> np.ndarray:
    """Columns and rows of the pixels that were drawn."""
    raster = SegmentRaster(points, BOX, offset)
    raster.draw(begin, QColor("#ff0000"))
    return np.argwhere(colours(raster.image()) == 0xFFFF0000)[:, ::-1]


def walk(count: int, length: float, seed: int = 0) -> np.ndarray:
    """A curve that wanders about the box and out of it."""
    random = np.random.default_rng(seed)
    turn = np.cumsum(random.normal(0.0, 0.2, count))
    return np.cumsum(length * np.column_stack([np.cos(turn), np.sin(turn)]), axis=0) + np.array([100.0, 75.0])


@pytest.mark.parametrize("length", [0.3, 1.0, 1.9, 2.8, 3.9])
@pytest.mark.parametrize("offset", [(0.0, 0.0), (0.3, 0.8)])
def test_a_curve_is_inked_where_it_runs_and_without_gaps(length: float, offset: tuple[float, float]) -> None:
    points = walk(400, length)
    pixels = inked(points, np.arange(399), offset)
    share = np.linspace(0.0, 1.0, 21)[:, None, None]
    along = ((1 - share) * points[:-1] + share * points[1:]).reshape(-1, 2) + offset
    everywhere = along
    along = along[((along >= 1.0) & (along < (199.0, 149.0))).all(axis=1)]
    assert len(pixels) > 20
    seen = {tuple(pixel) for pixel in pixels.tolist()}
    for x, y in np.floor(along).astype(int).tolist():  # at most one beside it, where the curve cuts a corner
        assert seen & {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)}
    far = np.abs(pixels[:, None] + 0.5 - everywhere[None]).max(axis=2).min(axis=1)
    assert far.max() <= 0.6


def test_gathered_or_in_one_stretch_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    points, offsets = walk(900, 1.5), np.array([0, 200, 207, 650, 900])
    begin = polyline_begins(offsets)
    whole = inked(points, begin)
    raster = SegmentRaster(points, BOX)
    for part in (begin[::3], begin[1::3], begin[2::3]):  # far apart: gathered
        raster.draw(part, QColor("#ff0000"))
    assert (np.argwhere(colours(raster.image()) == 0xFFFF0000)[:, ::-1] == whole).all()
    monkeypatch.setattr(segment_raster, "_AT_ONCE", 37)
    assert (inked(points, begin) == whole).all()


def test_what_is_not_joined_or_not_finite_is_a_gap() -> None:
    points = np.array(
        [[10.0, 20.5], [12.0, 20.5], [15.0, 20.5], [17.0, 20.5], [np.nan, 20.5], [23.0, 20.5], [25.0, 20.5]]
    )
    assert inked(points, np.array([0, 2, 3, 4, 5])).tolist() == [[x, 20] for x in (10, 11, 12, 15, 16, 17, 23, 24, 25)]
    points[4] = np.inf, 1e300
    assert len(inked(points, np.array([0, 2, 3, 4, 5]))) == 9


def test_long_segments_are_left_to_the_painter() -> None:
    points = np.array([[10.0, 20.5], [12.0, 20.5], [90.0, 20.5], [91.0, 20.5], [91.0, 24.4]])
    raster = SegmentRaster(points, BOX)
    assert raster.draw(np.arange(4), QColor("#ff0000")).tolist() == [1]
    raster = SegmentRaster(points, BOX)
    assert raster.draw(np.array([0, 1, 3]), QColor("#ff0000")).tolist() == [1]
    assert raster.draw(np.array([1]), QColor("#ff0000")).tolist() == [1]


def test_a_later_colour_lies_on_top_and_a_faint_one_is_faint() -> None:
    points = np.array([[10.0, 20.5], [13.0, 20.5], [16.0, 20.5]])
    raster = SegmentRaster(points, BOX)
    raster.draw(np.array([0, 1]), QColor(255, 0, 0, 128))
    raster.draw(np.array([1]), QColor("#00ff00"))
    row = [f"{colour:08x}" for colour in colours(raster.image())[20, 10:18].tolist()]
    assert row == ["80800000"] * 3 + ["ff00ff00"] * 4 + ["00000000"]


def painted(item: Segments, ratio: float = 1.0, scale: float = 1.0) -> np.ndarray:
    return colours(on_black(item, BOX, ratio, scale)) & 0xFFFFFF


def test_many_segments_look_as_few_do(monkeypatch: pytest.MonkeyPatch) -> None:
    points = np.vstack([walk(3000, 1.5), [[20.0, 20.0], [180.0, 20.0], [20.0, 130.0], [180.0, 130.0]]])
    groups = [
        StrokeGroup(np.arange(2999), Stroke("#5b9dff")),
        StrokeGroup(np.array([3000]), Stroke("#5b9dff")),
        StrokeGroup(np.array([3002]), Stroke("#ffffff", 2.8)),
        StrokeGroup(np.empty(0, dtype=int), Stroke("#ff0000")),
    ]
    item = Segments(DARK)
    item.set_segments(points, groups)
    few, large, sharp = painted(item), painted(item, scale=2.0), painted(item, ratio=2.0)
    monkeypatch.setattr(segments, "_MANY", 100)
    item.invalidate()
    many = painted(item)
    assert (many != few).any()
    assert many[130, 60:140].tolist() == few[130, 60:140].tolist()  # the wide one, by the painter, on top
    assert (many[20, 30:170] != 0).all()  # the long one, by the painter
    blurred = [
        np.lib.stride_tricks.sliding_window_view((p & 0xFF).astype(float), (7, 7)).mean((2, 3)) for p in (few, many)
    ]
    assert np.abs(blurred[0] - blurred[1]).max() < 60.0
    assert np.corrcoef(blurred[0].ravel(), blurred[1].ravel())[0, 1] > 0.97
    assert (painted(item, scale=2.0) == large).all()
    assert (painted(item, ratio=2.0) == sharp).all()
    assert (painted(item) == many).all()
