"""The global error in the time series, in the inspector and in the card of the solver."""

from __future__ import annotations

from dataclasses import replace

import frames
import mouse
import numpy as np
import pytest
from pictures import colour_near, shown
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core import catalogue
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.language import parse
from core.readings import GlobalError, Trajectories
from explorer.canvas.colour import blend
from explorer.inspector_curves import CurveSection
from explorer.solver_panel import SolverPanel
from explorer.theme import DARK
from explorer.views.error_words import error_chip, error_facts
from explorer.views.time_series import TimeSeries

CIRCLE = frames.rotation()
CURVES = frames.trajectories(CIRCLE)
ASKED = Experiment("", integration=Integration(global_error=True))


def error(of: Trajectories = CURVES, growth: float = 0.04, halved: bool = True) -> GlobalError:
    """An error that grows in proportion to time, of x twice that of y."""
    t = of.t[of.curve(0)]
    ends = t[t >= 0.0][::4]
    ends = np.unique(np.append(ends, t[-1]))
    reach = growth * ends[:, None] * np.array([2.0, 1.0])
    return GlobalError(0, of.components, ends, reach, of.z[of.curve(0)][-1], 1.0, halved)


@pytest.fixture
def series(qtbot: QtBot) -> TimeSeries:
    view = shown(qtbot, TimeSeries(), CIRCLE, None, (620, 420))
    view.reset(ASKED, CIRCLE.system())
    view.draw(Frame(1, {Trajectories: CURVES, GlobalError: error()}, final=True))
    view.grab()
    return view


def test_the_band_is_the_curve_plus_and_minus_the_error(series: TimeSeries) -> None:
    x, y = series._layers.band.bands
    assert x.x.min() == 0.0  # from the start on
    assert (x.high - x.low) / 2.0 == pytest.approx(0.08 * x.x)
    assert (x.high + x.low) / 2.0 == pytest.approx(np.cos(x.x), abs=1e-6)
    assert (y.high - y.low) / 2.0 == pytest.approx(0.04 * y.x)
    pale = blend(DARK.card, x.colour, 0.24)
    for t, away in ((5.0, 0.3), (5.0, -0.3), (3.0, 0.15)):
        assert colour_near(series, t, float(np.cos(t)) + away, pale, 1, 8)
    assert not colour_near(series, 2.2, float(np.cos(2.2)) - 0.3, pale, 1, 8)


def test_it_is_asked_for_only_where_the_experiment_does(series: TimeSeries) -> None:
    assert series.wants() == {Trajectories, GlobalError}
    series.show_experiment(Experiment(""), CIRCLE.system())
    assert series.wants() == {Trajectories}
    assert series._layers.band.bands == ()
    assert series.chips.text("error") == ""


def test_the_band_goes_with_its_trajectories_and_comes_with_its_own_frame(series: TimeSeries) -> None:
    other = frames.trajectories(CIRCLE, ((0.5, 0.0),))
    series.draw(Frame(2, {Trajectories: other}, final=True))
    assert series._layers.band.bands == ()
    series.draw(Frame(2, {Trajectories: other, GlobalError: error()}, final=True))
    assert series._layers.band.bands == ()  # of the curves before
    series.draw(Frame(2, {Trajectories: other, GlobalError: error(other)}, final=True))
    assert len(series._layers.band.bands) == 2
    series.draw(Frame(2, {Trajectories: other}, final=True))
    assert len(series._layers.band.bands) == 2


def test_the_chip_says_the_number_or_until_when_to_trust_it(series: TimeSeries) -> None:
    assert series.chips.text("error").startswith("trust it until t = 0.")
    text, hint, warning = error_chip(error(growth=1e-7))
    assert (text, warning) == ("error ≈ 1.2·10⁻⁶", False)
    assert "half the size" in hint
    assert "tenth of the tolerances" in error_chip(error(halved=False))[1]
    assert error_facts(error(growth=1e-7)) == ("≈ 1.2·10⁻⁶ at the end", None)
    lost = replace(error(), error=np.where(error().t[:, None] > 3.0, np.nan, 1e-9))
    number, until = error_facts(lost)
    assert number == "unknown"
    assert float(until.removeprefix("until t = ")) == pytest.approx(3.0, abs=0.1)


def test_the_inspector_tells_it_of_its_trajectory(qtbot: QtBot) -> None:
    section = CurveSection(DARK)
    qtbot.addWidget(section)
    cells = section._facts._cells
    section.show_error(error(growth=1e-7), CURVES, 0)
    assert cells["error"][1].text() == "≈ 1.2·10⁻⁶ at the end"
    assert [cell.isHidden() for cell in (*cells["error"], *cells["to trust"])] == [False, False, True, True]
    section.show_error(error(), CURVES, 1)
    assert all(cell.isHidden() for cell in cells["error"])


def test_the_switch_edits_the_experiment(qtbot: QtBot) -> None:
    panel = SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(panel)
    panel.show_experiment(ASKED, parse("x' = -x"))
    assert panel._estimated.isChecked()
    with qtbot.waitSignal(panel.integration_edited) as edited:
        QTest.mouseClick(panel._estimated, mouse.LEFT)
    assert edited.args == ["global_error", False]
