"""Events of a text in the window: marks, breaks in the curves, the inspector, tables, and the gallery's picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from core.experiment import Experiment
from core.frame import Frame
from core.language import parse
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from explorer.canvas.lines import polyline_begins
from explorer.event_words import FORWARD_ONLY, event_sentences
from explorer.formula_highlighter import FormulaHighlighter
from explorer.portraits import portrait_of
from explorer.solver_panel import SolverPanel
from explorer.theme import DARK
from explorer.views.phase_plane import PhasePlane
from explorer.views.time_series import TimeSeries
from explorer.views.trajectory_table import trajectory_table

TEXT = """x' = v
v' = -9.8
when x = 0 falling: v = -0.5 v
when x = 11: stop
start (10, 0), (10, 14)
view x [-1, 12], v [-20, 20]
t in [0, 2.5]
"""


@pytest.fixture(scope="module")
def frame() -> Frame:
    *_, last = frames(Request(Experiment(TEXT), frozenset({Trajectories})))
    return last


def test_no_line_leads_across_a_jump_and_marks_stand_before_it(qtbot: QtBot, frame: Frame) -> None:
    plane, series = PhasePlane(), TimeSeries()
    for view in (plane, series):
        qtbot.addWidget(view)
        view.reset(Experiment(TEXT), parse(TEXT))
        view.draw(frame)
    curves = frame.readings[Trajectories]
    begins = polyline_begins(curves.offsets, curves.jumps)
    assert len(curves.jumps) == 1
    assert not np.isin(curves.jumps - 1, begins).any()
    steps = np.abs(curves.z[begins + 1] - curves.z[begins])
    assert steps[:, 1].max() < 2.0  # of 14 at the jump
    places = [group.points.tolist() for group in plane._curves.events._groups]
    assert places == [
        [[pytest.approx(0.0, abs=1e-12), pytest.approx(-14.0)]],
        [[pytest.approx(11.0), pytest.approx(np.sqrt(14.0**2 - 19.6))]],
    ]
    assert [entry.text() for entry in plane.legend.entries()] == ["event 1: x = 0 falling", "event 2: x = 11"]
    (falls,) = (group.points for group in series._layers.events._groups if len(group.points))
    assert falls.tolist() == [
        [pytest.approx(10 / 7), pytest.approx(0.0, abs=1e-12)],
        [pytest.approx(10 / 7), pytest.approx(-14.0)],
    ]


def test_the_inspector_says_when_and_the_table_where(frame: Frame) -> None:
    curves = frame.readings[Trajectories]
    assert event_sentences(curves, 0) == ("event 1: x = 0 falling, at t = 1.429", "event 2: x = 11, not met")
    many = replace(curves.events[0], sample=np.zeros(3, dtype=int), t=np.array([1.0, 2.0, 8.21]))
    assert event_sentences(replace(curves, events=(many,)), 0) == ("event 1: x = 0 falling, 3 times, last at t = 8.21",)
    columns = trajectory_table(curves).columns
    flagged = columns["event 1"]
    assert columns["t"][flagged] == pytest.approx([10 / 7] * 2)
    assert columns["v"][flagged] == pytest.approx([-14.0, 7.0])
    assert columns["trajectory"][columns["event 2"]].tolist() == [2]


def test_what_knows_no_events_cannot_be_switched_on(qtbot: QtBot) -> None:
    from core import catalogue  # noqa: PLC0415 - the catalogue of methods

    panel = SolverPanel(catalogue.integrators(), catalogue.adaptive_controllers(), DARK)
    qtbot.addWidget(panel)
    for text, known in ((TEXT, False), (TEXT.replace("when", "# when"), True)):
        panel.show_experiment(Experiment(text), parse(text))
        assert panel._backward.isEnabled() == panel._racing.isEnabled() == known
        assert (panel._backward.toolTip() == FORWARD_ONLY) != known


@pytest.mark.usefixtures("qtbot")
def test_words_are_coloured_beside_the_colon_only() -> None:
    document = QTextDocument("when x = 0 falling: stop\nstop' = falling")
    highlighter = FormulaHighlighter(document, ("sin",), DARK)
    keyword = highlighter._formats["keyword"].foreground().color()
    coloured = [
        block.text()[one.start : one.start + one.length].strip()
        for block in (document.firstBlock(), document.lastBlock())
        for one in block.layout().formats()
        if one.format.foreground().color() == keyword
    ]
    assert coloured == ["when", "falling", "stop"]


def test_the_gallery_shows_the_bounces() -> None:
    portrait = portrait_of(Experiment(TEXT), parse(TEXT))
    for _ in portrait.follow():
        pass
    (x, v), (height, _) = portrait.curves()
    assert x.min() > -1e-3
    since = 2.5 - 10 / 7
    assert (x[-1], v[-1]) == (
        pytest.approx(7.0 * since - 4.9 * since**2, abs=1e-2),
        pytest.approx(7.0 - 9.8 * since, abs=1e-2),
    )
    assert np.nanmax(height) <= 11.0
    assert np.isnan(height[-1])  # it ended at 11
