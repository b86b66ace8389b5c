"""What is made from the velocity grid: arrows, streamlines, particles."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import frames
import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter

from explorer.canvas.arrows import Arrows, arrow_lines, lattice, lattice_spacing
from explorer.canvas.flow import PlaneFlow
from explorer.canvas.item import CanvasItem
from explorer.canvas.projection import Projection
from explorer.canvas.segments import Segments, Stroke, StrokeGroup
from explorer.canvas.streamlines import grow
from explorer.canvas.swarm import Swarm
from explorer.canvas.trails import Trails
from explorer.theme import DARK, LIGHT

BOX = Projection((-2.0, 2.0), (-2.0, 2.0), 400.0, 400.0)
pytestmark = pytest.mark.usefixtures("qapp")
GRID = frames.velocity_grid(frames.rotation())


def painted(item: CanvasItem, scale: float = 1.0, projection: Projection = BOX) -> np.ndarray:
    """The item on black, as (height, width, 3)."""
    item.set_projection(projection)
    image = QImage(int(projection.width * scale), int(projection.height * scale), QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    painter.scale(scale, scale)
    item.paint(painter, None)
    painter.end()
    return np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.width(), 4)[..., 2::-1].astype(int)


def test_the_flow_on_the_screen_turns_with_the_pixels() -> None:
    flow = PlaneFlow(GRID).on_screen(BOX)
    assert flow is not None
    # at (1, 0) the rotation moves down: down in pixels is positive y, 100 pixels per unit
    assert flow.velocity.at(np.array([[300.0, 200.0]]))[0] == pytest.approx([0.0, 100.0], abs=1e-9)
    assert PlaneFlow(replace(GRID, u=GRID.u * 0, v=GRID.v * 0)).on_screen(BOX) is None
    assert PlaneFlow(replace(GRID, u=GRID.u * np.nan, v=GRID.v)).on_screen(BOX) is None


def test_a_field_near_the_largest_number_is_drawn_as_a_slow_one() -> None:
    with np.errstate(over="raise", invalid="raise"):
        arrows = []
        for speed in (1.0, 1e307):
            arrows.append(Arrows(DARK))
            arrows[-1].set_flow(PlaneFlow(replace(GRID, u=GRID.u * speed, v=GRID.v * speed)))
        slow, fast = map(painted, arrows)
    assert slow.max() > 0
    assert np.abs(slow - fast).mean() < 0.01


def test_the_lattice_keeps_still_under_a_pan() -> None:
    step = lattice_spacing(100.0, 28.0)
    assert 0.23 < step < 0.34
    before = BOX.data(lattice(BOX))
    moved = replace(BOX, x_range=(-1.9, 2.1))
    after = moved.data(lattice(moved))
    shared = {tuple(np.round(place, 6)) for place in before} & {tuple(np.round(place, 6)) for place in after}
    assert len(shared) > 0.8 * len(before)


def test_an_arrow_has_a_shaft_and_two_strokes_at_its_tip() -> None:
    lines = arrow_lines(np.array([[50.0, 50.0]]), np.array([[1.0, 0.0]]), np.array([20.0]))[0]
    assert lines[0].tolist() == [40.0, 50.0, 60.0, 50.0]
    assert lines[1, :2].tolist() == lines[2, :2].tolist() == [60.0, 50.0]
    assert (lines[1:, 2] < 60.0).all()
    assert lines[1, 3] - 50.0 == pytest.approx(50.0 - lines[2, 3])


def test_arrows_are_drawn_where_the_field_is_known() -> None:
    arrows = Arrows(DARK)
    assert painted(arrows).max() == 0
    u = GRID.u.copy()
    u[:, :31] = np.nan
    arrows.set_flow(PlaneFlow(replace(GRID, u=u)))
    picture = painted(arrows)
    assert picture[:, 215:].max() > 60
    assert picture[:, :190].max() == 0


def test_arrows_half_as_far_apart_are_four_times_as_many() -> None:
    few, many = (len(lattice(BOX, spacing)) for spacing in (28.0, 14.0))
    assert 3.5 < many / few < 4.5
    flow = PlaneFlow(GRID)
    ink = []
    for spacing in (28.0, 14.0):
        arrows = Arrows(DARK, spacing=spacing)
        arrows.set_flow(flow)
        ink.append(int((painted(arrows).max(axis=2) > 10).sum()))
    assert 1.4 < ink[1] / ink[0] < 3.0  # four times as many, half as long


def test_every_arrow_points_along_the_flow() -> None:
    arrows = Arrows(DARK)
    arrows.set_flow(PlaneFlow(GRID))
    arrows.set_projection(BOX)
    arrows.ensure_layout()
    lines = np.concatenate([batch._array.ndarray() for batch in arrows._batches]).reshape(-1, 3, 4)
    assert len(lines) == len(lattice(BOX))
    middle, along = (lines[:, 0, :2] + lines[:, 0, 2:]) / 2 - 200.0, lines[:, 0, 2:] - lines[:, 0, :2]
    # clockwise about the middle
    assert (middle[:, 0] * along[:, 1] - middle[:, 1] * along[:, 0] > 0).all()
    assert np.abs((middle * along).sum(axis=1)).max() < 1e-6


def test_streamlines_of_a_rotation_are_circles_apart_from_each_other() -> None:
    flow = PlaneFlow(GRID).on_screen(BOX)
    assert flow is not None
    tracks = grow(flow, 400.0, 400.0)
    radius = np.hypot(tracks[..., 0] - 200.0, tracks[..., 1] - 200.0)
    spread = np.nanmax(radius, axis=0) - np.nanmin(radius, axis=0)
    assert np.nanmax(spread) < 2.0
    assert (np.isfinite(tracks[..., 0]).sum(axis=0) > 10).mean() > 0.5
    owners: dict[tuple[int, int], set[int]] = {}
    for index in range(tracks.shape[1]):
        for x, y in tracks[:, index][np.isfinite(tracks[:, index, 0])]:
            owners.setdefault((int(x // 13), int(y // 13)), set()).add(index)
    assert Counter(len(names) for names in owners.values())[1] == len(owners)


def test_particles_of_a_rotation_keep_their_distance_from_the_centre() -> None:
    flow = PlaneFlow(GRID).on_screen(BOX)
    assert flow is not None
    swarm = Swarm(500, seed=1)
    swarm.scatter(400.0, 400.0)
    lines = swarm.move(flow, 1 / 60, 400.0, 400.0)
    begin, end = (np.hypot(lines[:, k] - 200.0, lines[:, k + 1] - 200.0) for k in (0, 2))
    assert len(lines) > 450
    assert end == pytest.approx(begin, abs=2e-3)
    moved = np.hypot(lines[:, 2] - lines[:, 0], lines[:, 3] - lines[:, 1])
    assert moved.max() < 3.5
    # clockwise, as x' = y, y' = -x is, seen with y upwards
    cross = (lines[:, 0] - 200) * (lines[:, 3] - 200) - (lines[:, 1] - 200) * (lines[:, 2] - 200)
    assert (cross > 0).all()


def test_particles_stay_in_the_box_and_begin_anew_where_nothing_is_known() -> None:
    hole = replace(GRID, u=np.where(GRID.x < 0, np.nan, GRID.u))
    flow = PlaneFlow(hole).on_screen(BOX)
    assert flow is not None
    swarm = Swarm(300, seed=2)
    for _ in range(50):
        lines = swarm.move(flow, 1 / 30, 400.0, 400.0)
        assert np.isfinite(swarm.places).all()
        assert ((swarm.places >= 0) & (swarm.places <= 400)).all()
        assert lines[:, 0].min() > 190


def test_trails_grow_fade_and_move_with_the_view() -> None:
    trails = Trails(DARK)
    trails.set_flow(PlaneFlow(GRID))
    trails.set_projection(BOX)
    for _ in range(30):
        trails.advance(1 / 60)
    bright = painted(trails)
    assert bright.max() > 60
    moved = replace(BOX, x_range=(-1.0, 3.0))
    carried = painted(trails, projection=moved)
    assert np.abs(carried[:, :300] - bright[:, 100:]).mean() < 0.2 * bright[:, 100:].mean()
    assert carried[:, 300:].max() == 0
    trails.set_flow(None)
    trails.advance(1 / 60)
    assert painted(trails, projection=moved).max() == 0


def test_particles_drift_on_without_new_frames_and_die_away_without_particles() -> None:
    trails = Trails(LIGHT)
    trails.set_projection(BOX)
    trails.set_flow(PlaneFlow(GRID))
    trails.advance(1 / 60)
    first = painted(trails)
    for _ in range(5):
        trails.advance(1 / 60)
    assert (painted(trails) != first).any()
    trails.advance(0.0)


def test_segments_paint_in_their_colours_and_survive_nothing() -> None:
    segments = Segments(DARK)
    assert painted(segments).max() == 0
    points = np.array([[-1.0, 0.0], [1.0, 0.0], [np.nan, 1.0], [-1.0, 1.0], [1.0, 1.0]])
    begin = np.arange(4)
    segments.set_segments(
        points, [StrokeGroup(begin[:2], Stroke("#ff0000")), StrokeGroup(begin[2:], Stroke("#00ff00"))]
    )
    picture = painted(segments)
    assert picture[199:202, 150, 0].max() > 100
    assert picture[99:102, 150, 1].max() > 100
    assert picture[50, 150].max() == 0


def test_a_wide_line_covers_more_and_a_scaled_painter_scales_it() -> None:
    def ink(weight: float, scale: float) -> float:
        segments = Segments(DARK)
        group = StrokeGroup(np.array([0]), Stroke("#ffffff", weight))
        segments.set_segments(np.array([[-1.0, 0.0], [1.0, 0.0]]), [group])
        return float(painted(segments, scale)[..., 0].sum()) / 255

    assert 180 < ink(1.0, 1.0) < 220
    assert 1.5 < ink(1.8, 1.0) / ink(1.0, 1.0) < 2.2
    assert 14 < ink(1.8, 4.0) / ink(1.8, 1.0) < 19


@pytest.mark.logs_errors
def test_an_item_that_fails_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(CanvasItem):
        def draw(self, _: QPainter) -> None:
            raise RuntimeError("no ink")

    item = Broken(DARK)
    painted(item)
    painted(item)
    messages = [record.getMessage() for record in caplog.records]
    assert messages == ["Broken could not be drawn"]
