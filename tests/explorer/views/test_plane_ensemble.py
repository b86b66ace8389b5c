"""The glow of an ensemble and its trails, from closed forms: points that turn about the middle."""

from __future__ import annotations

from dataclasses import replace

import frames
import map_frames
import numpy as np
import pytest
from pictures import pixels, shown_plane
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.experiment import Ensemble
from core.frame import Frame
from core.readings import EnsembleRun, PlaneMap
from core.step_rules import ENDINGS
from explorer.canvas.course import Course
from explorer.canvas.course_trails import CourseTrails
from explorer.canvas.fading_light import FadingLight
from explorer.canvas.projection import Projection
from explorer.theme import DARK, LIGHT, Theme
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_ensemble import glow, veil

BOX = Projection((-2.0, 2.0), (-2.0, 2.0), 200.0, 200.0)
SPAN = 6.0
SUCCESS, AWAY = ENDINGS.index("success"), ENDINGS.index("nonfinite_state")


def turning(count: int = 60, lost: int = 0, x_name: str = "x") -> EnsembleRun:
    """Points on circles of radius 1, from all sides, once round in 6; the visits lie on the circle too."""
    times = np.linspace(0.0, SPAN, 61)
    angle = 2 * np.pi * (np.arange(count) / count - times[:, None] / SPAN)
    places = np.round((np.stack([np.cos(angle), np.sin(angle)], axis=2) + 6.0) / 12.0 * 65_534).astype(np.uint16)
    centres = -1.98 + 0.04 * np.arange(100)
    visits = np.where(np.abs(np.hypot(*np.meshgrid(centres, centres)) - 1.0) < 0.05, 40, 0).astype(np.uint32)
    ending = np.full(count, SUCCESS, dtype=np.int8)
    ending[:lost] = AWAY
    reach = ((-6.0, 6.0), (-6.0, 6.0))
    return EnsembleRun(
        x_name, "y", centres, centres, visits, 0.1, 40.0, 1, times, places, reach, count, ending, 900, "kernel", 0.01
    )


@pytest.fixture
def plane(qtbot: QtBot) -> PhasePlane:
    view = shown_plane(qtbot, frames.rotation())
    system = frames.rotation().system()
    view.show_experiment(replace(frames.experiment(), ensemble=Ensemble(on=True, count=60)), system)
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "density")
    return view


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_the_colours_of_the_veil_go_from_nothing_to_the_brightest(theme: Theme) -> None:
    colours = veil(theme)
    alpha, *channels = ((colours >> shift) & 255 for shift in (24, 16, 8, 0))
    assert (alpha[0], alpha[-1]) == (0, 255)
    assert (np.diff(alpha.astype(int)) >= 0).all()
    assert all((channel <= alpha).all() for channel in channels)
    assert alpha[128] < 80  # most of a map is seen through the middle of the scale
    assert QColor.fromRgba(int(colours[-1])).name().upper() == theme.density[-1][1]


def test_basins_are_seen_through_the_density(plane: PhasePlane) -> None:
    plane.set_layer_visible("basins", True)
    plane.draw(Frame(2, readings={PlaneMap: map_frames.halves()}))
    bare = {x: colour_at(plane, x, 0.3) for x in (-0.3, 0.3)}
    assert bare[-0.3] != bare[0.3]
    plane.draw(Frame(3, readings={EnsembleRun: replace(turning(), visits=np.full((100, 100), 4, dtype=np.uint32))}))
    veiled = {x: colour_at(plane, x, 0.3) for x in (-0.3, 0.3)}
    assert all(veiled[x] != bare[x] for x in bare)
    apart = [np.abs(np.subtract(one[-0.3], one[0.3])).sum() for one in (bare, veiled)]
    assert apart[1] > 0.55 * apart[0]  # the basins are told apart as before
    plane.draw(Frame(4, readings={EnsembleRun: replace(turning(), visits=np.zeros((100, 100), dtype=np.uint32))}))
    assert {x: colour_at(plane, x, 0.3) for x in bare} == bare
    plane.set_layer_visible("basins", False)
    assert colour_at(plane, -0.3, 0.3) == colour_at(plane, 0.3, 0.3) == QColor(DARK.density[0][1]).getRgb()[:3]


def test_why_there_is_no_ensemble_is_told(plane: PhasePlane) -> None:
    plane.draw(Frame(1, absent={EnsembleRun: "no ensemble in this plane: a is a parameter"}))
    assert plane.chips.text("ensemble") == "no ensemble"
    assert "a is a parameter" in plane.chips.accessibleName()


def colour_at(view: PhasePlane, x: float, y: float) -> tuple[int, ...]:
    """The commonest colour within two pixels of (x, y)."""
    place = view.box.mapToScene(*view.box.projection().pixels(np.array([x, y])).tolist())
    across, down = round(place.x()), round(place.y())
    near = pixels(view.plot)[down - 2 : down + 3, across - 2 : across + 3].reshape(-1, 3)
    found, counts = np.unique(near, axis=0, return_counts=True)
    return tuple(found[counts.argmax()].tolist())


def rgb(name: str) -> tuple[int, ...]:
    return tuple(int(name[begin : begin + 2], 16) for begin in (1, 3, 5))


def test_the_glow_begins_in_the_cards_colour_and_ends_in_the_brightest() -> None:
    visits = np.array([[0, 1, 10], [100, 1_000, 5_000_000]], dtype=np.uint32)
    for theme in (DARK, LIGHT):
        colours = glow(visits, 1_000.0, theme)
        assert colours.dtype == np.uint32
        assert [f"#{int(c) & 0xFFFFFF:06X}" for c in colours[[0, 1, 1], [0, 1, 2]]] == [
            theme.card, theme.density[-1][1], theme.density[-1][1],
        ]  # fmt: skip
        light = [sum((int(c) >> shift) & 255 for shift in (0, 8, 16)) for c in colours.ravel()[:5]]
        assert light == sorted(light, reverse=not theme.dark)
        assert len(set(light)) == 5
    assert len(np.unique(glow(visits, 0.0, DARK))) == 1
    # twice the trajectories, the same picture
    many = np.arange(2_000, dtype=np.uint32).reshape(40, 50)
    assert np.array_equal(glow(many, 1_500.0, DARK), glow(2 * many, 3_000.0, DARK))
    levels = glow(np.array([[0, 90_000, 300_000, 400_000]], dtype=np.uint32), 300_000.0, DARK)[0]
    assert levels[2] == levels[3] != levels[1]


def test_the_density_lies_in_its_place_in_the_themes_colours(plane: PhasePlane) -> None:
    plane.draw(Frame(2, {EnsembleRun: turning()}))
    assert colour_at(plane, 0.71, 0.71) == rgb(DARK.density[-1][1])
    assert colour_at(plane, 0.35, 0.35) == rgb(DARK.card)
    plane.apply_theme(LIGHT)
    assert colour_at(plane, 0.71, 0.71) == rgb(LIGHT.density[-1][1])
    plane.box.show_rectangle(((-1.0, 3.0), (-2.0, 2.0)))
    assert colour_at(plane, 0.71, 0.71) == rgb(LIGHT.density[-1][1])


def test_the_heading_counts_and_says_what_was_lost(plane: PhasePlane) -> None:
    plane.draw(Frame(2, {EnsembleRun: turning(60, lost=4)}))
    assert plane.chips.text("ensemble") == "60 trajectories"
    assert "4 ran away" in plane.chips._hints["ensemble"]
    assert "on the path kernel" in plane.chips._hints["ensemble"]
    assert plane._ensemble._bar.ends() == ("density", "")
    plane.show_experiment(frames.experiment(), frames.rotation().system())
    assert plane.chips.text("ensemble") == ""
    assert plane._ensemble._bar.isHidden()
    assert colour_at(plane, 0.71, 0.71) == rgb(DARK.card)


def test_its_layers_are_there_while_it_is_switched_on(plane: PhasePlane) -> None:
    assert {"density", "ensemble"} <= {layer.name for layer in plane.layers()}
    assert EnsembleRun in plane.wants()
    plane.set_layer_visible("density", False)
    assert EnsembleRun not in plane.wants()
    plane.set_layer_visible("ensemble", True)
    assert EnsembleRun in plane.wants()
    plane.show_experiment(frames.experiment(), frames.rotation().system())
    assert not {"density", "ensemble"} & {layer.name for layer in plane.layers()}
    assert EnsembleRun not in plane.wants()


def test_a_picture_of_other_axes_is_not_drawn(plane: PhasePlane) -> None:
    plane.draw(Frame(2, {EnsembleRun: turning(x_name="z")}))
    assert colour_at(plane, 0.71, 0.71) == rgb(DARK.card)


def test_points_are_on_their_way_between_two_known_times() -> None:
    course = Course(turning(12))
    for t in (0.0, 0.037, 3.21, 5.95, SPAN):
        angle = 2 * np.pi * (np.arange(12) / 12 - t / SPAN)
        expected = BOX.pixels(np.stack([np.cos(angle), np.sin(angle)], axis=1))
        assert course.at(t, BOX) == pytest.approx(expected, abs=0.08)
    run = turning(12)
    run.places[30:, 5] = 65_535
    gone = Course(run).at(2.85, BOX)  # between two places that are known, the next is none
    assert np.isnan(gone[5]).all()
    assert np.isfinite(np.delete(gone, 5, axis=0)).all()


def trails(t: float = 2.0) -> CourseTrails:
    item = CourseTrails(DARK)
    item.set_projection(BOX)
    item.set_course(Course(turning(1)))
    item.set_time(t)
    item.ensure_layout()
    return item


def brightness(item: CourseTrails, t: float) -> int:
    """Of the brightest pixel about where the point is at t."""
    x, y = Course(turning(1)).at(t, BOX)[0].round().astype(int)
    return int(item.light.levels[y - 2 : y + 3, x - 2 : x + 3].max())


@pytest.mark.usefixtures("qapp")
def test_a_trail_is_brightest_at_its_head_and_ends_after_its_life() -> None:
    item = trails()
    head, middle, before = (brightness(item, t) for t in (1.97, 1.88, 1.6))
    assert head > middle > 0
    assert before == 0
    radius = np.hypot(*(np.argwhere(item.light.levels > 0) - 100.0).T)
    assert np.abs(radius - 50.0).max() < 3.0


@pytest.mark.usefixtures("qapp")
def test_a_moving_playhead_adds_to_the_trail_and_lets_it_fade() -> None:
    item = trails()
    old = brightness(item, 1.97)
    for step in range(1, 13):
        item.set_time(2.0 + 0.01 * step)
    assert brightness(item, 2.11) > 0
    assert 0 < brightness(item, 1.97) < old
    lit = np.count_nonzero(item.light.levels)
    held = item.light.levels.copy()
    item.set_time(2.12)  # a pause
    assert np.array_equal(item.light.levels, held)
    jumped = trails()
    jumped.set_time(5.0)  # scrubbing
    jumped.ensure_layout()
    assert (brightness(jumped, 2.0), brightness(jumped, 4.97) > 0) == (0, True)
    assert np.count_nonzero(jumped.light.levels) < 2 * lit


@pytest.mark.usefixtures("qapp")
def test_trails_are_carried_over_when_the_view_moves() -> None:
    item = trails()
    place = Course(turning(1)).at(1.97, BOX)[0].round().astype(int)
    before = item.light.levels[place[1] - 3 : place[1] + 4, place[0] - 3 : place[0] + 4].max()
    item.set_projection(Projection((-1.0, 3.0), (-2.0, 2.0), 200.0, 200.0))
    item.ensure_layout()
    after = item.light.levels[place[1] - 3 : place[1] + 4, place[0] - 53 : place[0] - 46].max()
    assert after == pytest.approx(before, abs=3)


@pytest.mark.usefixtures("qapp")
def test_light_fades_by_whole_levels_and_owes_the_rest() -> None:
    light = FadingLight([0] * 256)
    light.resize(10.0, 6.0)
    light.levels[:] = 100
    for _ in range(4):
        light.fade(0.4)
    assert (light.levels == 99).all()
    light.fade(300.0)
    assert not light.lit
    light.add(np.array([[0.0, 3.0, 9.0, 3.0]]), 200, smooth=False)
    assert light.levels.max() == 200
    before = Projection((0.0, 10.0), (0.0, 6.0), 10.0, 6.0)
    light.follow(before, Projection((-10.0, 10.0), (0.0, 6.0), 20.0, 6.0))
    assert not light.levels[:, :8].any()
    assert light.levels[:, 10:].max() == 200
