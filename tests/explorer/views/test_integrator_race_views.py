"""The race's plots: errors over time, work and precision, paths in the plane; what they say where there is no error."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import mouse
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

import core
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import IntegratorRace
from explorer.theme import DARK, LIGHT
from explorer.views.integrator_errors import IntegratorErrors
from explorer.views.phase_plane import PhasePlane
from explorer.views.solver_race import solver_colour
from explorer.views.work_precision import WorkPrecision

METHODS = ("dopri5", "euler", "rk4")
VAN_DER_POL = "x' = y\ny' = (1 - x^2)*y - x\nstart (0.5, 0.5)\nview x [-3, 3], y [-3, 3]\nt in [0, 2]\n"
LORENZ = "x' = 10*(y - x)\ny' = x*(28 - z) - y\nz' = x*y - 8/3*z\nstart (1, 1, 1)\nt in [0, 50]\n"
RACING = Integration("dopri5", step=0.01, rivals=METHODS[1:])


@cache
def race(text: str = VAN_DER_POL) -> IntegratorRace:
    system = core.parse(text)
    return core.compare_integrators(system, system.starts[0], system.span, METHODS, step=0.01)


@cache
def experiment(text: str = VAN_DER_POL) -> Experiment:
    return Experiment(text, integration=RACING)


def frame(text: str = VAN_DER_POL) -> Frame:
    return Frame(1, {IntegratorRace: race(text)}, final=True, quality="full")


def shown(qtbot: QtBot, view, text: str = VAN_DER_POL, size: tuple[int, int] = (520, 460)):
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(*size)
    view.show()
    view.reset(experiment(text), core.parse(text))
    view.draw(frame(text))
    view.grab()
    return view


@pytest.fixture
def errors(qtbot: QtBot) -> IntegratorErrors:
    return shown(qtbot, IntegratorErrors())


@pytest.fixture
def work(qtbot: QtBot) -> WorkPrecision:
    return shown(qtbot, WorkPrecision())


def test_every_method_has_its_curve_and_its_name(errors: IntegratorErrors) -> None:
    assert [entry.text() for entry in errors.legend.entries()] == [run.title for run in race().runs]
    assert [len(curve) for curve in errors._curves] == [len(run.t) for run in race().runs]
    assert not errors._note.isVisible()
    (begin, end), (low, high) = errors.box.rectangle()
    assert begin < 0.0 < 2.0 < end
    euler = race().runs[1]
    assert low < np.log10(np.nanmin(race().runs[2].error[1:]))
    assert high > np.log10(np.nanmax(euler.error))


def test_a_name_that_is_clicked_hides_its_curve_and_leaves_the_table(errors: IntegratorErrors) -> None:
    errors.legend.entries()[1].click()
    assert errors._shown() == [0, 2]
    assert set(errors.table().columns["method"]) == set(METHODS)
    assert set(errors.table(visible_only=True).columns["method"]) == {"dopri5", "rk4"}


def test_the_table_holds_the_readings_numbers(errors: IntegratorErrors) -> None:
    columns = errors.table().columns
    mine = columns["method"] == "euler"
    assert np.array_equal(columns["error"][mine], race().runs[1].error, equal_nan=True)
    assert np.array_equal(columns["t"][mine], race().runs[1].t)


def test_pointing_at_a_curve_names_its_method_and_error(errors: IntegratorErrors) -> None:
    run = race().runs[1]
    record = len(run.t) // 2
    told: list[str] = []
    errors.readout.connect(told.append)
    mouse.hover(errors, float(run.t[record]), float(np.log10(run.error[record])))
    assert told[-1].startswith("Euler")
    assert "error" in told[-1]


def test_chaos_is_drawn_as_far_as_the_reference_is_good(qtbot: QtBot) -> None:
    errors = shown(qtbot, IntegratorErrors(), LORENZ)
    assert errors.chips.text("trust").startswith("trust it until t = ")
    for curve in errors._curves:
        assert curve.last <= race(LORENZ).reference.good_until
    high = errors.box.rectangle()[1][1]
    assert high < 6.0  # Euler's method runs away to 1e75, and does not squeeze the others


def test_a_race_that_has_begun_is_said_to_run(qtbot: QtBot) -> None:
    for view in (IntegratorErrors(), WorkPrecision()):
        qtbot.addWidget(view)
        view.show_experiment(experiment(), core.parse(VAN_DER_POL))
        assert view._note.text == "The methods are racing."
        assert view._note.isVisible()


def test_no_race_no_curves(errors: IntegratorErrors, work: WorkPrecision) -> None:
    alone = replace(experiment(), integration=Integration())
    for view in (errors, work):
        view.show_experiment(alone, core.parse(VAN_DER_POL))
        assert view.table().columns == {}
        assert view._note.isVisible()
        assert "Race the methods" in view._note.text
    assert errors.legend.entries() == ()
    assert work.figures.rows() == ()


def test_the_measured_orders_stand_beside_the_declared(work: WorkPrecision) -> None:
    rows = work.figures.rows()
    assert [row.name for row in rows] == [run.title for run in race().runs]
    for row, declared in zip(rows, (5, 1, 4), strict=True):
        assert float(row.figures[0]) == pytest.approx(declared, abs=0.15)
        assert row.figures[1] == str(declared)
        assert not row.warning
        assert "order" in row.hint


def test_a_low_card_keeps_the_orders(qtbot: QtBot) -> None:
    work = shown(qtbot, WorkPrecision(), size=(340, 180))
    assert [row.name for row in work.figures.rows()] == ["5", "1", "4"]
    assert [len(row.figures) for row in work.figures.rows()] == [1, 1, 1]
    assert work.figures.shown_columns() == 2
    assert work.plot.width() > 180


def test_both_axes_are_logarithmic_and_hold_every_run(work: WorkPrecision) -> None:
    assert work.plot.bottom.logarithmic
    assert work.plot.left.logarithmic
    (left, right), (low, high) = work.box.rectangle()
    places = work._work.finite()
    assert left < places[:, 0].min() < places[:, 0].max() < right
    assert low < places[:, 1].min() < places[:, 1].max() < high


def test_an_adaptive_method_has_its_equal_steps_beside_its_tolerances(work: WorkPrecision) -> None:
    kinds = [(ladder.method, ladder.adaptive) for ladder in work._work.ladders]
    assert kinds == [(0, False), (0, True), (1, False), (2, False)]


def test_pointing_at_a_run_tells_its_setting(work: WorkPrecision) -> None:
    run = race().runs[2]
    index = len(run.fixed) // 2
    told: list[str] = []
    work.readout.connect(told.append)
    mouse.hover(work, *np.log10([float(run.fixed.evaluations[index]), run.fixed.error[index]]).tolist())
    assert told[-1].startswith("Runge-Kutta 4   h = ")
    assert f"{int(run.fixed.evaluations[index])} calls of f" in told[-1]


def test_the_exported_table_is_the_ladders(work: WorkPrecision) -> None:
    columns = work.table().columns
    euler = columns["method"] == "euler"
    assert np.array_equal(columns["setting"][euler], race().runs[1].fixed.setting)
    assert set(columns["varied"][columns["method"] == "dopri5"]) == {"step", "rtol"}
    assert set(columns["declared_order"][euler]) == {1}
    assert set(columns["measured_order"][euler]) == {race().runs[1].fit.order}
    part = work.table(visible_only=True).columns
    assert 0 < len(part["error"]) <= len(columns["error"])


def test_an_untrusted_reference_is_told_and_shows_no_orders(qtbot: QtBot) -> None:
    work = shown(qtbot, WorkPrecision(), LORENZ)
    assert "cannot be trusted" in work.caution.text()
    assert work.caution.isVisible()
    assert {row.figures[0] for row in work.figures.rows()} == {"–"}
    assert not len(work._work.finite())
    assert work._note.isVisible()


def test_the_plane_shows_the_rivals_and_names_every_method(qtbot: QtBot) -> None:
    plane = shown(qtbot, PhasePlane(), size=(700, 560))
    assert "race" in [layer.name for layer in plane.layers()]
    assert IntegratorRace in plane.wants()
    titles = [run.title for run in race().runs]
    assert [entry.text() for entry in plane.legend.entries()][-3:] == titles
    strokes = {group.stroke.colour for group in plane._race.paths._groups}
    assert strokes == {solver_colour(DARK, 1), solver_colour(DARK, 2)}
    plane.apply_theme(LIGHT)
    assert {group.stroke.colour for group in plane._race.paths._groups} == {
        solver_colour(LIGHT, 1),
        solver_colour(LIGHT, 2),
    }
    plane.set_layer_visible("race", False)
    assert IntegratorRace not in plane.wants()
    assert not {entry.text() for entry in plane.legend.entries()} & set(titles)


def test_without_rivals_the_plane_asks_for_no_race(qtbot: QtBot) -> None:
    plane = shown(qtbot, PhasePlane(), size=(700, 560))
    plane.show_experiment(replace(experiment(), integration=Integration()), core.parse(VAN_DER_POL))
    assert "race" not in [layer.name for layer in plane.layers()]
    assert IntegratorRace not in plane.wants()
    assert plane._race.found is None
    assert plane._race.paths._groups == ()
