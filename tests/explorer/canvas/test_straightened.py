"""Curves in fewer lines."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from explorer.canvas.fading_light import FadingLight
from explorer.canvas.lines import straightened, visible_lines, visible_part
from explorer.canvas.projection import Projection
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.theme import DARK

BOX = Projection((0.0, 400.0), (400.0, 0.0), 400.0, 400.0)
"""Data are pixels."""


def polyline(points: np.ndarray) -> np.ndarray:
    return np.concatenate([points[:-1], points[1:]], axis=1)


def circle(count: int, radius: float) -> np.ndarray:
    turn = np.linspace(0.0, 2 * np.pi, count + 1)
    return 200.0 + radius * np.column_stack([np.cos(turn), np.sin(turn)])


def test_a_fine_curve_takes_fewer_lines_and_hardly_moves() -> None:
    lines = polyline(circle(2000, 150.0))
    found, owner = straightened(lines, np.zeros(2000, dtype=int))
    assert len(found) == len(owner) == 500
    assert (found[1:, :2] == found[:-1, 2:]).all()
    middle = (found[:, :2] + found[:, 2:]) / 2 - 200.0
    assert np.abs(np.hypot(*middle.T) - 150.0).max() < 0.12


def test_corners_gaps_and_ways_back_stay() -> None:
    corner = polyline(np.array([[0.0, 0.0], [10.0, 0.0], [10.0, 10.0], [20.0, 10.0], [30.0, 10.0]]))
    found, _ = straightened(corner, np.zeros(4, dtype=int))
    assert found.tolist() == [[0, 0, 10, 0], [10, 0, 10, 10], [10, 10, 30, 10]]
    back = polyline(np.array([[0.0, 0.0], [10.0, 0.0], [4.0, 0.0]]))
    assert straightened(back, np.zeros(2, dtype=int))[0].tolist() == back.tolist()
    gap = np.array([[0.0, 0.0, 1.0, 0.0], [2.0, 0.0, 3.0, 0.0]])
    assert straightened(gap, np.zeros(2, dtype=int))[0].tolist() == gap.tolist()
    assert len(straightened(np.empty((0, 4)), np.empty(0, dtype=int))[0]) == 0


def test_lines_of_two_owners_stay_apart() -> None:
    straight = polyline(np.column_stack([np.arange(9.0), np.zeros(9)]))
    found, owner = straightened(straight, np.array([0, 1, 1, 1, 1, 1, 2, 2]))
    assert found[owner == 0].tolist() == [[0, 0, 1, 0]]
    assert found[owner == 2][[0, -1]].ravel()[[0, -2]].tolist() == [6, 8]
    assert found[owner == 1][[0, -1]].ravel()[[0, -2]].tolist() == [1, 6]


def test_which_lines_are_seen() -> None:
    random = np.random.default_rng(0)
    begin, end = random.normal(0.0, 3e3, (2, 500, 2))
    begin[::17] = np.nan
    lines, kept = visible_part(begin, end, 300.0, 200.0)
    assert (lines == visible_lines(begin, end, 300.0, 200.0)).all()
    assert len(lines) == len(kept) > 20
    for line, index in zip(lines, kept, strict=True):
        assert (visible_lines(begin[index : index + 1], end[index : index + 1], 300.0, 200.0)[0] == line).all()


@pytest.mark.usefixtures("qapp")
def test_every_group_keeps_its_own_lines() -> None:
    points = np.concatenate([circle(300, 150.0), circle(300, 80.0), circle(300, 900.0), circle(300, 40.0)])
    groups = [
        StrokeGroup(np.arange(300) + 301 * index, Stroke(colour, weight))
        for index, (colour, weight) in enumerate(
            (("#ff0000", 1.8), ("#00ff00", 1.0), ("#ffffff", 2.8), ("#0000ff", 1.4))
        )
    ]
    item = Segments(DARK)
    item.set_projection(BOX)
    item.set_segments(points, groups)
    image = QImage(400, 400, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    item.paint(painter, None)
    painter.end()
    shown = np.frombuffer(image.constBits(), np.uint8).reshape(400, 400, 4)[..., 2::-1]
    y, x = np.mgrid[:400, :400] + 0.5
    radius = np.hypot(x - 200.0, y - 200.0)
    for channel, expected in ((0, 150.0), (1, 80.0), (2, 40.0)):
        lit = radius[shown[..., channel] > 60]
        assert lit.size > 100
        assert np.abs(lit - expected).max() < 1.7


@pytest.mark.usefixtures("qapp")
def test_light_that_is_out_paints_nothing() -> None:
    light = FadingLight([0xFF336699] * 256)
    light.resize(40, 30)
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    light.draw(painter)
    assert image.pixel(20, 20) == 0xFF000000 or image.pixel(20, 20) == 0
    light.add(np.array([[0.0, 15.0, 40.0, 15.0]]), 200)
    light.draw(painter)
    painter.end()
    assert image.pixel(20, 15) != 0
