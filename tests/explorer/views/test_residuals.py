"""The residual plot: straight lines where convergence is linear, honest ends, one linked iteration."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as frames
import fixed_point_maps as maps
import mouse
import numpy as np
import pytest
from pictures import colour_near, count, empty_notes, pixels, shown
from PySide6.QtCore import QPointF
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.frame import Frame
from core.readings import Iterations
from explorer.theme import DARK, LIGHT
from explorer.views.residuals import Residuals
from explorer.views.solver_race import period, record_at

RATE = 0.6736120291832148


@pytest.fixture
def race(qtbot: QtBot) -> Residuals:
    example = maps.cosine()
    return shown(qtbot, Residuals(), example, frames.frame(frames.iterations(example)))


def test_the_line_of_picard_falls_with_its_rate(race: Residuals) -> None:
    places = race._lines.places(0, 0)
    slope = np.polyfit(places[20:46, 0], places[20:46, 1], 1)[0]
    assert slope == pytest.approx(np.log10(RATE), rel=1e-3)
    for x, y in places[5:45:10]:
        assert colour_near(race, x, y, DARK.colour_of(0))


def test_the_axes_hold_every_iteration_and_the_tolerance(race: Residuals) -> None:
    (left, right), (low, high) = race.box.rectangle()
    assert left < 0 < 47 < right < 49
    assert low < -8.0
    assert 0.0 < high < 1.0
    assert count(pixels(race), DARK.amber) > 100  # the tolerance
    assert race.plot.left.labelText == "|f(z) − z| / |f(z)|"


def test_the_title_says_what_the_stopping_rule_measures(qtbot: QtBot) -> None:
    example = replace(maps.cosine(), kind="root")
    iterations = replace(frames.iterations(example), criterion="absolute", whole_batch=True)
    view = shown(qtbot, Residuals(), example, frames.frame(iterations))
    assert view.plot.left.labelText == "|g(z)|, whole batch"
    view.draw(frames.frame(replace(iterations, criterion="step", whole_batch=False)))
    assert view.plot.left.labelText == "length of the last step"


def test_the_legend_names_the_solvers_with_their_iterations_and_hides_them(race: Residuals) -> None:
    entries = race.legend.entries()
    assert [entry.text() for entry in entries] == ["Picard  46", "Damped  10", "Newton  3"]
    pink = DARK.series[6]
    assert count(pixels(race), pink, 30) > 60
    QTest.mouseClick(entries[1], mouse.LEFT)
    assert count(pixels(race), pink, 30) < 30  # its swatch in the legend is dimmed as well
    assert "Damped" not in set(race.table(visible_only=True).columns["solver"])
    race.draw(frames.frame(frames.iterations(maps.cosine(), tolerance=1e-4), generation=2))
    assert not race.legend.entries()[1].isChecked()  # the same solvers: what was hidden stays so


def test_evaluations_stretch_the_line_of_a_solver_that_calls_f_twice(race: Residuals) -> None:
    assert race._lines.places(2, 0)[:4, 0].tolist() == [0, 1, 2, 3]
    QTest.mouseClick(race._axis.buttons()[1], mouse.LEFT)
    assert race._lines.places(2, 0)[:4, 0].tolist() == [2, 4, 6, 8]
    assert race.plot.bottom.labelText == "evaluations of f"
    race.set_cursor(10.7)
    assert race.cursor_line.t == 11.0  # iteration 10 of Picard is its 11th evaluation
    moved: list[float] = []
    race.cursor_moved.connect(moved.append)
    race.move_cursor(21.0)
    assert moved == [20.0]


def test_the_cursor_is_dragged_over_iterations(race: Residuals) -> None:
    moved: list[float] = []
    race.cursor_moved.connect(moved.append)
    race.set_cursor(10.0)
    race.grab()
    mouse.drag(race, (10.0, -9.0), (30.0, -9.0))
    assert moved[-1] == pytest.approx(30.0, abs=0.3)
    assert moved == sorted(moved)


def test_a_cycle_is_called_by_its_period(qtbot: QtBot) -> None:
    example = maps.logistic()
    iterations = frames.iterations(example, ("picard", "damped"))
    view = shown(qtbot, Residuals(), example, frames.frame(iterations))
    assert period(iterations.runs[0], 0) == 2
    assert period(iterations.runs[1], 0) == 0
    assert [entry.text() for entry in view.legend.entries()] == ["Picard  period 2", "Damped  11"]
    assert [label.lines for label in view._lines.words.shown()] == [("period 2",)]


def test_slow_convergence_is_no_cycle() -> None:
    example = replace(maps.cosine(), f=lambda z: -0.999 * z, starts=((1.0,),))
    assert period(frames.solve(example, "picard"), 0) == 0


def test_the_playhead_shows_the_last_record_that_is_not_later() -> None:
    run = frames.solve(maps.cosine(), "picard")
    thinned = replace(run, iteration=run.iteration * 10)
    assert [record_at(thinned, t, 0) for t in (0.0, 9.99, 10.0, 25.0, 1e9)] == [0, 0, 1, 2, 46]
    assert record_at(run, 1e9, 1) == int(run.iterations[1])


def test_the_floor_of_rounding_follows_the_precision(race: Residuals) -> None:
    race.draw(frames.frame(frames.iterations(maps.cosine()), generation=2, dtype="float32"))
    assert race._lines.floor == pytest.approx(1.19e-7, rel=1e-2)
    absolute = replace(frames.iterations(maps.cosine()), criterion="absolute")
    race.draw(frames.frame(absolute, generation=3))
    assert race._lines.floor == pytest.approx(np.finfo(float).eps * 0.7390851, rel=1e-6)


def test_an_exact_zero_lies_on_the_floor(race: Residuals) -> None:
    iterations = frames.iterations(maps.cosine(), ("newton",))
    measure = iterations.runs[0].measure.copy()
    measure[-1, 0] = 0.0
    race.draw(frames.frame(replace(iterations, runs=(replace(iterations.runs[0], measure=measure),))))
    assert race._lines.places(0, 0)[-1, 1] == pytest.approx(np.log10(np.finfo(float).eps))


def test_the_mouse_reads_a_record_and_brings_a_sample_forward(race: Residuals) -> None:
    texts: list[str] = []
    found: list[object] = []
    race.readout.connect(texts.append)
    race.hovered.connect(found.append)
    x, y = race._lines.places(0, 0)[30]
    mouse.hover(race, x, y)
    assert texts[-1].startswith("Picard   sample 1   iteration 30   evaluations 31   residual ")
    assert found == [0]
    race.set_selected(1)
    assert race.chips.text("focus") == "sample 2"
    assert race.curve_at(race.box.mapFromView(QPointF(*race._lines.places(0, 1)[20]))) == 1


def test_the_table_holds_every_record(race: Residuals) -> None:
    iterations = frames.iterations(maps.cosine())
    columns = race.table().columns
    assert list(columns) == ["solver", "sample", "iteration", "evaluations", "residual", "measure"]
    first = (columns["solver"] == "Picard") & (columns["sample"] == 1)
    assert columns["iteration"][first].tolist() == list(range(47))
    assert columns["residual"][first] == pytest.approx(iterations.runs[0].residual[:47, 0])
    race.box.show_rectangle(((5.0, 8.0), (-20.0, 1.0)))
    assert set(race.table(visible_only=True).columns["iteration"]) == {5, 6, 7, 8}


def test_nothing_yet_and_nothing_at_all(qtbot: QtBot) -> None:
    example = maps.cosine()
    view = shown(qtbot, Residuals(), example)
    assert len(empty_notes(view)) == 1
    assert view.table().columns == {}
    iterations = frames.iterations(example)
    none = np.empty((0, 1))
    runs = tuple(
        replace(
            run,
            z=run.z[:, :0],
            residual=run.residual[:, :0],
            measure=run.measure[:, :0],
            evaluations=run.evaluations[:, :0],
            iterations=run.iterations[:0],
            solution=none,
            outcomes=(),
        )
        for run in iterations.runs
    )
    view.draw(frames.frame(replace(iterations, starts=none, row=iterations.row[:0], runs=runs)))
    view.set_cursor(3.0)
    view.grab()
    assert len(empty_notes(view)) == 1
    view.draw(frames.frame(iterations))
    assert empty_notes(view) == []
    assert view.table().columns["iteration"].size > 100


def test_a_theme_recolours_lines_and_levels(race: Residuals) -> None:
    race.apply_theme(LIGHT)
    light = pixels(race)
    assert count(light, LIGHT.colour_of(0)) > 100
    assert count(light, DARK.colour_of(0)) < 10
    assert count(light, LIGHT.amber) > 100


def test_a_zoomed_plot_stays_and_an_absent_reading_changes_nothing(race: Residuals) -> None:
    mouse.drag(race, (30.0, -2.0), (32.0, -2.0))
    before = race.box.rectangle()
    race.draw(Frame(2))
    race.draw(Frame(3, {Iterations: frames.iterations(maps.cosine(), tolerance=1e-12)}))
    assert race.box.rectangle() == before
    race.fit()
    assert race.box.rectangle()[1][0] < -12


def clocked(iterations: Iterations) -> Iterations:
    """Every record takes 2 ms of the first solver, 5 ms of the second, and no one looked at the clock of a third."""
    paces = (0.002, 0.005)
    timed = [
        replace(run, seconds=pace * np.arange(1, len(run.iteration) + 1))
        for run, pace in zip(iterations.runs, paces, strict=False)
    ]
    return replace(iterations, runs=(*timed, *iterations.runs[2:]))


def test_against_time_every_record_stands_where_the_clock_was(race: Residuals) -> None:
    race.draw(frames.frame(clocked(frames.iterations(maps.cosine())), generation=2))
    QTest.mouseClick(race._axis.buttons()[2], mouse.LEFT)
    assert race.plot.bottom.labelText == "time, ms"
    assert race._lines.places(0, 0)[:3, 0] == pytest.approx([2.0, 4.0, 6.0])
    assert race._lines.places(1, 0)[:3, 0] == pytest.approx([5.0, 10.0, 15.0])
    (left, right), _ = race.box.rectangle()
    assert left < 0.0
    assert 2.0 * 47 < right < 2.0 * 49  # the first solver takes 46 iterations and the start
    race.set_cursor(10.7)
    assert race.cursor_line.t == pytest.approx(22.0)  # the chosen solver's iteration 10 is its 11th record
    moved: list[float] = []
    race.cursor_moved.connect(moved.append)
    race.move_cursor(42.0)
    assert moved == pytest.approx([20.0])
    assert not np.isfinite(race._lines.places(2, 0)[:, 0]).any()


def test_the_readout_and_the_table_tell_the_time(race: Residuals) -> None:
    race.draw(frames.frame(clocked(frames.iterations(maps.cosine())), generation=2))
    texts: list[str] = []
    race.readout.connect(texts.append)
    mouse.hover(race, *race._lines.places(0, 0)[30])
    assert "evaluations 31   62 ms   residual" in texts[-1]
    assert "milliseconds" not in race.table().columns
    race._axis.buttons()[2].click()
    columns = race.table().columns
    mine = (columns["solver"] == "Picard") & (columns["sample"] == 1)
    assert columns["milliseconds"][mine] == pytest.approx(2.0 * np.arange(1, 48))
    assert len(race.table(visible_only=True).columns["milliseconds"]) > 40


def test_the_chosen_axis_stays_when_another_system_comes_and_zooming_ends_with_the_axis(race: Residuals) -> None:
    race.draw(frames.frame(clocked(frames.iterations(maps.cosine())), generation=2))
    race.box.show_rectangle(((1.0, 2.0), (-3.0, -1.0)))
    race.box.navigated.emit()
    race._axis.buttons()[2].click()
    assert race.box.rectangle()[0][1] > 90.0
    example = maps.neuron(x=0.3)
    race.reset(frames.experiment(), example.system())
    race.draw(frames.frame(clocked(frames.iterations(example)), generation=3))
    assert race._axis.word() == "time"
    assert race.plot.bottom.labelText == "time, ms"
