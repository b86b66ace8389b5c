"""Tables of numbers as images."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from explorer.canvas.colour_scale import ColourScale
from explorer.canvas.heat_map import HeatMap, strongest_levels, strongest_rows
from explorer.canvas.projection import Projection
from explorer.theme import DARK

pytestmark = pytest.mark.usefixtures("qapp")
RANDOM = np.random.default_rng(0)
SCALES = (ColourScale(-2.0, 3.0), ColourScale(-2.0, 2.0, diverging=True), ColourScale(1.0, 1.0))


def painted(values: np.ndarray, numbers: np.ndarray, scale: ColourScale, width: int, height: int) -> np.ndarray:
    """The colours of a plot of so many pixels that shows the whole table, upright cells of equal size."""
    item = HeatMap(DARK)
    rows, columns = numbers[-1] - numbers[0] + 1, values.shape[1]
    low = -numbers[-1] - 0.5
    item.set_projection(Projection((0.5, columns + 0.5), (low, low + rows), width, height))
    item.set_values(values, numbers, scale)
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    item.paint(painter, None)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint32).reshape(height, width).copy()


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_bytes_are_levels(scale: ColourScale, dtype: type) -> None:
    values = RANDOM.normal(0.0, 2.0, (40, 50)).astype(dtype)
    values[0, :2] = np.inf, -np.inf
    before = values.copy()
    found = scale.bytes_of(values, np.empty_like(values))
    assert found is not None
    assert np.abs(found.astype(int) - scale.levels(values)).max() <= (1 if dtype == np.float32 else 0)
    assert (values == before).all()
    values[3, 3] = np.nan
    assert scale.bytes_of(values, np.empty_like(values)) is None


@pytest.mark.parametrize("scale", SCALES[:2])
@pytest.mark.parametrize("count", [31, 59, 60, 17, 7])
def test_the_strongest_level_is_that_of_the_strongest_number(scale: ColourScale, count: int) -> None:
    values = RANDOM.normal(0.0, 0.5, (20, 60))
    begins = np.arange(count) * 60 // count
    levels = strongest_levels(scale.levels(values).astype(np.uint8), begins, diverging=scale.diverging).astype(int)
    expected = scale.levels(strongest_rows(values, begins, scale))
    if scale.diverging:  # where two are equally far to both sides, either will do
        assert (np.abs(2 * levels - 255) == np.abs(2 * expected - 255)).all()
        assert (levels == expected).mean() > 0.96
    else:
        assert (levels == expected).all()


@pytest.mark.parametrize("hole", [False, True])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_every_cell_has_the_colour_of_its_number(hole: bool, dtype: type) -> None:
    values, numbers = RANDOM.uniform(-2.0, 3.0, (7, 9)).astype(dtype), np.arange(3, 10)
    if hole:
        values[2, 4] = np.nan
    shown = painted(values, numbers, SCALES[0], 90, 70)
    expected = SCALES[0].table(DARK)[SCALES[0].levels(values)]
    assert (shown[5::10, 5::10] == expected).all()


def test_a_row_lasts_until_the_next_number() -> None:
    values, numbers = np.linspace(-2.0, 3.0, 5)[:, None] * np.ones((5, 4)), np.array([0, 1, 3, 4, 7])
    shown = painted(values, numbers, SCALES[0], 40, 80)
    rows = [0, 1, 1, 2, 3, 3, 3, 4]
    assert (shown[5::10, 5] == SCALES[0].table(DARK)[SCALES[0].levels(values[rows, 0])]).all()
    few = painted(values, numbers, SCALES[0], 40, 3)  # as many records as rows of pixels, and not each of them
    assert len(set(few[:, 5].tolist())) == 3


@pytest.mark.parametrize("rows", [30, 400])
def test_a_lone_cell_is_seen_however_small(rows: int) -> None:
    values, numbers = np.zeros((rows, 1000)), np.arange(rows)
    values[:, 777] = 3.0
    shown = painted(values, numbers, ColourScale(0.0, 3.0), 300, 200)
    bright = ColourScale(0.0, 3.0).table(DARK)[255]
    assert ((shown == bright).sum(axis=1) == 1).all()
    cut = painted(np.hstack([values, values])[:, 500:1500], numbers, ColourScale(0.0, 3.0), 300, 200)
    assert ((cut == bright).sum(axis=1) == 1).all()
