"""The forward solution for rows of trajectories and times, and quadrature between the steps of two solutions."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.array_library import NUMPY, TORCH
from core.dense_output import AcceptedSteps, DenseOutput
from core.piecewise_gauss import gauss_nodes
from core.row_label import labels, samples
from core.run import Run
from core.states_between import StatesBetween

STARTS = np.array([[1.0, 0.0], [0.2, -0.4], [3.0, 1.0]])


def solved(method: str, span: tuple[float, float] = (0.0, 2.0)) -> Run:
    step = {} if catalogue.integrator(method).adaptive else {"step": 0.05}
    system = core.parse("x' = y + sin(t)\ny' = -x^3 - 0.1*y")
    return core.integrate(system, STARTS, t=span, method=method, rtol=1e-5, **step)


@pytest.mark.parametrize("method", ["dopri5", "bogacki_shampine_3", "dop853", "rk4", "radau5", "tr_bdf2", "bdf"])
@pytest.mark.parametrize("span", [(0.0, 2.0), (1.0, -1.0)])
def test_it_is_the_dense_output(method: str, span: tuple[float, float]) -> None:
    run = solved(method, span)
    times = np.random.default_rng(0).uniform(min(span), max(span), (3, 40))
    assert run.dense is not None
    wanted = run.dense.at(times)
    sample, t = np.repeat([2, 0, 1], 40), times[[2, 0, 1]].reshape(-1)
    for library, like in ((NUMPY, STARTS), (TORCH, torch.tensor(STARTS))):
        states = StatesBetween(catalogue.integrator(method), run.dense.steps(), span, 3, library, like)
        rows = (sample, t) if library is NUMPY else (torch.tensor(sample), torch.tensor(t))
        found = np.asarray(states(*rows))
        assert found == pytest.approx(wanted[[2, 0, 1]].reshape(-1, 2), rel=1e-11, abs=1e-12)
        assert states.nbytes % (8 * 2 * len(run.dense.steps().t0)) == 0


def test_a_trajectory_without_steps_has_no_states_and_harms_no_other() -> None:
    run, method = solved("dopri5"), catalogue.integrator("dopri5")
    assert run.dense is not None
    steps = run.dense.steps()
    without = steps.take(np.flatnonzero(steps.sample != 1))
    states = StatesBetween(method, without, (0.0, 2.0), 3, NUMPY, STARTS)
    t = np.linspace(0, 2, 9)
    wanted = run.dense.at(t)
    for row in (0, 2):
        assert states(np.full(9, row), t) == pytest.approx(wanted[row], rel=1e-12)
    nobody = StatesBetween(method, steps.take(np.zeros(0, dtype=np.int64)), (0.0, 2.0), 3, NUMPY, STARTS)
    assert np.isnan(nobody(np.array([0, 1, 2]), np.ones(3))).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_labels_are_exact_and_too_small_to_be_felt(dtype: torch.dtype) -> None:
    label = labels(TORCH, torch.zeros(100_000, 2, dtype=dtype))
    assert samples(TORCH, label[:, 0]).tolist() == list(range(100_000))
    assert float(label.max()) < 1e-24


def steps_at(ends: list[float], sample: int = 0) -> AcceptedSteps:
    t0, t1 = (np.array(column) for column in zip(*pairwise(ends), strict=True))
    nothing = np.zeros((len(t0), 1))
    return AcceptedSteps(np.full(len(t0), sample), t0, t1, nothing, nothing, np.zeros((len(t0), 1, 1)))


def joined(*steps: AcceptedSteps) -> AcceptedSteps:
    kept = DenseOutput(catalogue.tableau("euler"), np.zeros((2, 1)), (0.0, 1.0))
    for block in steps:
        kept.add(block)
    return kept.steps()


@pytest.mark.parametrize("points", [1, 2, 3, 5])
def test_quadrature_is_exact_for_polynomials_of_its_degree(points: int) -> None:
    back = joined(steps_at([0.9, 0.35, 0.1], 0), steps_at([0.9, 0.6, 0.1], 1))
    forward = joined(steps_at([0.0, 0.3, 0.5, 1.0], 0), steps_at([0.0, 1.0], 1))
    sample, t, weight = gauss_nodes(back, forward, points)
    assert ((t > 0.1) & (t < 0.9)).all()
    for row, pieces in ((0, 4), (1, 2)):
        mine = sample == row
        assert mine.sum() == pieces * points
        assert (np.diff(t[mine]) < 0).all()
        for degree in range(2 * points):
            wanted = (0.1 ** (degree + 1) - 0.9 ** (degree + 1)) / (degree + 1)
            assert weight[mine] @ t[mine] ** degree == pytest.approx(wanted, rel=1e-13)


def test_inside_a_piece_both_solutions_are_smooth() -> None:
    """A kink at an end of a step costs nothing."""
    back, forward = joined(steps_at([1.0, 0.0])), joined(steps_at([0.0, 0.37, 1.0]))
    _, t, weight = gauss_nodes(back, forward, 1)
    assert weight @ np.abs(t - 0.37) == pytest.approx(-(0.37**2 + 0.63**2) / 2, rel=1e-13)
