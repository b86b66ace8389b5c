"""The inspector's numbers and words, from readings with known answers."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from core.outcome import Outcome
from core.readings import Equilibria, Equilibrium, Trajectories
from explorer.inspector import Inspector
from explorer.inspector_text import eigenvalues_text
from explorer.theme import DARK, LIGHT


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([0.5 + 0.75j, 0.5 - 0.75j], "0.5 ± 0.75i"),
        ([2j, -2j], "± 2i"),
        ([1.0, -1.0], "1, -1"),
        ([0.25, -1 + 3j, -1 - 3j], "0.25, -1 ± 3i"),
    ],
)
def test_a_conjugate_pair_is_written_once(values, text):
    assert eigenvalues_text(np.array(values, dtype=complex)) == text


@pytest.fixture
def inspector(qtbot):
    inspector = Inspector(DARK)
    qtbot.addWidget(inspector)
    inspector.resize(370, 400)
    inspector.show()
    return inspector


def texts(inspector: Inspector) -> list[str]:
    return [shown.text() for shown in inspector.findChildren(QLabel) if shown.isVisible()]


def curve(backward: bool) -> Trajectories:
    t = np.array([-2.0, 0.0, 1.5] if backward else [0.0, 1.0, 1.5])
    one = np.ones(1, dtype=int)
    return Trajectories(
        components=("x",),
        t=t,
        z=np.array([[9.0], [1.0], [4.0]]),
        step_end=np.ones(3, dtype=bool),
        offsets=np.array([0, 3]),
        starts=np.array([[1.0]]),
        start_time=0.0,
        forward=(Outcome("step_underflow", 1.5),),
        backward=(Outcome("success", -2.0),) if backward else (),
        evaluations=1234 * one,
        accepted=7 * one,
        rejected=2 * one,
    )


def test_without_a_trajectory_it_says_how_to_get_one(inspector):
    inspector.curves.show_trajectory(None, None)
    assert "Click anywhere in the plane to start one." in texts(inspector)


def test_a_failed_trajectory_says_where_why_and_what_to_do(inspector):
    inspector.curves.show_trajectory(curve(backward=False), 0)
    shown = texts(inspector)
    assert "(1) at t = 0" in shown
    assert "(4) at t = 1.5" in shown
    assert "1 234" in shown
    assert "7 accepted, 2 rejected" in shown
    (sentence,) = (text for text in shown if text.startswith("Forward"))
    assert "at t = 1.5" in sentence
    assert Outcome("step_underflow").cure in sentence
    assert "back to" not in shown


def test_a_trajectory_followed_back_says_how_far(inspector):
    inspector.curves.show_trajectory(curve(backward=True), 0)
    assert "(9) at t = -2" in texts(inspector)
    assert "back to" in texts(inspector)


def test_equilibria_have_point_type_eigenvalues_and_colour(inspector):
    saddle = Equilibrium(np.array([0.0, 1.0]), 0.0, np.array([1.0, -2.0], dtype=complex), np.eye(2), "saddle", False)
    sink = Equilibrium(np.zeros(2), 0.0, np.array([-1.0, -2.0], dtype=complex), np.eye(2), "stable node", True)
    inspector.curves.show_equilibria(Equilibria(("x", "y"), (saddle, sink)))
    shown = texts(inspector)
    assert {"(0, 1)", "saddle", "λ = 1, -2", "stable node"} <= set(shown)
    colours = {cell.text(): cell.property("colour") for cell in inspector.findChildren(QLabel)}
    assert colours["saddle"] == DARK.amber
    assert colours["stable node"] == DARK.teal
    inspector.curves.show_equilibria(Equilibria(("x", "y"), ()))
    assert "saddle" not in texts(inspector)
    assert "None in the visible plane." in texts(inspector)


def test_another_theme_recolours_the_type_of_every_equilibrium(inspector):
    saddle = Equilibrium(np.zeros(2), 0.0, np.array([1, -1], complex), np.eye(2, dtype=complex), "saddle", False)
    inspector.curves.show_equilibria(Equilibria(("x", "y"), (saddle,)))
    shown = next(one for one in inspector.findChildren(QLabel) if one.text() == "saddle")
    assert DARK.rose in shown.styleSheet() or DARK.amber in shown.styleSheet()
    before = shown.styleSheet()
    inspector.apply_theme(LIGHT)
    assert shown.styleSheet() != before
    inspector.apply_theme(DARK)
    assert shown.styleSheet() == before
