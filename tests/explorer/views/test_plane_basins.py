"""Basins below a plane: a hue per end, darker for longer, and asked for only while one looks at them."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import frames as flows
import map_frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, pixels, shown, shown_fractal
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.language import parse
from core.readings import RAN_AWAY, UNDECIDED, PlaneMap
from core.window_notes import WindowNotes
from explorer.canvas.plot_card import PlotCard
from explorer.layered import Layer
from explorer.theme import DARK, LIGHT, THEMES, Theme
from explorer.views.basin_colours import Hues, end_colour, fate_colour, map_pixels
from explorer.views.iterate_plane import IteratePlane
from explorer.views.phase_plane import PhasePlane

REAL = parse("0 = x^3 - 3*x*y^2 - 1\n0 = 3*x^2*y - y^3\nsolve x = 1, y = 1\nview x [-2, 2], y [-2, 2]\n")
COMPLEX = replace(REAL, components=("re z", "im z"), symbols=("re z", "im z"), view={})


def channels(colours: np.ndarray) -> np.ndarray:
    return np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=-1).astype(float)


def hue_of(colour: str) -> int:
    return QColor(colour).hslHue()


def alone(view: PlotCard) -> PlotCard:
    for layer in view.layers():
        view.set_layer_visible(layer.name, layer.name == "basins")
    return view


@pytest.fixture
def fractal(qtbot: QtBot) -> IteratePlane:
    return shown_fractal(qtbot, COMPLEX)


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_an_end_has_one_hue_and_a_longer_way_is_darker(theme: Theme) -> None:
    found = map_frames.newton()
    colours = channels(map_pixels(found, (0, 1, 2), theme, smooth=False))
    for end in range(3):
        mine = found.end == end
        bright = mine & (found.count <= np.quantile(found.count[mine], 0.3))
        middle = QColor(*np.median(colours[bright], axis=0).astype(int).tolist())
        assert abs(middle.hslHue() - hue_of(end_colour(theme, end))) < 12
        light = [colours[mine & (found.count == k)].sum(axis=-1).mean() for k in range(4, 15)]
        assert (np.diff(light) < 0).all()


def test_what_is_undecided_and_what_runs_away_look_like_no_end() -> None:
    for theme in (DARK, LIGHT):
        away, undecided = (QColor(fate_colour(theme, fate, smooth=False)) for fate in (RAN_AWAY, UNDECIDED))
        assert max(away.hslSaturation(), undecided.hslSaturation() * undecided.lightness() // 64) < 60
        assert abs(away.lightness() - undecided.lightness()) > 40
    found = map_frames.newton(pixels=(321, 321))  # odd: the middle pixel is 0, where Newton's step divides by 0
    assert found.end[160, 160] in (RAN_AWAY, UNDECIDED)
    middle = map_pixels(found, (0, 1, 2), DARK, smooth=False)[160, 160]
    ends = {map_pixels(found, (0, 1, 2), DARK, smooth=False)[row, 300] for row in (10, 160, 310)}
    assert middle not in ends


def test_escape_times_are_a_smooth_ramp() -> None:
    found = map_frames.escape(-0.4 + 0.6j)
    row = channels(map_pixels(found, (), DARK, smooth=True))[5, :150]
    assert (found.end[5, :150] == RAN_AWAY).all()
    assert np.abs(np.diff(row, axis=0)).max() <= 6
    assert np.ptp(row.sum(axis=-1)) > 20


def test_a_map_that_only_escapes_says_so(fractal: IteratePlane) -> None:
    fractal.draw(frames.frame(map_frames.escape(-0.4 + 0.6j)))
    assert fractal.chips.text("basins") == "escape times, the map"
    assert [entry.text() for entry in fractal.legend.entries()] == ["runs away", "undecided"]


def test_an_end_that_moves_keeps_its_hue() -> None:
    hues = Hues()
    assert hues.follow(map_frames.newton()) == (0, 1, 2)
    turned = map_frames.newton(turned=np.exp(0.1j))
    swapped = replace(turned, ends=turned.ends[[2, 0, 1]], names=("c", "a", "b"))
    assert hues.follow(swapped) == (2, 0, 1)
    far = replace(turned, ends=np.array([[9.0, 9.0], turned.ends[1]]), names=("(9, 9)", "(1, 1)"))
    assert hues.follow(far) == (0, 1)


def test_ends_that_are_no_points_keep_their_hue_by_name() -> None:
    hues, found = Hues(), map_frames.newton()
    cycles = replace(found, ends=np.full((3, 2), np.nan), names=("fixed point", "period 2", "period 3"))
    assert hues.follow(cycles) == (0, 1, 2)
    assert hues.follow(replace(cycles, ends=np.full((2, 2), np.nan), names=("period 3", "period 4"))) == (2, 0)


def test_the_picture_lies_in_its_place_and_has_a_legend(fractal: IteratePlane) -> None:
    alone(fractal)
    fractal.draw(frames.frame(map_frames.newton()))
    for end, (x, y) in enumerate(map_frames.ROOTS):
        assert colour_near(fractal, 1.4 * x, 1.4 * y, end_colour(DARK, end), reach=3, tolerance=95)
    names = [entry.text() for entry in fractal.legend.entries()]
    assert names[:3] == ["(1, 0)", "(−0.5, 0.866)", "(−0.5, −0.866)"]
    assert {entry.swatch for entry in fractal.legend.entries()} == {"area"}
    assert fractal.chips.text("basins") == "3 ends, Newton's method"


def test_the_mouse_reads_where_a_start_ends_and_after_how_long(fractal: IteratePlane) -> None:
    texts: list[str] = []
    fractal.readout.connect(texts.append)
    mouse.hover(fractal, 1.6, 0.4)
    found = map_frames.newton()
    column, row = (int((value + 2) / 4 * 320) for value in (1.6, 0.4))
    counts = found.count[row - 2 : row + 3, column - 2 : column + 3]
    assert texts[-1].split("   ")[-2] in {f"→ (1, 0) after {int(count)} iterations" for count in np.unique(counts)}
    mouse.hover(fractal, -1.2, 1.5)
    assert "→ (−0.5, 0.866) after" in texts[-1]


def test_a_coarse_picture_gives_way_to_a_sharp_one(fractal: IteratePlane) -> None:
    alone(fractal)
    fractal.draw(frames.frame(map_frames.newton(step=16), quality="preview"))
    assert fractal.chips.text("basins") == "3 ends, Newton's method, step 16"
    coarse = pixels(fractal)
    fractal.draw(frames.frame(map_frames.newton()))
    assert fractal.chips.text("basins") == "3 ends, Newton's method"
    sharp = pixels(fractal)
    assert (coarse != sharp).any(axis=-1).mean() > 0.1


def test_the_picture_stays_in_the_data_while_the_plane_is_moved(fractal: IteratePlane) -> None:
    alone(fractal)
    fractal.draw(frames.frame(map_frames.newton()))
    seen = fractal.box.rectangle()
    before = pixels(fractal)
    at = mouse.place(fractal, 0.8, 0.5)
    asked: list[bool] = []
    fractal.viewport_changed.connect(lambda: asked.append(True))
    fractal.box.show_rectangle(((seen[0][0] + 0.5, seen[0][1] + 0.5), seen[1]))
    assert asked
    moved = mouse.place(fractal, 0.8, 0.5)
    assert at.x() - moved.x() > 40
    after = pixels(fractal)
    offset = fractal.plot.mapTo(fractal, at)
    moved = fractal.plot.mapTo(fractal, moved)
    part = [
        picture[place.y() - 15 : place.y() + 15, place.x() - 15 : place.x() + 15]
        for picture, place in ((before, offset), (after, moved))
    ]
    assert np.abs(part[0] - part[1]).mean() < 12
    fractal.draw(frames.frame())  # a frame without a map takes nothing away
    assert not fractal._basins.image.empty


def test_a_moved_plane_keeps_its_sharp_part_until_the_rest_is_as_sharp(fractal: IteratePlane) -> None:
    alone(fractal)
    fractal.draw(frames.frame(map_frames.newton()))
    there, beyond = fractal._basins.text_at(0.3, 0.9), fractal._basins.text_at(2.3, 0.9)
    assert there
    assert beyond == ""
    fractal.draw(frames.frame(map_frames.newton(x_range=(-1.5, 2.5), step=16)))
    assert not fractal._basins.kept.empty
    assert fractal._basins.text_at(0.3, 0.9) == there
    assert fractal._basins.text_at(2.3, 0.9).startswith("→ (1, 0) after")
    assert fractal.chips.text("basins").endswith("step 16")
    fractal.draw(frames.frame(map_frames.newton(x_range=(-1.5, 2.5))))
    assert fractal._basins.kept.empty
    other = replace(map_frames.newton(step=16), question="of another value")
    fractal.draw(frames.frame(other))  # sharp and wrong is worse than coarse
    assert fractal._basins.kept.empty
    fractal.draw(frames.frame(map_frames.newton()))
    fractal.draw(frames.frame(map_frames.newton(step=16), quality="preview"))
    assert fractal._basins.kept.empty


def test_a_finer_map_of_other_values_does_not_stay_on_the_new_one(fractal: IteratePlane) -> None:
    """Zoomed out the new one never becomes as fine as what was seen from near."""
    near = map_frames.newton(x_range=(-0.5, 0.5))
    fractal.draw(frames.frame(near))
    fractal.draw(frames.frame(map_frames.newton()))
    assert not fractal._basins.kept.empty
    fractal.draw(frames.frame(replace(map_frames.newton(), question="of another value")))
    assert fractal._basins.kept.empty


def test_a_plane_of_one_complex_unknown_shows_them_at_first(qtbot: QtBot) -> None:
    view = shown(qtbot, IteratePlane(), maps.turning())
    assert not view.shows_layer("basins")
    assert PlaneMap not in view.wants()
    view.reset(Experiment(text=""), COMPLEX)
    assert view.shows_layer("basins")
    assert next(layer for layer in view.layers() if layer.name == "basins").visible
    assert PlaneMap in view.wants()
    assert not view.shows_layer("field")
    assert view.shows_layer("iterates")
    (left, right), (bottom, top) = view.box.rectangle()
    per_unit = view.box.width() / (right - left), view.box.height() / (top - bottom)
    assert per_unit[0] == pytest.approx(per_unit[1], rel=1e-6)
    view.set_layer_visible("basins", False)
    view.reset(Experiment(text=""), COMPLEX)
    assert not view.shows_layer("basins")
    view.reset(Experiment(text=""), maps.turning().system())
    assert PlaneMap not in view.wants()
    assert view.shows_layer("field")


def test_a_map_is_wanted_only_while_it_is_shown(qtbot: QtBot) -> None:
    view = shown(qtbot, IteratePlane(), maps.turning())
    assert "looking for ends" not in [entry.text() for entry in view.legend.entries()]
    switched: list[bool] = []
    view.wants_changed.connect(lambda: switched.append(PlaneMap in view.wants()))
    view.set_layer_visible("field", False)
    assert switched == []
    view.set_layer_visible("basins", True)
    assert "looking for ends" in [entry.text() for entry in view.legend.entries()]
    found = map_frames.newton(("x", "y"))
    view.draw(frames.frame(found))
    assert "looking for ends" not in [entry.text() for entry in view.legend.entries()]
    assert view._basins.text_at(1.2, 0.0)
    view.set_layer_visible("basins", False)
    assert switched == [True, False]
    assert view._basins.image.empty
    view.draw(frames.frame(found))  # one that was under way
    assert view._basins.text_at(1.2, 0.0) == ""
    assert "area" not in {entry.swatch for entry in view.legend.entries()}


def test_a_map_of_another_plane_is_not_drawn(qtbot: QtBot) -> None:
    view = shown(qtbot, IteratePlane(), maps.layer(4, starts=2))
    view.set_layer_visible("basins", True)
    view.draw(frames.frame(map_frames.newton(("z[3]", "z[1]"))))
    assert view._basins.image.empty
    view.draw(frames.frame(map_frames.newton(("z[1]", "z[2]"))))
    assert not view._basins.image.empty


def test_basins_of_a_flow_tell_the_time(qtbot: QtBot) -> None:
    view = PhasePlane()
    qtbot.addWidget(view, before_close_func=lambda _: view.hide())
    view.resize(600, 480)
    view.show()
    view.reset(Experiment(text=""), flows.van_der_pol().system())
    assert PlaneMap not in view.wants()
    view.set_layer_visible("basins", True)
    assert PlaneMap in view.wants()
    view.draw(frames.frame(map_frames.halves()))
    texts: list[str] = []
    view.readout.connect(texts.append)
    view.box.show_rectangle((map_frames.AROUND, map_frames.AROUND))
    mouse.hover(view, 0.5, 0.005)
    told, share = texts[-1].split("   ")[-2:]
    assert told.startswith("→ (1, 0) after t = ")
    assert float(told.split("t = ")[1]) == pytest.approx(0.5 * np.log((1 / 0.5**2 - 1) / 0.02), rel=0.05)
    assert share == "as do 50.00 % of all starts"
    assert [entry.text() for entry in view._basins._legend.entries()] == ["(1, 0)", "(−1, 0)"]


def test_one_state_against_time_has_no_basins(qtbot: QtBot) -> None:
    view = PhasePlane()
    qtbot.addWidget(view)
    view.reset(Experiment(text=""), flows.decay().system())
    view.set_layer_visible("basins", True)
    assert "basins" not in [layer.name for layer in view.layers()]
    assert PlaneMap not in view.wants()


def test_notes_tell_which_layers_are_seen() -> None:
    quiet = Layer("basins", "Basins", visible=False, needs=frozenset({PlaneMap}))
    plain = Layer("streamlines", "Streamlines", visible=False)
    saved = WindowNotes(view={"x": (0.0, 1.0)})
    assert [layer.seen(WindowNotes()) for layer in (quiet, plain)] == [False, False]
    assert [layer.seen(saved) for layer in (quiet, plain)] == [False, True]  # a file that knows of no basins
    assert quiet.seen(replace(saved, shown_layers=("basins",)))
    assert not replace(plain, visible=True).seen(WindowNotes(hidden_layers=("streamlines",)))


def test_two_ends_never_share_a_colour_while_there_is_another() -> None:
    hues, found = Hues(), map_frames.newton()

    def ends(*names: str) -> tuple[int, ...]:
        return hues.follow(replace(found, ends=np.full((len(names), 2), np.nan), names=names))

    many = "abcdefghij"
    assert len(set(ends(*many))) == 10
    for left in (many[2:], "cj", "bj", "adehij"):  # of more ends than colours some stay
        now = ends(*left)
        colours = {end_colour(DARK, hue) for hue in now}
        assert len(colours) == min(len(left), 7)
