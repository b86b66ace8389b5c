"""The solver x-ray: error ratios against 1, evaluations as ticks, why a run ended, and the steps on the curve."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

import core
from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import StepSizes as Steps
from core.readings import Trajectories
from core.request import Request
from core.runner import frames
from explorer.theme import DARK, LIGHT
from explorer.views.phase_plane import PhasePlane
from explorer.views.plane_ribbon import _WIDTHS, widths_of
from explorer.views.step_sizes import StepSizes

VAN_DER_POL = "x' = y\ny' = 3*(1 - x^2)*y - x\nstart (2, 0)\nview x [-4, 4], y [-6, 6]\nt in [0, 12]\n"
BLOW_UP = "x' = x^2\nstart (1)\nt in [0, 2]\n"


def frame_of(text: str, integration: Integration = Integration(backward=False)) -> Frame:  # noqa: B008 - frozen
    *_, last = frames(Request(Experiment(text, integration=integration), frozenset({Steps, Trajectories})))
    assert last.error is None
    return last


def shown(qtbot: QtBot, view, text: str, frame: Frame | None = None):
    qtbot.addWidget(view)
    view.apply_theme(DARK)
    view.resize(480, 360)
    view.show()
    view.reset(Experiment(text), core.parse(text))
    view.draw(frame or frame_of(text))
    view.grab()
    return view


def measure(view: StepSizes, what: str) -> QToolButton:
    name = f"Show the {what} of every step"
    return next(button for button in view.findChildren(QToolButton) if button.accessibleName() == name)


@pytest.mark.parametrize(("method", "opening"), [("dopri5", 2), ("rk4", 0), ("euler", 0)])
def test_there_is_a_tick_for_every_evaluation(qtbot: QtBot, method: str, opening: int) -> None:
    frame = frame_of(VAN_DER_POL, Integration(method, backward=False))
    view = shown(qtbot, StepSizes(), VAN_DER_POL, frame)
    places = view._rug.places()
    assert len(places) + opening == int(frame.readings[Trajectories].evaluations[0])
    assert places.min() >= 0.0
    assert places.max() <= 12.0 + 1.0  # a rejected attempt may have looked beyond


def test_errors_stand_against_what_is_allowed(qtbot: QtBot) -> None:
    frame = frame_of(VAN_DER_POL)
    view = shown(qtbot, StepSizes(), VAN_DER_POL, frame)
    steps = frame.readings[Steps]
    assert (~steps.accepted).any()
    lengths = view.box.rectangle()[1]
    measure(view, "error").click()
    low, high = view.box.rectangle()[1]
    assert (low, high) != lengths
    assert low < 0.0 < high  # the line of what is allowed
    places = view._places[:, 1]
    assert (places[steps.accepted & np.isfinite(places)] <= 0.0).all()
    assert (places[~steps.accepted] > 0.0).all()
    assert [level.text for level in view._allowed._levels] == ["allowed"]
    measure(view, "error").click()
    assert view._allowed._levels == ()
    assert view._places[:, 1] == pytest.approx(np.log10(steps.h))


def test_iterations_are_shown_of_a_method_that_solves_equations(qtbot: QtBot) -> None:
    view = shown(qtbot, StepSizes(), VAN_DER_POL, frame_of(VAN_DER_POL, Integration("radau5", backward=False)))
    alone = core.integrate(core.parse(VAN_DER_POL), [[2.0, 0.0]], (0.0, 12.0), method="radau5")
    iterations = view.table().columns["iterations"]
    assert len(iterations) == alone.stats.accepted[0] + alone.stats.rejected[0]
    assert iterations.min() >= 1
    measure(view, "iterations").click()
    assert view._places[:, 1] == pytest.approx(np.log10(iterations))
    assert "iterations = 2" in view.readout_at(1.0, np.log10(2.0))
    measure(view, "error").click()
    assert not measure(view, "iterations").isChecked()
    measure(view, "iterations").click()
    view.draw(frame_of(VAN_DER_POL))  # of an explicit method there are none, and the lengths are back
    assert measure(view, "iterations").isHidden()
    assert view._places[:, 1] == pytest.approx(np.log10(frame_of(VAN_DER_POL).readings[Steps].h))
    assert "iterations" not in view.table().columns


def test_equal_steps_say_that_they_have_no_errors(qtbot: QtBot) -> None:
    view = shown(qtbot, StepSizes(), VAN_DER_POL, frame_of(VAN_DER_POL, Integration("rk4", backward=False)))
    assert not view._note.isVisible()
    measure(view, "error").click()
    assert view._note.isVisible()
    assert view._note.text == "Equal steps have no error estimate."


def test_why_a_run_ended_is_told_with_a_cure(qtbot: QtBot) -> None:
    view = shown(qtbot, StepSizes(), BLOW_UP)
    told = view._ending.toolTip()
    assert view._ending.isVisible()
    assert told.startswith("Trajectory 1 needed a step smaller")
    assert "implicit method" in told
    view.draw(frame_of(VAN_DER_POL))
    assert not view._ending.isVisible()


def test_the_ribbon_is_wide_where_steps_are_long() -> None:
    curves = frame_of(VAN_DER_POL).readings[Trajectories]
    owner = np.zeros(len(curves.t), dtype=int)
    begin, width = widths_of(curves, owner)
    assert len(begin) == len(curves.t) - 1
    ends = np.flatnonzero(curves.step_end)
    place = np.searchsorted(ends, begin, side="right") - 1
    h = np.diff(curves.t[ends])[place]
    assert width[np.argmax(h)] == _WIDTHS[-1]
    assert width[np.argmin(h)] == _WIDTHS[0]
    order = np.argsort(h)
    assert (np.diff(width[order]) >= 0).all()


def test_equal_steps_make_an_even_ribbon() -> None:
    curves = frame_of(VAN_DER_POL, Integration("rk4", step=0.5, backward=False)).readings[Trajectories]
    _, width = widths_of(curves, np.zeros(len(curves.t), dtype=int))
    assert len(set(width.tolist())) == 1


def test_the_plane_shows_the_steps_when_asked_to(qtbot: QtBot) -> None:
    frame = frame_of(VAN_DER_POL)
    plane = shown(qtbot, PhasePlane(), VAN_DER_POL, frame)
    assert not plane.shows_layer("ribbon")
    assert Steps not in plane.wants()
    plane.set_layer_visible("ribbon", True)
    assert Steps in plane.wants()
    steps, curves = frame.readings[Steps], frame.readings[Trajectories]
    assert len(plane._ribbon.dots._points) == int(curves.step_end.sum())
    crosses = plane._ribbon.crosses._points
    assert len(crosses) == int((~steps.accepted).sum())
    for t, place in zip(steps.t[~steps.accepted], crosses, strict=True):
        index = int(np.argmin(np.abs(curves.t - t)))
        assert place == pytest.approx(curves.z[index], abs=1e-9)
    plane.apply_theme(LIGHT)
    assert plane._ribbon.crosses._colour == LIGHT.rose
