"""The ITP method: the points of its definition, its bound and its order."""

from __future__ import annotations

import numpy as np
import pytest
from root_problems import PATHS, follow, formula, orders

from core.catalogue import root_solver
from core.root_problem import FixedPoint, bind_numpy
from core.stop_rule import StopRule

STEP = StopRule(1e-12, "step")
TEXTS = ("z^3 - z - 2", "exp(z) - 3", "z^9", "(z - 1)^3 + 1e-9", "atan(40*(z - 0.7))", "tanh(z - 1/3) + (z - 1/3)^5")


def intervals(text: str, start: float, **options: float) -> np.ndarray:
    """The lower and the upper end of every interval, (R, 2), up to 50."""
    mapping = formula(f"0 = {text}\nsolve z = {start}")
    problem, solver = bind_numpy(mapping, None), root_solver("itp", options)
    state = solver.init(problem, FixedPoint(mapping, np.full((1, 1), start)).start, np.ones(1, dtype=bool))
    found = []
    with np.errstate(all="ignore"):
        for _ in range(50):
            state = solver.step(problem, state)
            found.append(sorted((float(state.near[0, 0]), float(state.far[0, 0]))))
    return np.array(found)


@pytest.mark.parametrize("slack", [0, 1, 4])
@pytest.mark.parametrize("text", TEXTS)
def test_it_is_never_more_than_its_slack_behind_bisection(text: str, slack: int) -> None:
    for start in (-0.9, 0.1, 1.23):
        length = np.diff(intervals(text, start, slack=slack), axis=1)[:, 0]
        length = length[: 1 + np.argmin(length)]  # until a root was found to rounding
        assert len(length) > 2
        bound = 2.0 ** (slack - np.arange(len(length))) * length[0]
        assert (length <= bound * (1.0 + 1e-12) + 1e-15).all()


@pytest.mark.parametrize("text", TEXTS[:2])
def test_its_points_are_those_of_the_paper(text: str) -> None:
    def g(z: float) -> float:
        return {"z^3 - z - 2": z**3 - z - 2.0, "exp(z) - 3": float(np.exp(z)) - 3.0}[text]

    found = intervals(text, 0.6, push=0.3, power=1.8, slack=2)
    a, b = found[0]
    epsilon = 0.5 * (b - a) / 2**20  # n_half = 20
    k1 = 0.3 * (b - a) / (b - a) ** 1.8
    for j in range(8):
        assert found[j].tolist() == pytest.approx([a, b], abs=1e-13)
        half, r, delta = 0.5 * (a + b), epsilon * 2 ** (20 + 2 - j) - 0.5 * (b - a), k1 * (b - a) ** 1.8
        line = (g(b) * a - g(a) * b) / (g(b) - g(a))
        sign = np.sign(half - line)
        moved = line + sign * delta if delta <= abs(half - line) else half
        point = moved if abs(moved - half) <= r else half - sign * r
        if g(point) * g(b) > 0.0:
            b = point
        else:
            a = point


@pytest.mark.parametrize("path", PATHS)
def test_it_is_faster_than_bisection_at_a_simple_root(path: str) -> None:
    for text in ("z^3 - z - 2", "exp(z) - 3"):
        mapping = formula(f"0 = {text}\nsolve z = 0.6")
        mine, theirs = (follow(mapping, [[0.6]], solver, STEP, path=path) for solver in ("itp", "bisection"))
        assert mine.outcome.success
        assert mine.evaluations[-1, 0] < 0.5 * theirs.evaluations[-1, 0]
        assert mine.z[-1, 0, 0] == pytest.approx(theirs.z[-1, 0, 0], abs=2e-12)


def test_its_order_is_more_than_one() -> None:
    length = np.diff(intervals("exp(z) - 3", 0.6, power=2.0), axis=1)[:, 0]
    # an interval shrinks from one side or from both in turns: two iterations multiply the digits by the power
    every_second = length[: np.argmax(length < 1e-13)][::2]
    assert every_second[-1] < 1e-6
    assert max(orders(every_second[-3:])) > 1.4
