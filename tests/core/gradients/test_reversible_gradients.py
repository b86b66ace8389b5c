"""Steps undone one by one: experiment 10 of the lecture, and the gradient of the whole tape from no memory."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
import torch
from trajectories import DECAY, DRIVEN, SPIRAL, half_square, itself, run

import core
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.reversible import Reversible
from core.saved_memory import measured_memory

METHODS = ["reversible_heun", "asynchronous_leapfrog"]


@pytest.fixture(scope="module")
def end() -> np.ndarray:
    """The spiral at t = 1."""
    integrate = pytest.importorskip("scipy.integrate")

    def slope(_t: float, z: np.ndarray) -> np.ndarray:
        x, y = z**3
        return np.array([-0.1 * x - 2 * y, 2 * x - 0.1 * y])

    return integrate.solve_ivp(slope, (0, 1), [2.0, 0.0], "DOP853", rtol=1e-13, atol=1e-14).y[:, -1]


@pytest.mark.parametrize(("steps", "error"), [(100, 3.23e-3), (200, 8.12e-4), (400, 2.03e-4), (800, 5.08e-5)])
def test_the_spiral_there_and_back(steps: int, error: float, end: np.ndarray) -> None:
    problem = run(SPIRAL, ("a", "start"), t=(0, 1), method="reversible_heun", step=1 / steps)
    found = Reversible().backward(problem.solve, itself, problem.inputs)
    assert np.abs(found.at[0].numpy() - end).max() == pytest.approx(error, rel=5e-3)
    assert found.gap <= (4e-15 if steps < 800 else 8e-15)  # the sizes of the steps are rounded, too
    assert not found.note


@pytest.mark.parametrize(("steps", "error"), [(100, 2.1e-3), (800, 4.1e-6)])
def test_heuns_own_method_does_not_come_back(steps: int, error: float) -> None:
    options = {"method": "heun_2", "step": 1 / steps}
    there = core.integrate(core.parse(SPIRAL), [2.0, 0.0], t=(0, 1), **options)
    back = core.integrate(core.parse(SPIRAL), there.z[-1], t=(1, 0), **options)
    assert np.abs(back.z[-1] - [2.0, 0.0]).max() == pytest.approx(error, rel=2e-2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", [SPIRAL, DRIVEN])
@pytest.mark.parametrize("at", [None, [0.0, 0.33, 0.8]])
def test_the_gradient_is_that_of_the_whole_tape(method: str, text: str, at: list[float] | None) -> None:
    names = (*core.parse(text).defaults(), "start")
    problem = run(text, names, t=(0, 1), method=method, step=0.02, at=at)
    through = Discrete().backward(problem.solve, torch.sin, problem.inputs)
    found = Reversible().backward(problem.solve, torch.sin, problem.inputs)
    assert torch.equal(found.at, through.at)
    for name in names:
        assert found.grads[name].numpy() == pytest.approx(through.grads[name].numpy(), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("method", METHODS)
def test_adaptive_steps_of_a_ragged_batch(method: str) -> None:
    starts = [[2.0, 0.0], [0.5, 1.0], [1.0, -1.0]]
    problem = run(SPIRAL, ("a", "b", "start"), starts, t=(0, 1), method=method, rtol=1e-2)
    through = Discrete().backward(problem.solve, itself, problem.inputs)
    found = Reversible().backward(problem.solve, itself, problem.inputs)
    for name, gradient in through.grads.items():
        assert found.grads[name].numpy() == pytest.approx(gradient.numpy(), rel=1e-11, abs=1e-12)
    assert found.gap < 1e-13


def test_memory_does_not_grow_with_the_steps() -> None:
    peaks = set()
    for steps in (10, 80):
        problem = run(SPIRAL, ("a",), t=(0, 1), method="reversible_heun", step=1 / steps)
        with measured_memory() as memory:
            found = Reversible().backward(problem.solve, itself, problem.inputs)
        assert found.held_bytes == 3 * 2 * 8  # state, companion and slope
        peaks.add(memory.peak)
    assert len(peaks) == 1


def test_off_the_imaginary_axis_rounding_grows_and_the_gap_tells() -> None:
    """mu^2 - 2 z mu - 1 = 0 at z = h k = -0.5: |mu| = 1.618 is the golden ratio."""
    problem = run(DECAY, ("k",), t=(0, 40), method="reversible_heun", step=0.5)
    states = core.integrate(core.parse(DECAY), [1.0], t=(0, 40), method="reversible_heun", step=0.5).z[:, 0]
    assert abs(states[-1] / states[-2]) == pytest.approx((1 + sqrt(5)) / 2, rel=1e-9)
    found = Reversible().backward(problem.solve, torch.ones_like, problem.inputs)
    assert found.gap > 1e-9
    assert "take checkpointed" in found.note


def test_float32_and_a_card() -> None:
    options = {"t": (0, 1), "method": "asynchronous_leapfrog", "step": 0.05}
    cards = [
        core.gradient(core.parse(SPIRAL), half_square, ("a", "start"), "reversible", dtype=dtype, integrate=options)
        for dtype in ("float32", "float64")
    ]
    assert cards[0].grads["a"].dtype == torch.float32
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-3)
    assert cards[1].exact
    assert cards[1].gap < 1e-13


@pytest.mark.parametrize("method", ["dopri5", "radau5"])
def test_steps_that_cannot_be_undone_are_refused_with_a_cure(method: str) -> None:
    with pytest.raises(ValueError, match=r'cannot be undone: integrate with method="reversible_heun" or'):
        core.gradient(core.parse(DECAY), half_square, "k", "reversible", integrate={"t": (0, 1), "method": method})
