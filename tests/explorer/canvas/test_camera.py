"""Scenes in space: where a camera sees points, what lies on top, and the words along the box."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from pytestqt.qtbot import QtBot

from explorer.canvas.camera import Camera
from explorer.canvas.coarse_curves import coarse_curves
from explorer.canvas.cuboid import Cuboid
from explorer.canvas.cuboid_axes import CuboidAxes
from explorer.canvas.depth_segments import BANDS, DepthSegments
from explorer.canvas.nearest import nearest_spot
from explorer.canvas.projection import Projection
from explorer.canvas.segments import Stroke
from explorer.theme import DARK, THEMES

ANGLES = st.floats(-720.0, 720.0), st.floats(-720.0, 720.0)
SCREEN = Projection((-1.0, 1.0), (-1.0, 1.0), 600.0, 600.0)


@given(*ANGLES)
def test_the_basis_of_a_camera_is_orthonormal_and_up_stays_up(across: float, up: float) -> None:
    camera = Camera().turned(across, up)
    frame = camera.frame()
    assert frame @ frame.T == pytest.approx(np.eye(3), abs=1e-14)
    assert np.linalg.det(frame) == pytest.approx(1.0)
    assert frame[0, 2] == 0.0  # the upright axis is never tilted to a side
    assert frame[1, 2] >= 0.0  # and never hangs down
    assert -180.0 <= camera.azimuth < 180.0


@pytest.mark.parametrize(
    ("camera", "right", "up", "towards"),
    [
        (Camera(0.0, 0.0), (0, 1, 0), (0, 0, 1), (1, 0, 0)),
        (Camera(-90.0, 0.0), (1, 0, 0), (0, 0, 1), (0, -1, 0)),
        (Camera(-90.0, 90.0), (1, 0, 0), (0, 1, 0), (0, 0, 1)),
        (Camera(-45.0, 0.0), (0.5**0.5, 0.5**0.5, 0), (0, 0, 1), (0.5**0.5, -(0.5**0.5), 0)),
    ],
)
def test_known_directions_are_seen_where_they_must(camera: Camera, right, up, towards) -> None:
    assert camera.seen(np.array([right, up, towards], dtype=float)) == pytest.approx(np.eye(3), abs=1e-15)


def test_the_box_puts_its_ranges_on_its_faces() -> None:
    box = Cuboid(((0.0, 10.0), (-1.0, 1.0), (5.0, 6.0)), (1.6, 1.0, 1.0))
    points = np.array([[0.0, 0.0, 5.5], [10.0, 1.0, 6.0], [np.inf, 0.0, 5.0]])
    assert box.inside(points)[:2] == pytest.approx(np.array([[-0.8, 0.0, 0.0], [0.8, 0.5, 0.5]]))
    assert not np.isfinite(box.inside(points)[2]).all()
    assert box.radius == pytest.approx(0.5 * (1.6**2 + 2.0) ** 0.5)


def test_what_is_nearer_is_painted_later_brighter_and_wider(qtbot: QtBot) -> None:  # noqa: ARG001 - an application
    height = np.linspace(-0.5, 0.5, 101)
    item = DepthSegments(DARK)
    item.set_projection(SCREEN)
    item.set_scene(
        np.stack([height, 0.0 * height, height[::-1]], axis=1),
        np.arange(100),
        np.arange(100) % 2,
        (Stroke(DARK.series[0], 1.8), Stroke(DARK.series[1], 1.8)),
    )
    item.look(Camera(0.0, 0.0), Cuboid())  # along the first axis: the last points are the nearest
    groups, (points, depth) = item.groups(), item.seen()
    assert depth == pytest.approx(height)
    assert points[:, 1] == pytest.approx(height[::-1])
    assert len(groups) == 2 * BANDS
    assert sorted(np.concatenate([group.begin for group in groups]).tolist()) == list(range(100))
    far = [depth[group.begin].min() for group in groups[::2]]
    assert far == sorted(far)
    assert [group.stroke.weight for group in groups] == sorted(group.stroke.weight for group in groups)
    assert groups[-2].stroke.colour == DARK.series[0].lower()
    assert groups[0].stroke.colour != DARK.series[0].lower()
    item.look(Camera(-180.0, 0.0), Cuboid())  # from behind
    assert 0 in item.groups()[-2].begin


def test_many_segments_are_sorted_and_drawn_like_few(qtbot: QtBot) -> None:  # noqa: ARG001 - an application
    angle = np.linspace(0.0, 40.0, 30_001)
    item = DepthSegments(DARK)
    item.set_projection(SCREEN)
    helix = np.stack([angle / 40.0 - 0.5, 0.5 * np.cos(angle), 0.5 * np.sin(angle)], axis=1)
    item.set_scene(helix, np.arange(30_000), np.zeros(30_000, dtype=int), (Stroke(DARK.series[0]),))
    item.look(Camera(), Cuboid())
    item.ensure_layout()
    whole = item._laid_out_groups(SCREEN, item.groups())
    assert sum(len(lines) for lines, _ in whole) == 30_000
    above = item._laid_out_groups(Projection((-1.0, 1.0), (0.0, 2.0), 600.0, 600.0), item.groups())
    for (lines, _), (seen, _) in zip(whole, above, strict=True):  # the half of it that is in sight, 300 pixels lower
        ends = lines._array.ndarray()
        expected = ends[(ends[:, [1, 3]] + 300.0 <= 604.0).any(axis=1)]
        assert seen._array.ndarray() == pytest.approx(expected + np.array([0.0, 300.0, 0.0, 300.0]))


def test_while_so_many_are_turned_some_points_are_left_out_until_they_rest(qtbot: QtBot) -> None:
    ends = (0, 60_001, 100_002)
    begin = np.delete(np.arange(ends[-1] - 1), 60_000)
    rng = np.random.default_rng(0)
    item = DepthSegments(DARK)
    item.set_projection(SCREEN)
    points = rng.uniform(-0.5, 0.5, (ends[-1], 3))
    item.set_scene(points, begin, (begin > 60_000).astype(int), (Stroke(DARK.series[0]), Stroke(DARK.series[1])))
    whole = [group.begin for group in item.groups()]
    assert sum(map(len, whole)) == 100_000
    item.look(Camera(10.0, 10.0), Cuboid())
    turned = item.groups()
    assert sum(len(group.begin) for group in turned) == 20_000 + 13_334  # every third one, and both ends
    assert {group.stroke.colour for group in turned} == {  # the depth is told by the same colours
        item._stroke(stroke, band, many=True).colour for stroke in item._strokes for band in range(BANDS)
    }
    assert len(item.seen()[0]) == ends[-1]  # the mouse still finds every point
    assert item.seen()[0] == pytest.approx(Camera(10.0, 10.0).seen(points)[:, :2])
    with qtbot.waitSignal(item.changed, timeout=2_000):
        pass
    assert sum(len(group.begin) for group in item.groups()) == 100_000


def test_coarse_curves_keep_the_ends_of_every_run() -> None:
    begin, owner = np.array([0, 1, 2, 3, 4, 6, 7, 8]), np.array([0, 0, 0, 1, 1, 1, 1, 1])
    points, first, whose = coarse_curves(begin, owner, 4)
    assert np.stack([points[first], points[first + 1]], axis=1).tolist() == [[0, 2], [2, 3], [3, 5], [6, 8], [8, 9]]
    assert whose.tolist() == [0, 0, 1, 1, 1]
    points, first, whose = coarse_curves(begin, owner, 100)
    assert (points[first].tolist(), points[first + 1].tolist()) == (begin.tolist(), (begin + 1).tolist())


def test_of_two_curves_as_far_from_the_mouse_the_nearer_one_is_meant() -> None:
    points = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 1.0], [10.0, 1.0]])
    offsets, depth = np.array([0, 2, 4]), np.array([0.0, 0.0, -1.0, -1.0])
    spot = nearest_spot(points, offsets, (2.5, 1.0), 8.0)
    assert spot is not None
    assert (spot.curve, spot.begin, spot.part, spot.distance) == (1, 2, 0.25, 0.0)
    before = nearest_spot(points, offsets, (2.5, 1.0), 8.0, depth)
    assert before is not None
    assert (before.curve, before.distance) == (0, 1.0)


@pytest.mark.parametrize("elevation", [-90.0, -30.0, 0.0, 22.0, 90.0])
@pytest.mark.parametrize("azimuth", range(-180, 180, 30))
def test_words_along_the_box_are_readable_at_each_angle(qtbot: QtBot, azimuth: int, elevation: float) -> None:  # noqa: ARG001
    item = CuboidAxes(THEMES["dark"])
    item.set_projection(SCREEN)
    item.set_names(("x", "speed", "z"))
    camera, box = Camera(float(azimuth), elevation), Cuboid(((-22.0, 22.0), (-30.0, 30.0), (0.0, 4e-5)))
    item.look(camera, box)
    texts, area = item.texts(), QRectF(0.0, 0.0, 600.0, 600.0)
    assert all(area.contains(text.place) for text in texts)
    for index, text in enumerate(texts):
        assert not any(text.place.intersects(other.place) for other in texts[:index])
    away = np.abs(camera.frame()[2]) > 0.99  # an axis that points at the viewer says nothing
    assert [text.text for text in texts if text.is_name] == [
        name for name, hidden in zip(("x", "speed", "z"), away, strict=True) if not hidden
    ]
    # its numbers stand outside of the box's outline
    corners = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    seen = SCREEN.pixels(camera.seen(corners)[:, :2])
    for text in texts:
        centre = np.array([text.place.center().x(), text.place.center().y()])
        assert _is_outside(centre, seen)
    for axis in np.flatnonzero(~away):
        assert sum(text.axis == axis and not text.is_name for text in texts) >= 2


@pytest.mark.parametrize("azimuth", range(-180, 180, 45))
def test_a_small_plot_cuts_no_word(qtbot: QtBot, azimuth: int) -> None:  # noqa: ARG001
    item, half = CuboidAxes(THEMES["dark"]), 0.75
    item.set_projection(Projection((-half * 420 / 246, half * 420 / 246), (-half, half), 420.0, 246.0))
    item.set_names(("x", "speed", "z"))
    item.look(Camera(float(azimuth), 22.0), Cuboid(((-22.0, 22.0), (-30.0, 30.0), (0.0, 50.0))))
    texts, area = item.texts(), QRectF(0.0, 0.0, 420.0, 246.0)
    assert all(area.contains(text.place) for text in texts)
    assert [text.text for text in texts if text.is_name] == ["x", "speed", "z"]


def _is_outside(point: np.ndarray, corners: np.ndarray) -> bool:
    """Whether a line parts a point from corners: some direction in which all of them are behind it."""
    directions = np.linspace(0.0, 2.0 * np.pi, 721)
    across = np.stack([np.cos(directions), np.sin(directions)])
    return bool((point @ across > (corners @ across).max(axis=0)).any())
