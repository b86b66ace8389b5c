"""Every trajectory with a time span, and output times, of its own."""

from __future__ import annotations

import math

import numpy as np
import ode_problems as known
import pytest
import torch
from ode_problems import KINDS, problem

import core
from core import catalogue
from core.formula_field import FormulaField
from core.kernels.batch import followed
from core.kernels.trajectories import TrajectoryCalls, TrajectoryTask
from core.ode_path import choose_controller
from core.problem import InitialValue

GROWTH = known.OSCILLATING_GROWTH
BEGINS = np.array([0.0, 1.0, -2.0, 3.0, 3.0, 0.5, 0.0])
ENDS = np.array([3.0, 1.5, 4.0, 0.0, 3.25, -6.0, 3.0])
STARTS = np.exp(np.sin(BEGINS))[:, None]
TIGHT = {"rtol": 1e-10, "atol": 1e-12}


def _exact(times: np.ndarray) -> np.ndarray:
    return np.exp(np.sin(times))


@pytest.mark.parametrize("kind", KINDS)
def test_each_trajectory_goes_from_its_own_beginning_to_its_own_end(kind: str) -> None:
    system, path = problem(GROWTH, kind)
    run = core.integrate(system, STARTS, (BEGINS, ENDS), path=path, **TIGHT)
    assert all(outcome.name == "success" for outcome in run.outcome)
    last = run.mask.sum(axis=1) - 1
    assert np.array_equal(run.t[:, 0], BEGINS)
    assert np.array_equal(run.t[np.arange(7), last], ENDS)
    assert run.z[np.arange(7), last, 0] == pytest.approx(_exact(ENDS), rel=1e-8)
    assert run.z[run.mask][:, 0] == pytest.approx(_exact(run.t[run.mask]), rel=1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("step", [None, 0.03])
def test_alone_and_in_a_batch_of_spans_it_is_the_same_to_the_last_bit(
    kind: str, dtype: str, step: float | None
) -> None:
    if kind == "python" and dtype == "float32":
        pytest.skip("Python floats are float64")
    system, path = problem(GROWTH, kind)
    options = {"path": path, "dtype": dtype, "step": step, "rtol": 1e-5}
    every = core.integrate(system, STARTS, (BEGINS, ENDS), **options)
    for sample in range(len(BEGINS)):
        alone = core.integrate(system, STARTS[sample], (BEGINS[sample], ENDS[sample]), **options)
        count = len(alone.t)
        assert np.array_equal(every.t[sample, :count], alone.t)
        assert np.array_equal(every.z[sample, :count], alone.z)
        assert not every.mask[sample, count:].any()
        assert every.stats.evaluations[sample] == alone.stats.evaluations
        assert every.outcome[sample] == alone.outcome


@pytest.mark.parametrize("kind", KINDS)
def test_output_times_of_each_trajectory(kind: str) -> None:
    system, path = problem(GROWTH, kind)
    at = np.linspace(BEGINS, ENDS, 11, axis=1)
    run = core.integrate(system, STARTS, (BEGINS, ENDS), at=at, path=path, **TIGHT)
    assert np.array_equal(run.t, at)
    assert run.mask.all()
    assert run.z[..., 0] == pytest.approx(_exact(at), rel=1e-7)
    assert np.array_equal(run.z[:, 0], STARTS)
    for sample in (0, 3):
        alone = core.integrate(
            system, STARTS[sample], (BEGINS[sample], ENDS[sample]), at=at[sample], path=path, **TIGHT
        )
        assert np.array_equal(alone.z, run.z[sample])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("span", [(0.0, 3.0), (3.0, 0.0)])
@pytest.mark.parametrize("step", [None, 0.07])
def test_output_times_of_each_trajectory_on_a_shared_span(kind: str, span: tuple[float, float], step: float) -> None:
    system, path = problem(GROWTH, kind)
    begin, end = span
    starts = np.full((3, 1), math.exp(math.sin(begin)))
    at = np.array([[0.0, 0.5, 1.0], [0.25, 0.26, 0.27], [0.1, 0.6, 0.9]]) * (end - begin) + begin
    run = core.integrate(system, starts, span, at=at, step=step, path=path, **TIGHT)
    for sample in range(3):
        alone = core.integrate(system, starts[sample], span, at=at[sample], step=step, path=path, **TIGHT)
        assert run.z[sample] == pytest.approx(alone.z, rel=1e-14)
    assert run.z[..., 0] == pytest.approx(_exact(at), rel=1e-6 if step is None else 1e-5)


def test_equal_spans_are_one_span() -> None:
    system = core.parse(GROWTH)
    shared = core.integrate(system, [[1.0], [2.0]], (0.0, 2.0))
    own = core.integrate(system, [[1.0], [2.0]], (np.zeros(2), torch.full((2,), 2.0)))
    assert np.array_equal(shared.z, own.z, equal_nan=True)
    mixed = core.integrate(system, [[1.0], [2.0]], (0.0, [2.0, 1.0]))
    assert np.array_equal(mixed.z[0, :3], shared.z[0, :3])
    assert mixed.outcome[1].t == 1.0


@pytest.mark.parametrize("kind", KINDS)
def test_dense_output_of_spans_of_their_own(kind: str) -> None:
    system, path = problem(GROWTH, kind)
    run = core.integrate(system, STARTS, (BEGINS, ENDS), path=path, **TIGHT)
    inside = BEGINS[:, None] + (ENDS - BEGINS)[:, None] * np.array([0.9, 0.0, 0.3, 1.0])
    assert run(inside)[..., 0] == pytest.approx(_exact(inside), rel=1e-7)
    at_one = run(1.25)[:, 0]
    holds = (np.minimum(BEGINS, ENDS) <= 1.25) & (np.maximum(BEGINS, ENDS) >= 1.25)
    assert np.array_equal(np.isfinite(at_one), holds)
    assert at_one[holds] == pytest.approx(np.full(holds.sum(), _exact(np.array(1.25))), rel=1e-7)
    with pytest.raises(ValueError, match="t = 7 lies outside the time span of its trajectory"):
        run(7.0)
    with pytest.raises(ValueError, match="outside the time span of its trajectory"):
        run(np.full((7, 1), 3.5))


def test_one_bad_start_leaves_its_mates_in_peace() -> None:
    starts = STARTS.copy()
    starts[2] = math.nan
    others = [0, 1, 3, 4, 5, 6]
    for path in ("kernel", "python", "torch"):
        system = core.parse(GROWTH)
        every = core.integrate(system, starts, (BEGINS, ENDS), path=path)
        clean = core.integrate(system, STARTS[others], (BEGINS[others], ENDS[others]), path=path)
        assert every.outcome[2].name == "bad_input"
        assert np.array_equal(every.z[others, : clean.z.shape[1]], clean.z, equal_nan=True)


@pytest.mark.kernel
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_many_spans_in_threads(dtype: str) -> None:
    rng = np.random.default_rng(4)
    begins, ends = rng.uniform(-3.0, 3.0, (2, 999))
    starts = np.exp(np.sin(begins))[:, None]
    times = np.linspace(begins, ends, 5, axis=1)
    run = core.integrate(core.parse(GROWTH), starts, (begins, ends), at=times, dtype=dtype, rtol=1e-6)
    assert run.z[..., 0] == pytest.approx(_exact(times), rel=1e-4)
    order = rng.permutation(999)
    other = core.integrate(
        core.parse(GROWTH), starts[order], (begins[order], ends[order]), at=times[order], dtype=dtype, rtol=1e-6
    )
    assert np.array_equal(other.z, run.z[order])


@pytest.mark.kernel
def test_a_budget_that_allows_nothing_leaves_every_start_at_its_own_time() -> None:
    at = np.stack([BEGINS, ENDS], axis=1)
    budget = core.Budget(evaluations=1)
    for path in ("kernel", "torch"):
        run = core.integrate(core.parse(GROWTH), STARTS, (BEGINS, ENDS), at=at, budget=budget, path=path)
        assert {outcome.name for outcome in run.outcome} == {"max_evaluations"}
        assert [outcome.t for outcome in run.outcome] == BEGINS.tolist()
        assert np.array_equal(run.z[:, 0], STARTS)
        assert np.isnan(run.z[:, 1]).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"t": ([0.0, 1.0], 2.0)}, "t has 2 beginnings or ends of time spans, and the number of starts is 3"),
        ({"t": (0.0, [1.0, math.nan, 1.0])}, "time span of start 1 needs two different finite ends"),
        ({"t": (0.0, [1.0, 1.0, 0.0])}, "time span of start 2 needs two different finite ends"),
        ({"t": (0.0, np.ones((3, 1)))}, "t needs two numbers"),
        ({"t": (0.0, 1j)}, "t needs two numbers"),
        ({"t": "ab"}, "t needs two numbers"),
        ({"at": [[0.5], [0.5]]}, "at has 2 rows of times, and the number of starts is 3"),
        ({"at": [[0.5], [0.5], [1.5]]}, "inside the span from 0 to 1 of start 2"),
        ({"at": [[0.1, 0.5], [0.5, 0.1], [0.1, 0.5]]}, "must follow one another .* of start 1"),
        ({"at": [[0.1, 0.5], [0.5], [0.1, 0.5]]}, "at needs a list of times"),
        ({"t": (0.0, [1.0, 2.0, 0.4]), "at": [0.1, 0.5]}, "inside the span from 0 to 0.4 of start 2"),
        ({"at": np.zeros((3, 0))}, "at least one time"),
    ],
)
def test_spans_and_times_that_make_no_sense_are_refused(options: dict, sentence: str) -> None:
    arguments = {"start": [[1.0], [2.0], [3.0]], "t": (0.0, 1.0)} | options
    with pytest.raises(ValueError, match=sentence):
        core.integrate(core.parse(GROWTH), **arguments)


@pytest.mark.kernel
def test_a_shared_span_has_the_kernel_it_always_had() -> None:

    tableau = catalogue.tableau("dopri5")
    field = FormulaField(core.parse(GROWTH))
    controller = choose_controller(tableau, 1e-6, 1e-9, None)
    shared = TrajectoryTask(InitialValue(field, STARTS, (0.0, 2.0)), tableau, controller, core.Budget())
    own = TrajectoryTask(InitialValue(field, STARTS, np.array([BEGINS, ENDS])), tableau, controller, core.Budget())
    assert not TrajectoryCalls(shared).plan.apart
    assert TrajectoryCalls(own).plan.apart
    assert len(TrajectoryCalls(shared).plan.layout) < len(TrajectoryCalls(own).plan.layout)
    assert np.array_equal(followed(own, None).t, ENDS)
