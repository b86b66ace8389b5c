"""Proofs in words: every bound is rounded to its safe side, and a proof about another problem is not told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.outcome import Outcome
from core.readings import FixedPoint, FixedPoints, Iterations, PointProof, RootProofs, SampleProof, SolverRun
from explorer.proof_words import at_least, at_most, count_chip, point_words, proofs_about, sample_words

ONE = np.ones(1)
SAMPLE = SampleProof(0, 0.75 * ONE, 0.6736, 1e-8, 4.321e-12, 3.71e-5, 8.41e-5, 3)
PROOFS = RootProofs(
    components=("z",),
    points=(PointProof(0.75 * ONE, 0.3251 * ONE, 3.01e-15 * ONE),),
    inside=1,
    alone=True,
    low=-ONE,
    high=ONE,
    visible=True,
    sample=SAMPLE,
    row=0,
    problem="this",
    is_root=False,
)
POINT = FixedPoint(0.75 * ONE, 0.0, 0.5 * ONE.astype(complex), 0.5, True)
POINTS = FixedPoints(("z",), (POINT,), problem="this")
NUMBERS = np.arange(1)
RUN = SolverRun(
    "picard",
    "Picard",
    NUMBERS,
    np.full((1, 1, 1), 0.75),
    np.zeros((1, 1)),
    np.zeros((1, 1)),
    np.ones((1, 1), int),
    np.zeros(1, int),
    np.full((1, 1), 0.75),
    (Outcome("converged", 1.0, iterative=True),),
)
ITERATIONS = Iterations(("z",), np.ones((1, 1)), np.zeros(1, int), "absolute", 1e-8, False, (RUN,))


@pytest.mark.parametrize("value", [3.01e-15, 0.3251, 0.999, 1.0, 12.34, 4.9e-324, 1.7e300])
def test_bounds_are_rounded_to_their_safe_side(value: float) -> None:
    for digits in (1, 2, 3):
        assert float(at_least(value, digits)) <= value <= float(at_most(value, digits))
        if 1e-300 < value < 1e300:
            assert float(at_most(value, digits)) <= value * (1 + 10.0 ** (1 - digits))


def test_the_words_of_a_box() -> None:
    assert point_words(PROOFS.points[0]) == "proved: the only one within ±0.32, error ≤ 3.1e-15"
    two = PointProof(np.zeros(2), np.array([0.649, 0.33]), np.array([1e-16, 5e-16]))
    assert point_words(two) == "proved: the only one within ±(0.64, 0.33), error ≤ 5e-16"


@pytest.mark.parametrize(
    ("inside", "alone", "is_root", "words"),
    [
        (3, True, False, "proved: exactly 3 fixed points"),
        (1, True, True, "proved: exactly 1 root"),
        (0, True, True, "proved: no root"),
        (2, False, True, "proved: at least 2 roots"),
        (0, False, True, ""),
        (2, None, True, ""),
    ],
)
def test_the_words_of_a_count(inside: int, alone: bool | None, is_root: bool, words: str) -> None:
    proofs = replace(PROOFS, inside=inside, alone=alone, is_root=is_root)
    assert count_chip(proofs) == words
    assert proofs.sentence == (f"{words} in the visible range" if words else "")


def test_the_two_theorems() -> None:
    told = sample_words(PROOFS, ITERATIONS, 0)
    assert told == (
        "Error ≤ 4.4e-12 by Banach's theorem (contraction 0.674 nearby).\n"
        "Newton–Kantorovich: h = 3.8e-5 ≤ 1/2, a root within 8.5e-5; h ≤ 1/2 from iteration 3 on."
    )

    def of(**changes: object) -> str:
        return sample_words(replace(PROOFS, sample=replace(SAMPLE, **changes)), ITERATIONS, 0)

    assert of(banach=None, contraction=None, certain=None) == (
        "Newton–Kantorovich: h = 3.8e-5 ≤ 1/2, a root within 8.5e-5."
    )
    far = of(banach=None, h=2.47, kantorovich=float("inf"), certain=None)
    assert far == "Newton–Kantorovich: h = 2.4 > 1/2, which proves nothing here."
    near = of(banach=None, h=0.5000001, kantorovich=float("inf"), certain=None)
    assert near == "Newton–Kantorovich: h > 1/2, which proves nothing here."
    assert "h = 0 ≤ 1/2" in of(h=5e-324)
    assert of(banach=None, h=None, kantorovich=None) == ""


def test_a_proof_of_another_sample_or_place_is_not_told() -> None:
    assert sample_words(PROOFS, ITERATIONS, 1) == sample_words(None, ITERATIONS, 0) == ""
    moved = replace(RUN, solution=np.full((1, 1), 0.7500001))
    assert sample_words(PROOFS, replace(ITERATIONS, runs=(moved,)), 0) == ""


def test_a_proof_of_another_problem_is_not_told() -> None:
    assert proofs_about(PROOFS, POINTS) is PROOFS
    assert proofs_about(PROOFS, replace(POINTS, problem="that")) is None
    assert proofs_about(PROOFS, replace(POINTS, row=1)) is None
    assert proofs_about(None, POINTS) is proofs_about(PROOFS, None) is None
