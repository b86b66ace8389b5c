"""The loops as generators: records, their cadence, and methods of other shapes."""

from __future__ import annotations

import time
from collections.abc import Generator
from dataclasses import fields

import numpy as np
import ode_problems as known
import pytest
import torch

import core
from core.budget import Budget
from core.catalogue import tableaus
from core.formula_field import FormulaField
from core.ode_path import choose_controller, open_loop
from core.outcome import Outcome
from core.problem import InitialValue
from core.tableau import Tableau, row
from core.telemetry import Steps, host

PATHS = ("kernel", "python", "torch")
DOPRI5 = tableaus()["dopri5"]
HEUN_EULER = Tableau(
    name="heun_euler",
    title="Heun-Euler 2(1)",
    citation="K. Heun, Z. Math. Phys. 45 (1900) 23",
    order=2,
    a=(row(""), row("1")),
    b=row("1/2 1/2"),
    c=row("0 1"),
    embedded=row("1 0"),
    embedded_order=1,
    dense=(row("1 -1/2"), row("0 1/2")),
    dense_order=2,
)
"""An adaptive method whose last stage is not the next first one."""


def _loop(
    text: str,
    path: str,
    start: list[list[float]],
    span: tuple[float, float] = (0.0, 10.0),
    tableau: Tableau = DOPRI5,
    step: float | None = None,
    rtol: float = 1e-6,
) -> Generator[Steps, None, tuple[Outcome, ...]]:
    problem = InitialValue(FormulaField(core.parse(text)), np.array(start), span)
    return open_loop(problem, tableau, choose_controller(tableau, rtol, 1e-9, step), Budget(), path)


def _all(loop: Generator[Steps, None, tuple[Outcome, ...]]) -> tuple[list[Steps], tuple[Outcome, ...]]:
    blocks = []
    while True:
        try:
            blocks.append(next(loop))
        except StopIteration as end:
            return blocks, end.value


def _joined(blocks: list[Steps]) -> dict[str, np.ndarray]:
    names = [column.name for column in fields(Steps) if getattr(blocks[0], column.name) is not None]
    return {name: np.concatenate([host(getattr(block, name)) for block in blocks]) for name in names}


@pytest.mark.parametrize("path", PATHS)
def test_records_have_the_shapes_of_the_contract(path: str) -> None:
    blocks, _ = _all(_loop(known.LORENZ, path, [[1.0, 1.0, 1.0], [2.0, 1.0, 0.5]], (0.0, 1.0)))
    for block in blocks:
        k = len(block)
        assert k >= 1
        for name in ("sample", "t0", "t1", "error", "accepted", "evaluations"):
            assert tuple(getattr(block, name).shape) == (k,)
        assert tuple(block.z0.shape) == tuple(block.z1.shape) == (k, 3)
        assert tuple(block.stages.shape) == (k, 7, 3)


@pytest.mark.parametrize("path", PATHS)
def test_accepted_steps_join_and_rejected_ones_start_where_they_failed(path: str) -> None:
    blocks, outcomes = _all(_loop(known.VAN_DER_POL, path, [[2.0, 0.0], [0.1, 0.3]]))
    record = _joined(blocks)
    assert [outcome.name for outcome in outcomes] == ["success"] * 2
    for sample in (0, 1):
        mine = record["sample"] == sample
        accepted = record["accepted"][mine]
        t0, t1, z0, z1 = (record[name][mine] for name in ("t0", "t1", "z0", "z1"))
        assert t0[0] == 0.0
        assert t1[-1] == 10.0
        following = np.where(accepted[:-1], t1[:-1], t0[:-1])
        assert np.array_equal(t0[1:], following)
        assert np.array_equal(z0[1:], np.where(accepted[:-1, None], z1[:-1], z0[:-1]))
        assert (record["error"][mine][accepted] <= 1.0).all()
        assert (record["error"][mine][~accepted] > 1.0).all()
        assert np.array_equal(record["evaluations"][mine], 2 + 6 * np.arange(1, mine.sum() + 1))


@pytest.mark.parametrize("path", PATHS)
def test_no_step_grows_right_after_a_rejection(path: str) -> None:
    record = _joined(_all(_loop(known.VAN_DER_POL, path, [[2.0, 0.0]], (0.0, 30.0)))[0])
    h, accepted = record["t1"] - record["t0"], record["accepted"]
    rejected = np.flatnonzero(~accepted[:-2])
    assert len(rejected) > 3
    for index in rejected:
        assert h[index + 1] < h[index]
        if accepted[index + 1]:
            assert h[index + 2] <= h[index + 1] * (1 + 1e-9)


@pytest.mark.parametrize("path", PATHS)
def test_the_stages_are_the_field_where_the_method_looks(path: str) -> None:
    record = _joined(_all(_loop(known.OSCILLATING_GROWTH, path, [[1.0]]))[0])
    h = record["t1"] - record["t0"]
    assert record["stages"][:, 0, 0] == pytest.approx(np.cos(record["t0"]) * record["z0"][:, 0], rel=1e-12, abs=1e-15)
    assert record["stages"][:, 6, 0] == pytest.approx(np.cos(record["t1"]) * record["z1"][:, 0], rel=1e-9, abs=1e-12)
    weights = np.array([float(weight) for weight in DOPRI5.b])
    ends = record["z0"] + h[:, None] * np.einsum("s,ksn->kn", weights, record["stages"])
    assert record["z1"] == pytest.approx(ends, rel=1e-12)


@pytest.mark.parametrize("path", PATHS)
def test_the_error_ratio_is_the_definition(path: str) -> None:
    record = _joined(_all(_loop(known.VAN_DER_POL, path, [[2.0, 0.0]]))[0])
    weights = np.array([float(weight) for weight in DOPRI5.error_weights])
    h = (record["t1"] - record["t0"])[:, None]
    error = h * np.einsum("s,ksn->kn", weights, record["stages"])
    scale = 1e-9 + 1e-6 * np.maximum(np.abs(record["z0"]), np.abs(record["z1"]))
    assert record["error"] == pytest.approx(np.sqrt(((error / scale) ** 2).mean(axis=1)), rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("path", PATHS)
def test_fixed_steps_have_no_error_and_one_size(path: str) -> None:
    record = _joined(_all(_loop(known.PENDULUM, path, [[1.0, 0.0]], (0.0, 10.0), step=0.01))[0])
    assert len(record["t0"]) == 1_000
    assert np.isnan(record["error"]).all()
    assert record["t1"] - record["t0"] == pytest.approx(np.full(1_000, 0.01), rel=1e-9)
    assert record["t1"][-1] == 10.0


@pytest.mark.parametrize("path", PATHS)
def test_a_last_step_is_shortened_or_stretched_to_the_end(path: str) -> None:
    for span, count in (((0.0, 1.0), 4), ((0.0, 0.9003), 3), ((0.0, -1.0), 4)):
        record = _joined(_all(_loop(known.GROWTH, path, [[1.0]], span, step=0.3))[0])
        assert len(record["t0"]) == count
        assert record["t1"][-1] == span[1]


@pytest.mark.parametrize("path", PATHS)
def test_a_method_whose_last_stage_is_no_first_one(path: str) -> None:
    steps, outcomes = _all(_loop(known.OSCILLATING_GROWTH, path, [[1.0]], (0.0, 3.0), HEUN_EULER, rtol=1e-5))
    record = _joined(steps)
    assert outcomes == (Outcome("success", 3.0),)
    assert record["z1"][-1, 0] == pytest.approx(np.exp(np.sin(3.0)), rel=1e-3)
    assert np.array_equal(record["evaluations"], 2 + 2 * np.arange(1, len(record["t0"]) + 1))
    assert not record["accepted"].all()


@pytest.mark.kernel
def test_all_loops_follow_that_method_alike() -> None:
    records = [
        _joined(_all(_loop(known.VAN_DER_POL, path, [[2.0, 0.0]], (0.0, 3.0), HEUN_EULER, rtol=1e-4))[0])
        for path in PATHS
    ]
    for record in records[1:]:
        assert records[0]["t1"] == pytest.approx(record["t1"], rel=1e-7)


@pytest.mark.kernel
@pytest.mark.parametrize("controller", ["i", "pid", "h211b"])
def test_all_loops_take_the_steps_of_every_controller(controller: str) -> None:
    starts = np.array([[2.0, 0.0], [0.1, 0.3], [-1.0, 2.0]])  # steps that are rejected, some of them twice
    runs = [
        core.integrate(
            core.parse(known.VAN_DER_POL), starts, (0.0, 20.0), rtol=1e-4, atol=1e-6, controller=controller, path=path
        )
        for path in PATHS
    ]
    assert (runs[0].stats.rejected > 2).all()
    for run in runs[1:]:
        assert np.array_equal(run.stats.accepted, runs[0].stats.accepted)
        assert np.array_equal(run.stats.rejected, runs[0].stats.rejected)
        assert run.t[run.mask] == pytest.approx(runs[0].t[runs[0].mask], rel=1e-7)
    accepted = {
        name: core.integrate(
            core.parse(known.VAN_DER_POL), starts, (0.0, 20.0), rtol=1e-4, atol=1e-6, controller=name
        ).stats.accepted
        for name in ("pi", controller)
    }
    assert not np.array_equal(accepted["pi"], accepted[controller])  # it was this controller indeed


@pytest.mark.parametrize("path", PATHS)
def test_a_caller_hears_often_enough_to_cancel(path: str) -> None:
    loop = _loop(known.LORENZ, path, [[1.0, 1.0, 1.0]] * 20, (0.0, 1e6))
    next(loop)
    waits = []
    for _ in range(30):
        begun = time.perf_counter()
        next(loop)
        waits.append(time.perf_counter() - begun)
    loop.close()
    assert np.median(waits) < 0.05


def test_gradients_are_on_between_two_blocks() -> None:
    loop = _loop(known.LORENZ, "torch", [[1.0, 1.0, 1.0]])
    next(loop)
    assert torch.is_grad_enabled()
    loop.close()


@pytest.mark.parametrize("path", PATHS)
def test_a_rejected_step_without_numbers_has_an_infinite_error(path: str) -> None:
    record = _joined(_all(_loop(known.ROOT, path, [[1.0]]))[0])
    failed = ~np.isfinite(record["z1"][:, 0]) | ~np.isfinite(record["stages"]).all(axis=(1, 2))
    assert failed.any()
    assert np.isposinf(record["error"][failed]).all()
    assert not record["accepted"][failed].any()


def test_more_trajectories_than_go_at_once() -> None:
    starts = np.linspace(0.5, 1.5, 33_000)[:, None]
    problem = InitialValue(FormulaField(core.parse("x' = -x")), starts, (0.0, 1.0))
    tableau = tableaus()["rk4"]
    blocks, outcomes = _all(open_loop(problem, tableau, choose_controller(tableau, 1e-6, 1e-9, 0.5), Budget(), "torch"))
    record = _joined(blocks)
    ends = np.empty(33_000)
    last = record["t1"] == 1.0
    ends[record["sample"][last]] = record["z1"][last, 0]
    assert len(outcomes) == 33_000
    assert all(outcome.success for outcome in outcomes)
    assert ends == pytest.approx(starts[:, 0] * (1 - 0.5 + 0.125 - 1 / 48 + 1 / 384) ** 2, rel=1e-12)
