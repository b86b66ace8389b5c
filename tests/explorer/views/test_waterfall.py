"""The waterfall: every cell its number's colour, rows downwards, wide states thinned honestly."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, empty_notes, shown
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Iterations, SolverRun
from explorer.canvas.colour_scale import ColourScale
from explorer.theme import DARK, LIGHT
from explorer.views.waterfall import Waterfall

SIZE = 12


@pytest.fixture(scope="module")
def reading() -> Iterations:
    return frames.iterations(maps.layer(SIZE), ("picard", "newton"), most=40)


@pytest.fixture
def fall(qtbot: QtBot, reading: Iterations) -> Waterfall:
    return shown(qtbot, Waterfall(), maps.layer(SIZE), frames.frame(reading), (560, 460))


def with_run(reading: Iterations, **changes: object) -> Iterations:
    run: SolverRun = replace(reading.runs[0], **changes)
    return replace(reading, runs=(run, *reading.runs[1:]))


def test_every_cell_has_the_colour_of_its_number(fall: Waterfall, reading: Iterations) -> None:
    z = reading.runs[0].z[:, 0]
    scale = fall.image._scale
    assert scale.low == -scale.high
    assert scale.high == pytest.approx(np.abs(z[np.isfinite(z)]).max())
    for row, column in ((0, 0), (0, 7), (3, 4), (9, 11)):
        colour = scale.colour(float(z[row, column]), DARK)
        assert colour_near(fall, column + 1, -row, colour, reach=0, tolerance=2)


def test_negative_is_blue_and_positive_orange() -> None:
    for theme in (DARK, LIGHT):
        scale = ColourScale(-1.0, 1.0, diverging=True)
        red, _, blue = (int(scale.colour(-0.5, theme)[i : i + 2], 16) for i in (1, 3, 5))
        assert blue > red + 60
        red, _, blue = (int(scale.colour(0.5, theme)[i : i + 2], 16) for i in (1, 3, 5))
        assert red > blue + 60
        assert scale.colour(0.0, theme).upper() == theme.card or colour_distance(scale, theme) < 12


def colour_distance(scale: ColourScale, theme: object) -> int:
    middle, card = scale.colour(0.0, theme), theme.card
    return max(abs(int(middle[i : i + 2], 16) - int(card[i : i + 2], 16)) for i in (1, 3, 5))


def test_the_axes_hold_all_cells_and_count_downwards(fall: Waterfall, reading: Iterations) -> None:
    last = int(reading.runs[0].iteration[-1])
    assert fall.box.rectangle() == ((0.5, SIZE + 0.5), (-last - 0.5, 0.5))
    assert fall.plot.left.tickStrings([-10.0, 0.0], 1.0, 5.0) == ["10", "0"]


def test_change_shows_the_distance_to_the_end(fall: Waterfall, reading: Iterations) -> None:
    QTest.mouseClick(fall._picture.buttons()[1], mouse.LEFT)
    run = reading.runs[0]
    away = np.log10(np.abs(run.z[5, 0] - run.solution[0]))
    scale = fall.image._scale
    assert not scale.diverging
    for column in (0, 6):
        assert colour_near(fall, column + 1, -5, scale.colour(float(away[column]), DARK), 0, 2)
    low, high = fall.bar.ends()
    assert low.endswith(("⁻⁹", "⁻¹⁰", "⁻¹¹", "⁻¹²", "⁻¹³"))
    assert float(high) == pytest.approx(10**scale.high, rel=0.1)


def test_the_line_is_dragged_and_a_click_moves_it(fall: Waterfall) -> None:
    moved: list[float] = []
    fall.cursor_moved.connect(moved.append)
    mouse.click(fall, 6.0, -4.0)
    assert moved[-1] == pytest.approx(4.0, abs=0.1)
    fall.set_cursor(4.0)
    fall.grab()
    assert fall.chips.text("iteration") == "iteration 4"
    mouse.drag(fall, (3.0, -4.0), (3.0, -9.0))
    assert moved[-1] == pytest.approx(9.0, abs=0.15)
    assert len(moved) >= 4


def test_the_mouse_reads_component_iteration_and_value(fall: Waterfall, reading: Iterations) -> None:
    texts: list[str] = []
    fall.readout.connect(texts.append)
    mouse.hover(fall, 3.0, -6.0)
    value = reading.runs[0].z[6, 0, 2]
    assert texts[-1].startswith("z[3]   iteration 6   value ")
    assert float(texts[-1].split("value ")[1].split()[0].replace("−", "-")) == pytest.approx(value, rel=1e-5)


def test_thinned_iterations_fill_the_rows_up_to_the_next(fall: Waterfall, reading: Iterations) -> None:
    run = reading.runs[0]
    kept = np.array([0, 4, 8])
    thinned = with_run(
        reading,
        iteration=run.iteration[kept],
        z=run.z[kept],
        residual=run.residual[kept],
        measure=run.measure[kept],
        evaluations=run.evaluations[kept],
    )
    fall.reset(frames.experiment(), maps.layer(SIZE).system())
    fall.draw(frames.frame(thinned))
    scale = fall.image._scale
    for iteration in (4, 5, 7):
        assert colour_near(fall, 2.0, -iteration, scale.colour(float(run.z[4, 0, 1]), DARK), 0, 2)


def test_of_many_columns_in_a_pixel_the_strongest_is_seen(qtbot: QtBot) -> None:
    size, records = 6000, 3
    z = np.zeros((records, 1, size))
    z[:, 0, 3210] = -1.0
    z[:, 0, 4321] = 1.0
    none = np.zeros((records, 1))
    run = SolverRun(
        "picard",
        "Picard",
        np.arange(records),
        z,
        none,
        none,
        none.astype(int),
        np.array([2]),
        z[-1],
        frames.solve(maps.cosine(), "picard").outcomes[:1],
    )
    example = maps.linear(np.zeros((size, size), dtype=np.float16))
    iterations = Iterations(example.components, z[0], np.zeros(1, int), "absolute", 1e-8, False, (run,))
    view = shown(qtbot, Waterfall(), example, frames.frame(iterations))
    blue, orange = (view.image._scale.colour(value, DARK) for value in (-1.0, 1.0))
    assert colour_near(view, 3211, -1, blue, reach=1, tolerance=2)
    assert colour_near(view, 4322, -1, orange, reach=1, tolerance=2)
    assert 100 < view.image._image.width() <= np.ceil(view.box.width())


def test_one_runaway_number_does_not_bleach_the_rest(fall: Waterfall, reading: Iterations) -> None:
    z = reading.runs[0].z.copy()
    z[int(reading.runs[0].iterations[0]), 0] = 1e200
    fall.draw(frames.frame(with_run(reading, z=z)))
    assert fall.image._scale.high < 30


def test_the_sample_in_focus_is_the_one_pointed_at(fall: Waterfall, reading: Iterations) -> None:
    fall.set_selected(1)
    assert fall.chips.text("focus") == "sample 2"
    z = reading.runs[0].z[2, 1, 5]
    assert colour_near(fall, 6.0, -2, fall.image._scale.colour(float(z), DARK), 0, 2)


def test_the_table_holds_the_components(fall: Waterfall, reading: Iterations) -> None:
    columns = fall.table().columns
    assert list(columns) == ["iteration", *maps.layer(SIZE).components]
    count = int(reading.runs[0].iterations[0]) + 1
    assert columns["z[4]"] == pytest.approx(reading.runs[0].z[:count, 0, 3])
    fall.box.show_rectangle(((2.6, 5.4), (-6.2, -2.8)))
    seen = fall.table(visible_only=True).columns
    assert list(seen) == ["iteration", "z[3]", "z[4]", "z[5]"]
    assert seen["iteration"].tolist() == [3, 4, 5, 6]


def test_nothing_yet_then_data_then_another_theme(qtbot: QtBot, reading: Iterations) -> None:
    view = shown(qtbot, Waterfall(), maps.layer(SIZE))
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    assert view.bar.isHidden()
    view.set_cursor(2.0)
    view.draw(Frame(1))
    view.draw(frames.frame(reading))
    assert empty_notes(view) == []
    view.apply_theme(LIGHT)
    z = float(reading.runs[0].z[3, 0, 4])
    assert colour_near(view, 5, -3, view.image._scale.colour(z, LIGHT), 0, 2)
    mouse.drag(view, (3.0, -12.0), (4.0, -12.0))
    moved = view.box.rectangle()
    view.draw(frames.frame(replace(reading)))
    assert view.box.rectangle() == moved
    view.fit()
    assert view.box.rectangle()[0] == (0.5, SIZE + 0.5)
