"""Why a fixed-point iteration is slow or fails: numbers with a known answer."""

from __future__ import annotations

from dataclasses import replace

import fixed_point_frames as fixed
import fixed_point_maps as maps
import numpy as np
import pytest

from core.experiment import RootFinding
from core.outcome import Outcome
from core.readings import FixedPoint, FixedPoints, Iterations, SolverRun
from explorer.convergence import amplification_sentence, cycle_sentences, nearest_point, rate_sentence, reason_of


def iterations(solver: str = "picard", end: float = 1.0, row: int = 0) -> Iterations:
    one = np.ones((1, 1))
    outcome = Outcome("converged", 0.0, iterative=True)
    run = SolverRun(
        solver, solver.title(), np.zeros(1, int), np.full((1, 1, 1), end), one, one, one.astype(int),
        np.zeros(1, int), np.array([[end]]), (outcome,),
    )  # fmt: skip
    return Iterations(("z",), np.zeros((1, 1)), np.array([row]), "absolute", 1e-8, False, (run,))


def point(z: float, *eigenvalues: complex) -> FixedPoint:
    radius = float(np.abs(eigenvalues).max())
    return FixedPoint(np.array([z]), 0.0, np.array(eigenvalues, complex), radius, radius < 1)


@pytest.mark.parametrize(
    ("eigenvalue", "sentence"),
    [
        (0.98, "ρ = 0.98: about 114 iterations per factor 10."),  # ln 10 / -ln 0.98 = 113.97
        (-0.1, "ρ = 0.1: about 1 iteration per factor 10."),
        (0.9997, "ρ = 0.9997: about 7674 iterations per factor 10."),
        (0.0, "ρ = 0: the first iteration is enough nearby."),
        (1.05, "ρ = 1.05 ≥ 1: Picard's method is repelled here."),
        (0.6 + 0.8j, "ρ = 1: the linearisation does not decide, and any convergence is slower than every rate."),
    ],
)
def test_picard_goes_at_the_spectral_radius(eigenvalue: complex, sentence: str) -> None:
    assert rate_sentence(np.array([eigenvalue]), "picard", "Picard", 1.0) == sentence


def test_damping_moves_the_eigenvalues() -> None:
    # 1 - 0.5 + 0.5 (-1.5) = -0.25
    damped = rate_sentence(np.array([-1.5]), "damped", "damped Picard", 0.5)
    assert damped == "ρ of (1 − β) I + β J with β = 0.5 = 0.25: about 2 iterations per factor 10."
    assert "damped Picard is repelled here" in rate_sentence(np.array([1.5]), "damped", "damped Picard", 0.5)


def test_another_solver_is_told_what_picard_would_do() -> None:
    assert rate_sentence(np.array([1.4]), "newton", "Newton", None).endswith("Picard's method would be repelled here.")
    assert "Picard's method would take about 3 iter" in rate_sentence(np.array([0.5]), "anderson", "Anderson", None)


def test_the_nearest_fixed_point_of_the_own_row_counts() -> None:
    points = FixedPoints(("z",), (point(-1.0, 0.5), point(0.9, 2.0)))
    assert nearest_point(iterations(end=1.0), 0, points) is points.points[1]
    assert nearest_point(iterations(end=float("nan")), 0, FixedPoints(("z",), points.points[:1])) is points.points[0]
    assert nearest_point(iterations(row=1), 0, points) is None
    assert reason_of(iterations(), 0, points, None, RootFinding()) == "ρ = 2 ≥ 1: Picard's method is repelled here."
    assert reason_of(iterations(), 3, points, None, RootFinding()) == ""
    assert reason_of(None, 0, points, None, RootFinding()) == ""


def test_the_spectrum_where_the_sample_ended_is_preferred() -> None:
    points = FixedPoints(("z",), (point(0.9, 2.0),))
    there = fixed.spectrum(maps.linear(np.array([[0.1]])), [np.ones(1)])
    nowhere = replace(there, solved=np.array([False]))
    elsewhere = replace(there, samples=np.array([1]))
    unsure = replace(there, radius=np.array([np.nan]))
    assert reason_of(iterations(), 0, points, there, RootFinding()).startswith("ρ = 0.1:")
    for other in (nowhere, elsewhere, unsure):
        assert reason_of(iterations(), 0, points, other, RootFinding()).startswith("ρ = 2 ≥ 1")


def test_the_damping_in_force_is_the_experiments() -> None:
    points = FixedPoints(("z",), (point(1.0, -1.5),))
    root = RootFinding("damped", options={"damped": {"beta": 0.25}})
    assert "β = 0.25 = 0.375" in reason_of(iterations("damped"), 0, points, None, root)
    assert "β = 0.5 = 0.25" in reason_of(iterations("damped"), 0, points, None, RootFinding("damped"))
    chosen = RootFinding("damped", options={"damped": {"damping": "spectrum"}})
    assert "Picard's method would" in reason_of(iterations("damped"), 0, points, None, chosen)


@pytest.mark.parametrize(
    ("eigenvalues", "words"),
    [
        ([0.99], "An eigenvalue is 0.01 from 1: gradients grow 100-fold."),
        ([1.0, 0.2], "An eigenvalue is 1: the gradient through this point does not exist."),
        ([-0.99, 0.5], ""),
    ],
)
def test_an_eigenvalue_near_1_magnifies_gradients(eigenvalues: list[float], words: str) -> None:
    assert amplification_sentence(np.array(eigenvalues, dtype=complex)) == words


def test_the_cycles_of_a_race_are_described() -> None:
    turning = SolverRun(
        "picard", "Picard", np.arange(12), np.where(np.arange(12) % 2, 1.0, -1.5)[:, None, None], np.ones((12, 1)),
        np.ones((12, 1)), np.ones((12, 1), int), np.array([11]), np.ones((1, 1)),
        (Outcome("cycle", 11, iterative=True, period=2),),
    )  # fmt: skip
    race = replace(iterations("newton"), runs=(*iterations("newton").runs, turning))
    assert cycle_sentences(race, 0) == "Picard: cycle of 2, step 2.5."
    assert cycle_sentences(iterations(), 0) == cycle_sentences(None, 0) == cycle_sentences(race, 1) == ""
    near = turning.z * (1.0 + 0.1 * 0.5 ** (np.arange(12) // 2))[:, None, None]
    race = replace(race, runs=(replace(turning, z=near),))
    assert cycle_sentences(race, 0) == "Picard: cycle of 2, step 2.5, and each turn leaves 0.5000 of the distance."
