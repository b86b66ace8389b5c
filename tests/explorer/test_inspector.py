"""The inspector's numbers and words, from readings with known answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel

from core.outcome import Outcome
from core.readings import (
    Equilibria,
    Equilibrium,
    FixedPoint,
    FixedPoints,
    Iterations,
    PointProof,
    RootProofs,
    SampleProof,
    SolverRun,
    Trajectories,
)
from explorer.inspector import Inspector
from explorer.inspector_text import eigenvalues_text, point_text
from explorer.style import load_fonts, sheet_of
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


def test_a_fact_of_two_lines_has_both_of_them(inspector, qapp):
    load_fonts()
    inspector.setStyleSheet(sheet_of(DARK))
    inspector.resize(330, 400)
    short = {"start": "(−1) at t = 0", "end": "(1.34) at t = 4", "back to": "(3.2) at t = −4"}
    long = {"start": "(8, 8, … 37 more) at t = 0", "end": "(4.5, 7, −0.5193, … 37 more) at t = 10", "back to": None}
    for texts_of in (short, long):
        for name, text in {**texts_of, "evaluations": "1 203", "steps": "40 accepted, 0 rejected"}.items():
            inspector.curves._facts.show_fact(name, text)
        for _ in range(5):
            qapp.processEvents()
    (end,) = (shown for shown in inspector.findChildren(QLabel) if shown.text() == long["end"])
    assert end.height() >= end.heightForWidth(end.width()) >= 2 * end.fontMetrics().height() - 2
    assert "back to" not in texts(inspector)


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


def test_of_many_components_the_first_are_written():
    assert point_text(np.arange(1.0, 7.0)) == "(1, 2, 3, 4, 5, 6)"
    assert point_text(np.arange(1.0, 51.0)) == "(1, 2, 3, … 47 more)"
    assert eigenvalues_text(np.linspace(1.0, 0.1, 10).astype(complex)) == "1, 0.9, 0.8, … 7 more"


def test_a_sample_has_its_ends_every_solvers_cost_and_the_fixed_points(inspector):
    inspector.show_kind("map")
    solved, lost = Outcome("converged", 8.0, iterative=True), Outcome("cycle", 40.0, iterative=True, period=2)
    numbers = np.arange(3)
    z = np.array([[[1.0], [2.0]], [[1.5], [3.0]], [[1.75], [np.nan]]])
    residual = np.array([[1.0, 1.0], [0.5, 0.25], [0.125, np.nan]])
    calls = np.array([[1, 1], [2, 2], [3, 2]])
    ends = np.array([2, 1]), np.array([[1.75], [3.0]])
    runs = (
        SolverRun("picard", "Picard", numbers, z, residual, residual, calls, *ends, (solved, lost)),
        SolverRun("newton", "Newton", numbers, z, residual, residual, 2 * calls, *ends, (solved, solved)),
    )
    reading = Iterations(("z",), np.array([[1.0], [2.0]]), np.zeros(2, int), "absolute", 1e-8, False, runs)
    inspector.samples.show_sample(reading, 1)
    assert {"Sample 2", "(2)", "(3)", "0.25", "1 it, 2 calls, failed", "1 it, 4 calls"} <= set(texts(inspector))
    assert any(text.startswith("Picard: runs in a cycle of period 2 at iteration 40") for text in texts(inspector))
    inspector.samples.show_sample(reading, 0)
    assert {"Sample 1", "(1.75)", "0.125", "2 it, 3 calls"} <= set(texts(inspector))
    fast = replace(runs[0], residual=np.array([[1e-1, 1.0], [1e-2, 0.25], [1e-4, np.nan]]))
    inspector.samples.show_sample(replace(reading, runs=(fast,)), 0)
    assert "2 it, 3 calls, order 2" in texts(inspector)
    batch = Iterations(("z",), reading.starts, np.array([0, 1]), "absolute", 1e-8, False, runs)
    inspector.samples.show_sample(batch, 1)
    assert "Sample 2: start 1, row 2" in texts(inspector)
    inspector.samples.show_sample(reading, 2)
    assert "No sample" in texts(inspector)
    good = FixedPoint(np.array([0.5]), 0.0, np.array([-0.25 + 0j]), 0.25, True)
    bad = FixedPoint(np.array([2.0]), 0.0, np.array([1.5 + 0j]), 1.5, False)
    inspector.samples.show_points(FixedPoints(("z",), (good, bad)))
    assert {"(0.5)", "attracting", "ρ = 0.25   λ = -0.25", "repelling", "ρ = 1.5   λ = 1.5"} <= set(texts(inspector))
    colours = {cell.text(): cell.property("colour") for cell in inspector.findChildren(QLabel)}
    assert (colours["attracting"], colours["repelling"]) == (DARK.teal, DARK.rose)
    inspector.samples.show_points(FixedPoints(("z",), ()))
    assert "None in the visible range." in texts(inspector)
    inspector.samples.show_reason("ρ = 2 ≥ 1")
    assert "ρ = 2 ≥ 1" in texts(inspector)
    inspector.show_kind("ode")
    assert "No sample" not in texts(inspector)


def test_proofs_stand_below_what_they_are_of(inspector):
    inspector.show_kind("map")
    point = FixedPoint(np.array([0.5]), 0.0, np.array([-0.25 + 0j]), 0.25, True)
    points = FixedPoints(("z",), (point,), problem="this")
    box = PointProof(point.point, np.array([0.321]), np.array([3.01e-15]))
    proofs = RootProofs(("z",), (box,), 1, True, -np.ones(1), np.ones(1), True, None, 0, "this", False)
    inspector.samples.show_points(points, proofs)
    told = "proved: the only one within ±0.32, error ≤ 3.1e-15"
    assert {told, "Proved: exactly 1 fixed point in the visible range."} <= set(texts(inspector))
    inspector.samples.apply_theme(LIGHT)
    assert told in texts(inspector)
    inspector.samples.show_points(replace(points, problem="that"), proofs)  # a slider moved
    assert not any("roved" in text for text in texts(inspector))
    none = replace(points, points=())
    inspector.samples.show_points(none, replace(proofs, points=(), inside=0, is_root=True))
    assert "Proved: no root in the visible range." in texts(inspector)
    assert "None in the visible range." not in texts(inspector)


def test_the_theorems_stand_with_the_sample(inspector):
    inspector.show_kind("map")
    one, zero = np.ones((1, 1)), np.zeros(1, int)
    end = (Outcome("converged", 1.0, iterative=True),)
    run = SolverRun("picard", "Picard", np.arange(1), one[None], one, one, one.astype(int), zero, one, end)
    inspector.samples.show_sample(Iterations(("z",), one, zero, "absolute", 1e-8, False, (run,)), 0)
    sample = SampleProof(0, np.ones(1), 0.6736, 1e-8, 4.4e-12, None, None)
    proofs = RootProofs(("z",), (), 0, None, -np.ones(1), np.ones(1), True, sample, 0, "this", False)
    inspector.samples.show_points(FixedPoints(("z",), (), problem="this"), proofs)
    assert "Error ≤ 4.4e-12 by Banach's theorem (contraction 0.674 nearby)." in texts(inspector)
    inspector.samples.show_points(FixedPoints(("z",), (), problem="that"), proofs)
    assert not any("Banach" in text for text in texts(inspector))
