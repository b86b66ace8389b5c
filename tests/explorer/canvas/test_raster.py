"""A picture in its place on the plot: every pixel where its data are, however far one zooms."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from explorer.canvas.projection import Projection
from explorer.canvas.raster import Raster, cell_of
from explorer.canvas.veil import Veil
from explorer.theme import DARK


def painted(raster: Raster, projection: Projection) -> np.ndarray:
    """Colours of the plot's pixels; 0 where nothing was painted."""
    raster.set_projection(projection)
    raster.ensure_layout()
    image = QImage(int(projection.width), int(projection.height), QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    raster.draw(painter)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), image.width()).copy()


def chequered(rows: int, columns: int) -> np.ndarray:
    return (np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns) * 977) | np.uint32(0xFF000000)


def test_one_cell_is_one_pixel_where_they_agree() -> None:
    colours = chequered(30, 40)
    raster = Raster(DARK)
    raster.set_pixels(np.arange(40) + 0.5, np.arange(30) + 0.5, colours)
    found = painted(raster, Projection((0.0, 40.0), (0.0, 30.0), 40, 30))
    assert np.array_equal(found, colours[::-1])


def test_a_moved_view_moves_the_picture_and_shows_nothing_beyond_it() -> None:
    colours = chequered(30, 40)
    raster = Raster(DARK)
    raster.set_pixels(np.arange(40) + 0.5, np.arange(30) + 0.5, colours)
    found = painted(raster, Projection((10.0, 50.0), (-5.0, 25.0), 40, 30))
    assert np.array_equal(found[:25, :30], colours[::-1][5:, 10:])
    assert not found[25:].any()
    assert not found[:, 30:].any()
    assert not painted(raster, Projection((50.0, 90.0), (0.0, 30.0), 40, 30)).any()


@pytest.mark.parametrize("zoom", [10.0, 1e4, 1e9])
def test_a_deep_zoom_shows_the_cell_at_its_place(zoom: float) -> None:
    colours = chequered(30, 40)
    raster = Raster(DARK)
    raster.set_pixels(np.arange(40) + 0.5, np.arange(30) + 0.5, colours)
    half = 20 / zoom
    edge = Projection((17.0 - half, 17.0 + half), (12.0 - half, 12.0 + half), 40, 30)
    found = painted(raster, edge)
    corners = [found[0, 0], found[0, -1], found[-1, 0], found[-1, -1]]
    if zoom >= 1e4:  # four cells meet in the middle
        assert corners == [colours[12, 16], colours[12, 17], colours[11, 16], colours[11, 17]]
        assert (found[:14, :19] == colours[12, 16]).all()
    else:
        assert corners == [colours[13, 15], colours[13, 18], colours[10, 15], colours[10, 18]]


def test_the_cell_of_a_number() -> None:
    centres = np.array([0.5, 1.5, 2.5])
    assert [cell_of(centres, value) for value in (-0.01, 0.0, 1.2, 3.0, 3.01, np.nan)] == [None, 0, 1, 2, None, None]
    assert cell_of(np.empty(0), 0.0) is None


def test_what_shows_nothing_is_not_painted_again_for_being_cleared() -> None:
    raster, changes = Raster(DARK), []
    raster.changed.connect(lambda: changes.append(raster.empty))
    raster.clear()
    assert changes == []
    raster.set_pixels(np.arange(4) + 0.5, np.arange(3) + 0.5, chequered(3, 4))
    raster.clear()
    assert changes == [False, True]


class Counted(Veil):
    """Counts how often its picture is stretched."""

    stretched = 0

    def _stretch(self, painter: QPainter) -> None:
        self.stretched += 1
        super()._stretch(painter)


@pytest.mark.usefixtures("qapp")
def test_a_veil_that_stays_is_stretched_once_more_and_then_shown_as_it_is() -> None:
    veil, box = Counted(DARK), Projection((0.0, 3.3), (0.0, 2.1), 66, 63)
    veil.translucent = True
    alpha = np.arange(6, dtype=np.uint32).reshape(2, 3) * 40
    veil.set_pixels(np.arange(3) + 0.5, np.arange(2) + 0.5, (alpha << 24) | alpha)
    first = painted(veil, box)
    for _ in range(4):
        assert np.array_equal(painted(veil, box), first)
    assert veil.stretched == 2
    veil.set_pixels(np.arange(3) + 0.5, np.arange(2) + 0.5, (alpha << 24) | (alpha << 8))
    assert not np.array_equal(painted(veil, box), first)
