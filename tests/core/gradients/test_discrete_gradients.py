"""Backpropagation through the solver is the derivative of what was computed, to rounding."""

from __future__ import annotations

from dataclasses import replace
from math import cos, exp, sin

import numpy as np
import pytest
import torch
from torch import Tensor
from trajectories import DECAY, DRIVEN, LORENZ, SPIRAL, STIFF, half_square, itself, replay, run, slope

import core
from core import catalogue
from core.dense_output import AcceptedSteps, DenseOutput, stage_weights
from core.finite_differences import differences
from core.gradient_methods.discrete import Discrete


@pytest.mark.parametrize("steps", [2, 4, 10, 40])
@pytest.mark.parametrize("rate", [-1.0, 0.5, -3.5])
def test_euler_in_closed_form(steps: int, rate: float) -> None:
    """y_N = (1 + h k)^N: d (y_N^2 / 2) / dk = T y_N^2 / (1 + h k)."""
    problem = run(DECAY.replace("-1", str(rate)), ("k",), t=(0, 1), method="euler", step=1 / steps)
    found = Discrete().backward(problem.solve, itself, problem.inputs)
    end = (1 + rate / steps) ** steps
    assert found.at.item() == pytest.approx(end, rel=1e-13)
    assert found.grads["k"].item() == pytest.approx(end**2 / (1 + rate / steps), rel=1e-12)
    assert found.grads["start"].item() == pytest.approx(end**2, rel=1e-12)
    assert found.evaluations == steps


def test_the_known_number_of_ten_euler_steps() -> None:
    card = core.gradient(
        core.parse(DECAY), half_square, "k", "discrete", integrate={"t": (0, 1), "method": "euler", "step": 0.1}
    )
    assert float(card.grads["k"]) == pytest.approx(0.135085171767, abs=1e-12)
    assert card.exact
    assert not card.note


@pytest.mark.parametrize(
    ("method", "options"),
    [
        *((name, {"step": 0.037}) for name in catalogue.tableaus()),
        *((name, {"rtol": 1e-4}) for name, tableau in catalogue.tableaus().items() if tableau.embedded is not None),
    ],
)
@pytest.mark.parametrize("span", [(0.0, 1.1), (0.8, -0.3)])
def test_every_method_with_fixed_and_adaptive_steps_on_a_system_with_time(method, options, span) -> None:
    """Against differences of a replay of the very same steps in numpy, not the derivative of the equation."""
    problem = run(DRIVEN, ("k", "c"), t=span, method=method, **options)
    found = Discrete().backward(problem.solve, itself, problem.inputs)

    def loss(k: float, c: float, y: float) -> float:
        end = replay(problem.solve, lambda t, z: k * np.cos(t) * z + c * t, np.array([y]))
        return 0.5 * float(end[0]) ** 2

    size = sum(abs(float(weight)) for weight in problem.solve.tableau.b)  # large weights round more
    assert 0.5 * found.at.item() ** 2 == pytest.approx(loss(0.7, 0.2, 1.5), rel=1e-13 * size)
    for name, wanted in (
        ("k", slope(lambda k: loss(k, 0.2, 1.5), 0.7)),
        ("c", slope(lambda c: loss(0.7, c, 1.5), 0.2)),
        ("start", slope(lambda y: loss(0.7, 0.2, y), 1.5)),
    ):
        assert found.grads[name].item() == pytest.approx(wanted, rel=1e-9 * size)


def test_the_spiral_of_the_reference_table() -> None:
    card = core.gradient(
        core.parse(SPIRAL),
        half_square,
        ("start", "a", "b", "c", "d"),
        integrate={"t": (0, 1), "rtol": 1e-11, "atol": 1e-13},
    )
    assert card.value == pytest.approx(1.382697236693987, rel=1e-10)
    wanted = (4.59921623, 0.43099325, 8.16297654, 1.90574524, -0.55324794, 8.85169702)
    assert card.flat() == pytest.approx(wanted, rel=1e-8)


def test_lorenz_of_the_reference_table() -> None:
    card = core.gradient(
        core.parse(LORENZ), half_square, ("start", "r"), integrate={"t": (0, 1), "rtol": 1e-11, "atol": 1e-13}
    )
    assert card.value == pytest.approx(509.9718692040, rel=1e-9)
    assert card.flat() == pytest.approx((-10.5178657, -9.11806355, 19.84530476, 7.57533717), rel=1e-7)


def test_of_a_stiff_decay_it_stays_right() -> None:
    """y' = -k (y - cos t): closed form."""
    k = 50.0

    def end(k: float) -> float:
        steady = (k * k * cos(1.0) + k * sin(1.0)) / (k * k + 1)
        return steady + (2.0 - k * k / (k * k + 1)) * exp(-k)

    card = core.gradient(
        core.parse(STIFF), lambda z: z.sum(), "k", integrate={"t": (0, 1), "rtol": 1e-9, "atol": 1e-12}
    )
    assert card.value == pytest.approx(end(k), rel=1e-9)
    assert float(card.grads["k"]) == pytest.approx(slope(end, k, 1e-2), rel=1e-6)


@pytest.mark.parametrize("method", ["dopri5", "rk4", "euler"])
def test_states_at_output_times_are_those_of_the_dense_output(method: str) -> None:
    step = {} if method == "dopri5" else {"step": 0.027}
    at = [0.0, 0.031, 0.5, 0.7, 1.0]
    problem = run(SPIRAL, ("a",), [[2.0, 0.0], [0.5, 1.0]], t=(0, 1), method=method, at=at, path="python", **step)
    found = Discrete().backward(problem.solve, torch.ones_like, problem.inputs)
    assert found.at.shape == (2, 5, 2)
    assert found.at.numpy() == pytest.approx(problem.solve.z.numpy(), rel=1e-12)
    assert torch.equal(found.at[:, 0], problem.solve.start)


def test_a_method_whose_dense_output_is_hermites() -> None:
    tableau = replace(catalogue.tableau("dopri5"), dense=None, dense_order=None)
    trajectory = core.integrate(core.parse(SPIRAL), [2.0, 0.0], t=(0, 1), rtol=1e-4)
    steps = trajectory.dense.steps()
    dense = DenseOutput(tableau, np.array([[2.0, 0.0]]), (0.0, 1.0))
    dense.add(AcceptedSteps(*steps))
    theta = np.array([0.0, 0.3, 0.8, 1.0])
    h = (steps.t1 - steps.t0)[3]
    weighted = steps.z0[3] + h * stage_weights(tableau, theta) @ steps.stages[3]
    assert weighted == pytest.approx(dense.at(steps.t0[3] + theta * h)[0], rel=1e-13)
    problem = run(SPIRAL, ("a",), t=(0, 1), rtol=1e-4, at=[0.25, 0.6])
    solve = replace(problem.solve, method=tableau, by_hand=None)
    found = Discrete().backward(solve, torch.ones_like, problem.inputs)
    assert found.at[0].numpy() == pytest.approx(dense.at(np.array([0.25, 0.6]))[0], rel=1e-12)


def test_samples_of_a_batch_have_the_gradients_that_they_have_alone() -> None:
    starts = [[2.0, 0.0], [0.5, 1.0], [1.0, -1.0]]
    together = run(SPIRAL, ("a", "start"), starts, t=(0, 1))
    found = Discrete().backward(together.solve, itself, together.inputs)
    total = 0.0
    for start, gradient in zip(starts, found.grads["start"], strict=True):
        alone = run(SPIRAL, ("a", "start"), start, t=(0, 1))
        single = Discrete().backward(alone.solve, itself, alone.inputs)
        assert gradient.numpy() == pytest.approx(single.grads["start"][0].numpy(), rel=1e-12)
        total += single.grads["a"].item()
    assert found.grads["a"].item() == pytest.approx(total, rel=1e-12)


def test_a_mate_that_blows_up_is_named_and_spoils_no_start() -> None:
    card = core.gradient(
        core.parse("x' = k*x^2\nk = 1"), half_square, ("start", "k"), start=[[0.2], [3.0]], integrate={"t": (0, 1)}
    )
    assert not card.exact
    assert "the forward run needed a step smaller" in card.note
    assert "not a finite number" in card.note
    assert card.value != card.value
    assert float(card.grads["start"][0]) == pytest.approx(0.2 / 0.8**3, rel=1e-5)
    assert torch.isnan(card.grads["start"][1]).all()
    assert torch.isnan(card.grads["k"])


def test_float32_agrees_to_its_precision() -> None:
    problem = run(SPIRAL, ("a", "start"), t=(0, 1), rtol=1e-5, dtype="float32")
    found = Discrete().backward(problem.solve, itself, problem.inputs)
    assert found.grads["a"].dtype == torch.float32
    assert found.grads["a"].item() == pytest.approx(8.16297654, rel=1e-3)
    assert found.grads["start"][0].tolist() == pytest.approx([4.59921623, 0.43099325], rel=1e-3)


def test_a_torch_callable_is_differentiated_by_its_start() -> None:
    field = core.field(lambda t, z: torch.cos(t) * z, 1)
    card = core.gradient(field, lambda z: z.sum(), "start", start=[2.0], integrate={"t": (0, 2), "rtol": 1e-10})
    assert float(card.grads["start"]) == pytest.approx(exp(sin(2.0)), rel=1e-8)


def test_the_remainder_of_taylors_theorem_is_quadratic() -> None:
    """L(p + h v) - L(p) - h g v falls like h^2 only where g is the derivative of that very L."""
    problem = run(SPIRAL, ("a", "b"), t=(0, 1), method="rk4", step=0.1)
    found = Discrete().backward(problem.solve, itself, problem.inputs)
    direction = {"a": 0.8, "b": -0.6}
    linear = sum(direction[name] * found.grads[name].item() for name in direction)

    def loss(h: float) -> float:
        a, b = -0.1 + 0.8 * h, 2 - 0.6 * h

        def f(_t: float, z: np.ndarray) -> np.ndarray:
            return np.array([a * z[0] ** 3 - 2 * z[1] ** 3, b * z[0] ** 3 - 0.1 * z[1] ** 3])

        end = replay(problem.solve, f, np.array([2.0, 0.0]))
        return 0.5 * float(end @ end)

    steps = [2.0**-k for k in range(6, 12)]
    remainders = [abs(loss(h) - loss(0.0) - h * linear) for h in steps]
    slopes = np.diff(np.log(remainders)) / np.diff(np.log(steps))
    assert slopes == pytest.approx(2.0, abs=0.1)


@pytest.mark.parametrize("method", ["dopri5", "rk4", "euler"])
def test_with_fixed_steps_the_states_at_output_times_are_differentiated_exactly(method: str) -> None:
    """Fixed steps do not move when an input does: differences of whole runs are those of the discrete map."""
    at = [0.0, 0.13, 0.4, 0.55, 0.9]
    problem = run(DRIVEN, ("k", "c", "start"), t=(0, 0.9), method=method, step=0.2, at=at)
    weights = torch.tensor([0.5, 1.0, -2.0, 3.0, 0.7], dtype=torch.float64)[:, None]

    def loss(z: Tensor) -> Tensor:
        return (weights * z * z).sum()

    found = Discrete().backward(problem.solve, lambda z: problem.cotangent(loss, z), problem.inputs)
    exact, quotients = problem.chosen(found.grads), differences(problem, loss)
    for name in ("k", "c", "start"):
        assert exact[name].numpy() == pytest.approx(quotients[name].numpy(), rel=1e-9)


def test_a_gradient_flow_is_a_trajectory() -> None:
    system = core.parse("minimise 0.5*a*(x^2 + y^2)\nover x = 1, y = -0.5\na = 0.8 in [0, 2]")
    for method in ("discrete", "backsolve"):
        card = core.gradient(
            system, half_square, ("a", "start"), method, start=[1.0, -0.5], integrate={"t": (0, 1), "rtol": 1e-10}
        )
        end = exp(-1.6) * 1.25
        assert card.flat() == pytest.approx((-end, exp(-1.6), -0.5 * exp(-1.6)), rel=1e-7)
