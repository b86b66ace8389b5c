"""A long vector over time: exact heat in a ring as an image and as a profile."""

from __future__ import annotations

import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.language import System, parse
from core.outcome import Outcome
from core.presets import load_preset
from core.readings import Trajectories
from explorer.canvas.colour_scale import ColourScale
from explorer.canvas.projection import Projection
from explorer.canvas.time_image import TimeImage, vectors_at
from explorer.stage import fitting
from explorer.theme import DARK
from explorer.views import views
from explorer.views.profile import Profile
from explorer.views.space_time import SpaceTime
from explorer.views.vector_state import value_scale

SIZE, END = 16, 2.0
PLACES = 2.0 * np.pi * np.arange(SIZE) / SIZE


class Ring:
    """z' = shift(z, 1) - 2z + shift(z, -1)."""

    def system(self) -> System:
        return parse(f"z' = shift(z, 1) - 2z + shift(z, -1)\nz in R^{SIZE}\nt in [0, {END}]")


def heat(t: np.ndarray, size: float = 1.0) -> np.ndarray:
    """A wave around the ring and one of three crests: each dies at its own rate, 4 sin^2(pi k/n)."""
    first, third = (np.exp(-4.0 * np.sin(np.pi * k / SIZE) ** 2 * t)[:, None] for k in (1, 3))
    return size * (first * np.cos(PLACES) + 0.5 * third * np.sin(3 * PLACES))


def reading(*sizes: float) -> Trajectories:
    """Heat of several sizes, at times as uneven as a stiff method's steps."""
    t = END * np.linspace(0.0, 1.0, 400) ** 2
    count = len(sizes)
    z = np.concatenate([heat(t, size) for size in sizes])
    return Trajectories(
        components=Ring().system().components,
        t=np.tile(t, count),
        z=z,
        step_end=np.ones(len(z), dtype=bool),
        offsets=np.arange(count + 1) * len(t),
        starts=z[:: len(t)],
        start_time=0.0,
        forward=(Outcome("success"),) * count,
        backward=(),
        evaluations=np.ones(count, dtype=int),
        accepted=np.ones(count, dtype=int),
        rejected=np.zeros(count, dtype=int),
    )


def frame(*sizes: float) -> Frame:
    return Frame(1, {Trajectories: reading(*sizes)}, final=True)


@pytest.fixture
def image(qtbot: QtBot) -> SpaceTime:
    return shown(qtbot, SpaceTime(), Ring(), frame(1.0), (620, 420))


@pytest.fixture
def profile(qtbot: QtBot) -> Profile:
    view = shown(qtbot, Profile(), Ring(), frame(1.0, -0.5), (620, 300))
    view.set_cursor(0.7)
    return view


def test_every_place_has_the_colour_of_the_exact_heat_and_the_first_component_is_lowest(image: SpaceTime) -> None:
    scale = image._image._scale
    assert (scale.low, scale.high, scale.diverging) == (-np.abs(heat(np.zeros(1))).max(), -scale.low, True)
    assert image.box.rectangle() == ((0.0, END), (0.5, SIZE + 0.5))
    for t in (0.02, 0.5, 1.3, 1.98):
        for place in (1, 4, 9, 16):
            colour = scale.colour(float(heat(np.array([t]))[0, place - 1]), DARK)
            assert colour_near(image, t, place, colour, 1, 6)


def test_a_column_of_pixels_is_the_vector_at_the_time_of_its_middle() -> None:
    t, scale = np.array([0.0, 1.0, 4.0]), ColourScale(0.0, 40.0)
    values = np.array([[0.0, 10.0], [10.0, 20.0], [40.0, 20.0]])
    item = TimeImage(DARK)
    item.set_values(t, values, scale)
    item.set_projection(Projection((-1.0, 5.0), (0.5, 2.5), 12, 2))
    item.ensure_layout()
    assert (item._target.left(), item._target.right()) == (2.0, 10.0)  # where there is none nothing is painted
    middles = np.arange(0.25, 4.0, 0.5)
    expected = np.stack([np.interp(middles, t, values[:, 1]), np.interp(middles, t, values[:, 0])])
    assert item._pixels == pytest.approx(scale.table(DARK)[scale.levels(expected)])
    assert vectors_at(t, values, np.array([2.5, -0.1, 4.1])) == pytest.approx(
        np.array([[25.0, 20.0], [np.nan] * 2, [np.nan] * 2]), nan_ok=True
    )


@pytest.mark.parametrize("number", [0.0, np.nan])
def test_of_many_components_in_a_pixel_the_strongest_is_seen(number: float) -> None:
    values = np.zeros((2, 100))
    values[:, [13, 57]] = -3.0, 2.1
    values[:, 99] = number
    scale = ColourScale(-3.0, 3.0, diverging=True)
    item = TimeImage(DARK)
    item.set_values(np.array([0.0, 1.0]), values, scale)
    item.set_projection(Projection((0.0, 1.0), (0.5, 100.5), 4, 10))
    item.ensure_layout()
    expected = [scale.levels(np.array(value)) for value in (0.0, 0.0, 0.0, 0.0, 2.1, 0.0, 0.0, 0.0, -3.0, 0.0)]
    assert item._pixels[:, 1].tolist() == scale.table(DARK)[expected].tolist()


def test_the_colours_have_a_middle_only_where_there_are_both_signs() -> None:
    assert value_scale(-2.0, 9.0) == ColourScale(-9.0, 9.0, diverging=True)
    assert value_scale(0.001, 1.0) == ColourScale(0.0, 1.0)
    assert value_scale(-1e-9, 1.0) == ColourScale(-1e-9, 1.0)
    assert value_scale(-4.0, -3.0) == ColourScale(-4.0, -3.0)
    assert value_scale(2.0, 2.0) == ColourScale(1.5, 2.5)


def test_a_click_and_a_drag_move_the_cursor_and_pointing_reads_the_value(image: SpaceTime) -> None:
    moved: list[float] = []
    told: list[str] = []
    image.cursor_moved.connect(moved.append)
    image.readout.connect(told.append)
    mouse.click(image, 0.5, 9.0)
    assert moved[-1] == pytest.approx(0.5, abs=0.01)
    image.set_cursor(0.5)
    assert image.chips.text("time") == "t = 0.50"
    mouse.drag(image, (0.5, 4.0), (1.4, 4.0))
    assert moved[-1] == pytest.approx(1.4, abs=0.01)
    mouse.hover(image, 1.0, 5.0)
    words = dict(word.split(" = ") for word in told[-1].replace("−", "-").split("   "))
    assert list(words) == ["t", "i", "z₅"]
    assert words["i"] == "5"
    t = float(words["t"])
    assert t == pytest.approx(1.0, abs=0.01)
    assert float(words["z₅"]) == pytest.approx(heat(np.array([t]))[0, 4], abs=2e-4)
    image.box.show_rectangle(((0.0, END), (-3.0, SIZE)))
    mouse.hover(image, 1.0, -1.0)
    assert told[-1] == ""


def test_the_image_shows_the_selected_trajectory_whose_table_it_is(image: SpaceTime) -> None:
    image.draw(frame(1.0, -0.5))
    image.set_selected(1)
    assert image.chips.text("focus") == "trajectory 2"
    assert image._image._scale.high == pytest.approx(0.5 * np.abs(heat(np.zeros(1))).max())
    columns = image.table().columns
    assert list(columns) == ["t", *Ring().system().components]
    assert columns["z[3]"] == pytest.approx(heat(columns["t"], -0.5)[:, 2])
    image.box.show_rectangle(((0.5, 1.0), (2.6, 5.2)))
    seen = image.table(visible_only=True).columns
    assert list(seen) == ["t", "z[3]", "z[4]", "z[5]"]
    assert (seen["t"].min() >= 0.5, seen["t"].max() <= 1.0, len(seen["t"]) > 50) == (True, True, True)


def test_the_profile_is_the_exact_heat_at_the_cursor_over_the_start(profile: Profile) -> None:
    now, start = heat(np.array([0.7]))[0], heat(np.zeros(1))[0]
    columns = profile.table().columns
    assert columns["value"] == pytest.approx(now, abs=1e-4)
    assert columns["start"].tolist() == start.tolist()
    assert set(columns["t"].tolist()) == {0.7}
    for place in (1, 5, 8):
        assert colour_near(profile, place, float(now[place - 1]), DARK.series[0], 2, 30)
        assert not colour_near(profile, place, float(start[place - 1]), DARK.series[0], 2, 30)
    assert len(profile._others._groups) == 1  # the other trajectory
    profile.set_hovered(1)
    assert profile.table().columns["value"] == pytest.approx(-0.5 * now, abs=1e-4)
    profile.set_cursor(END + 1.0)
    assert np.isnan(profile.table().columns["value"]).all()


def test_pointing_at_a_profile_reads_it_and_its_axes_stay_while_time_goes_on(profile: Profile) -> None:
    told: list[str] = []
    profile.readout.connect(told.append)
    (left, right), (low, high) = before = profile.box.rectangle()
    assert left < 1.0 < SIZE < right
    assert low < heat(np.zeros(1)).min() < heat(np.zeros(1)).max() < high
    mouse.hover(profile, 3.0, 0.0)
    text = told[-1].replace("−", "-")
    assert text.startswith("t = 0.7   i = 3   z₃ = ")
    assert float(text.split("z₃ = ")[1].split()[0]) == pytest.approx(heat(np.array([0.7]))[0, 2], abs=1e-4)
    assert float(text.split("at the start ")[1]) == pytest.approx(heat(np.zeros(1))[0, 2], rel=1e-5)
    profile.set_cursor(1.9)
    assert profile.box.rectangle() == before


@pytest.mark.parametrize("name", ["heat", "lorenz_96", "nagumo_front"])
def test_the_presets_open_with_it(name: str) -> None:
    experiment, notes = load_preset(name)
    fits = {view.name for view in fitting(views(), parse(experiment.text))}
    assert notes.main == "space_time"
    assert {"space_time", "profile"} <= fits


def test_it_is_about_one_long_vector() -> None:
    many = "\n".join(f"x{index}' = -x{index}" for index in range(9))
    for text in ("z' = -z\nz in R^7", "z' = -z\nw' = -w\nz in R^9\nw in R^9", many):
        assert not {SpaceTime, Profile} & set(fitting(views(), parse(text)))


def test_another_system_forgets_the_image(image: SpaceTime) -> None:
    image.reset(Experiment(""), parse("z' = -z\nz in R^20"))
    assert image.table().columns == {}
    assert image.bar.isHidden()
    assert image.box.rectangle()[1] == (0.5, 20.5)
