"""The continuous adjoint: closed forms, jumps at output times, and where it lies."""

from __future__ import annotations

from dataclasses import replace
from math import exp, sin

import numpy as np
import pytest
import torch
from trajectories import DECAY, DRIVEN, LORENZ, SPIRAL, STIFF, half_square, itself, run

import core
from core.gradient_methods.backsolve import Backsolve
from core.gradient_methods.discrete import Discrete
from core.torch_adjoint import torch_flow


@pytest.mark.parametrize("steps", [5, 10, 40])
@pytest.mark.parametrize("rate", [-1.0, 0.5])
def test_euler_in_closed_form(steps: int, rate: float) -> None:
    """d (y_N^2 / 2) / dk = h y_N^2 (1 - q^N) / (1 - q) and y_0 becomes q^N, q = 1 - h^2 k^2."""
    problem = run(DECAY.replace("-1", str(rate)), ("k",), t=(0, 1), method="euler", step=1 / steps)
    found = Backsolve().backward(problem.solve, itself, problem.inputs)
    h, end = 1 / steps, (1 + rate / steps) ** steps
    q = 1 - h * h * rate * rate
    assert found.grads["k"].item() == pytest.approx(h * end**2 * (1 - q**steps) / (1 - q), rel=1e-11)
    (back,) = found.solved_back
    assert back.z[-1, 0] == pytest.approx(q**steps, rel=1e-13)
    assert found.gap == pytest.approx(1 - q**steps, rel=1e-11)
    assert back.t == pytest.approx(np.linspace(1, 0, steps + 1), abs=1e-14)


def test_the_known_numbers_of_ten_euler_steps() -> None:
    options = {"t": (0, 1), "method": "euler", "step": 0.1}
    card = core.gradient(core.parse(DECAY), half_square, "k", "backsolve", integrate=options)
    assert float(card.grads["k"]) == pytest.approx(0.116249074393, abs=1e-12)
    assert card.gap == pytest.approx(1 - 0.904382075009, abs=1e-12)
    assert not card.exact
    assert "do not trust this gradient" in card.note
    tight = core.gradient(core.parse(DECAY), half_square, "k", "backsolve", integrate={"t": (0, 1), "rtol": 1e-11})
    assert float(tight.grads["k"]) == pytest.approx(0.135335283237, rel=1e-9)
    assert "trust" not in tight.note


@pytest.mark.parametrize("text", [SPIRAL, LORENZ])
def test_both_ways_agree_where_the_reversed_flow_is_tame(text: str) -> None:
    names = ("start", *core.parse(text).defaults())
    span = (0, 1) if text == SPIRAL else (0, 0.4)
    options = {"t": span, "rtol": 1e-11, "atol": 1e-13}
    back = core.gradient(core.parse(text), half_square, names, "backsolve", integrate=options)
    through = core.gradient(core.parse(text), half_square, names, "discrete", integrate=options)
    assert back.flat() == pytest.approx(through.flat(), rel=1e-8)


def test_lorenz_to_one_is_right_to_four_digits() -> None:
    options = {"t": (0, 1), "rtol": 1e-10, "atol": 1e-12}
    card = core.gradient(core.parse(LORENZ), half_square, ("start", "r"), "backsolve", integrate=options)
    assert card.flat() == pytest.approx((-10.5178657, -9.11806355, 19.84530476, 7.57533717), rel=1e-4)


@pytest.mark.parametrize(("k", "error"), [(5, 9.4e-8), (10, 1.6e-5), (20, 0.32), (30, 6.8e3), (50, 3.4e12)])
def test_of_a_stiff_decay_the_backward_state_explodes_like_its_growth(k: float, error: float) -> None:
    """About tolerance times e^k, by the order of magnitude of SciPy's solver."""
    options = {"t": (0, 1), "rtol": 1e-9, "atol": 1e-9}
    card = core.gradient(core.parse(STIFF), half_square, "k", "backsolve", params={"k": k}, integrate=options)
    assert error / 10 < card.gap < error * 10
    assert ("do not trust" in card.note) == (k >= 20)


def test_lorenz_comes_back_worse_the_longer_it_runs() -> None:
    for end, error in ((0.5, 9.9e-6), (1.0, 3.9e-4), (1.5, 0.22), (2.0, 57)):
        options = {"t": (0, end), "rtol": 1e-9, "atol": 1e-9}
        card = core.gradient(core.parse(LORENZ), half_square, "r", "backsolve", integrate=options, evaluations=100_000)
        assert error / 10 < card.gap < error * 10


def test_a_cap_ends_the_backward_solve_with_the_reason() -> None:
    options = {"t": (0, 2)}
    card = core.gradient(
        core.parse(LORENZ), half_square, ("r", "start"), "backsolve", integrate=options, evaluations=200
    )
    assert "the backward solve used up its evaluation budget at t = 1." in card.note
    assert card.backward_evaluations <= 200
    assert torch.isnan(card.grads["r"])
    assert torch.isnan(card.grads["start"]).all()
    assert card.gap == float("inf")


@pytest.mark.parametrize("at", [[1.2], [0.3, 0.9], [0.0, 0.5, 1.2], [0.0], np.linspace(0, 1.2, 13).tolist()])
@pytest.mark.parametrize("method", ["backsolve", "discrete"])
def test_losses_over_several_times(method: str, at: list[float]) -> None:
    """Each output time counts: y(t) = y0 e^(k sin t) gives every derivative in closed form."""
    system = core.parse("y' = k*cos(t)*y\nk = 0.7\nstart (1.5)")
    options = {"t": (0, 1.2), "rtol": 1e-11, "atol": 1e-13, "at": at}
    weights = torch.linspace(1.0, 2.0, len(at), dtype=torch.float64)[:, None]
    card = core.gradient(system, lambda z: (weights * z).sum(), ("k", "start"), method, integrate=options)
    shares = [weight * 1.5 * exp(0.7 * sin(t)) for weight, t in zip(weights.flatten().tolist(), at, strict=True)]
    assert card.value == pytest.approx(sum(shares), rel=1e-9)
    by_k = sum(share * sin(t) for share, t in zip(shares, at, strict=True))
    assert float(card.grads["k"]) == pytest.approx(by_k, rel=1e-8, abs=1e-12)
    assert float(card.grads["start"]) == pytest.approx(sum(shares) / 1.5, rel=1e-8)


def test_the_adjoint_jumps_at_output_times_and_the_state_begins_anew() -> None:
    problem = run(DRIVEN, ("k",), t=(0, 1), at=[0.5, 1.0])
    (back,) = Backsolve().backward(problem.solve, torch.ones_like, problem.inputs).solved_back
    (second,) = np.flatnonzero(back.t == 0.5)[1:]
    assert back.a[second, 0] - back.a[second - 1, 0] == pytest.approx(1.0)
    assert back.z[second, 0] == problem.solve.z[0, 0, 0].item()
    assert (np.diff(back.t) <= 0).all()


@pytest.mark.parametrize("text", [SPIRAL, LORENZ, DRIVEN])
def test_the_adjoint_formula_takes_the_steps_of_autograd(text: str) -> None:
    names = tuple(core.parse(text).defaults())
    problem = run(text, names, t=(0, 0.5), rtol=1e-7, path="python")
    formula = Backsolve().backward(problem.solve, itself, problem.inputs)
    solve = replace(problem.solve, adjoint=torch_flow(problem.solve.f))
    autograd = Backsolve().backward(solve, itself, problem.inputs)
    assert formula.evaluations == autograd.evaluations
    for name in (*names, "start"):
        assert formula.grads[name].numpy() == pytest.approx(autograd.grads[name].numpy(), rel=1e-9)
    assert formula.solved_back[0].z == pytest.approx(autograd.solved_back[0].z, rel=1e-9)


def test_a_batch_and_float32() -> None:
    starts = [[2.0, 0.0], [0.5, 1.0]]
    for dtype, error in [("float64", 1e-4), ("float32", 2e-3)]:
        problem = run(SPIRAL, ("a", "b", "start"), starts, dtype=dtype, t=(0, 1), rtol=1e-6)
        back = Backsolve().backward(problem.solve, itself, problem.inputs)
        through = Discrete().backward(problem.solve, itself, problem.inputs)
        assert back.grads["a"].dtype == problem.solve.start.dtype
        assert len(back.solved_back) == 2
        for name in ("a", "b", "start"):
            assert back.grads[name].numpy() == pytest.approx(through.grads[name].numpy(), rel=error, abs=error)


def test_tighter_backward_tolerances_cost_more_and_miss_less() -> None:
    options = {"t": (0, 2), "rtol": 1e-5}
    cards = [
        core.gradient(core.parse(SPIRAL), half_square, "a", "backsolve", integrate=options, tightening=factor)
        for factor in (1.0, 1e-2)
    ]
    assert cards[1].backward_evaluations > 1.5 * cards[0].backward_evaluations


def test_a_torch_callable_and_its_start() -> None:
    field = core.field(lambda t, z: torch.cos(t) * z, 1)
    card = core.gradient(
        field, lambda z: z.sum(), "start", "backsolve", start=[2.0], integrate={"t": (0, 2), "rtol": 1e-10}
    )
    assert float(card.grads["start"]) == pytest.approx(exp(sin(2.0)), rel=1e-8)
