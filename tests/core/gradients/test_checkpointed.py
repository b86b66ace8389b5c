"""Binomial checkpointing: as few steps as there can be, little memory, and the numbers of the whole tape."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import comb

import numpy as np
import pytest
import torch
from trajectories import DECAY, LORENZ, SPIRAL, half_square, itself, run

import core
from core.differentiation import solved
from core.gradient_methods.checkpointed import Checkpointed
from core.gradient_methods.discrete import Discrete
from core.reversal_schedule import checkpoints_for, fewest_advances, repetitions, reversal
from core.saved_memory import measured_memory


@cache
def fewest(steps: int, checkpoints: int) -> int:
    """By trying every place for the next checkpoint."""
    if steps <= 1 or checkpoints == 1:
        return steps * (steps - 1) // 2
    return min(m + fewest(steps - m, checkpoints - 1) + fewest(m, checkpoints) for m in range(1, steps))


@pytest.mark.parametrize("checkpoints", [1, 2, 3, 5, 8])
def test_the_schedule_reverses_every_step_in_turn_with_the_fewest_advances(checkpoints: int) -> None:
    for steps in range(1, 60):
        advanced, kept, here, left, most = [0] * steps, set(), 0, steps, 0
        for kind, begin, end in reversal(steps, checkpoints):
            if kind == "advance":
                assert here == begin < end
                here = end
                advanced[begin:end] = [count + 1 for count in advanced[begin:end]]
            elif kind == "keep":
                assert here == begin
                kept.add(begin)
                most = max(most, len(kept))
            elif kind == "restore":
                assert begin in kept
                here = begin
            elif kind == "drop":
                kept.remove(begin)
            else:
                assert here == begin == left - 1
                left = begin
        assert left == 0
        assert most <= checkpoints
        assert max(advanced) <= repetitions(steps, checkpoints)
        assert sum(advanced) == fewest_advances(steps, checkpoints) == fewest(steps, checkpoints)


def test_the_binomial_numbers() -> None:
    assert comb(5 + 3, 5) == 56
    assert (repetitions(56, 5), repetitions(57, 5)) == (3, 4)
    assert fewest_advances(56, 5) == 3 * 56 - comb(8, 6)
    assert checkpoints_for(10_000, 2) == 140
    assert (repetitions(10_000, 140), repetitions(10_000, 139)) == (2, 3)
    assert list(reversal(0, 3)) == [("keep", 0, 0)]


@pytest.mark.parametrize(("steps", "checkpoints"), [(56, 5), (57, 5), (40, 1), (30, 30), (30, 100), (1, 3), (33, 0)])
def test_a_run_recomputes_exactly_that_many_steps(steps: int, checkpoints: int) -> None:
    problem = run(SPIRAL, ("a", "start"), t=(0, 1), method="rk4", step=1 / steps)
    taped = replace(problem.solve, by_hand=None, one_by_one=None)
    through = Discrete().backward(taped, itself, problem.inputs)
    found = Checkpointed(checkpoints).backward(taped, itself, problem.inputs)
    by_hand = Checkpointed(checkpoints).backward(problem.solve, itself, problem.inputs)
    used = checkpoints or checkpoints_for(steps, 2)
    assert found.recomputed == fewest_advances(steps, used)
    assert found.evaluations == 4 * (steps + found.recomputed)
    assert found.products == 4 * steps
    for name in ("a", "start"):
        assert found.grads[name].numpy() == pytest.approx(through.grads[name].numpy(), rel=1e-13)
        assert by_hand.grads[name].numpy() == pytest.approx(through.grads[name].numpy(), rel=1e-12)
    assert torch.equal(found.at, through.at)
    assert by_hand.recomputed == found.recomputed
    assert by_hand.evaluations == found.evaluations + 4 * steps  # f stands beside its derivative by the parameter
    assert by_hand.products == 4 * steps * (2 + 1)  # two rows of the Jacobian, and one product for the parameter


@pytest.mark.parametrize("text", [SPIRAL, LORENZ])
def test_against_the_reference_table(text: str) -> None:
    names = ("start", "a", "b", "c", "d") if text == SPIRAL else ("start", "r")
    wanted = (4.59921623, 0.43099325, 8.16297654, 1.90574524, -0.55324794, 8.85169702)
    wanted = wanted if text == SPIRAL else (-10.5178657, -9.11806355, 19.84530476, 7.57533717)
    options = {"t": (0, 1), "rtol": 1e-10, "atol": 1e-12}
    card = core.gradient(core.parse(text), half_square, names, "checkpointed", integrate=options, checkpoints=10)
    assert card.flat() == pytest.approx(wanted, rel=1e-7)
    assert card.exact
    assert card.recomputed > 0


def test_ten_euler_steps_in_closed_form() -> None:
    options = {"t": (0, 1), "method": "euler", "step": 0.1}
    card = core.gradient(core.parse(DECAY), half_square, "k", "checkpointed", integrate=options, checkpoints=3)
    assert float(card.grads["k"]) == pytest.approx(0.135085171767, abs=1e-12)
    assert card.recomputed == fewest_advances(10, 3)


@pytest.mark.parametrize("at", [[0.0], [0.0, 0.3, 1.0], np.linspace(0.05, 0.95, 12).tolist()])
def test_output_times_of_a_ragged_batch(at: list[float]) -> None:
    problem = run(LORENZ, ("s", "r", "start"), [[1.0, 1, 1], [2, 0, 20], [-3, 1, 15]], t=(0, 1), rtol=1e-4, at=at)
    through = Discrete().backward(problem.solve, torch.cos, problem.inputs)
    found = Checkpointed(4).backward(problem.solve, torch.cos, problem.inputs)
    for name, gradient in through.grads.items():
        assert found.grads[name].numpy() == pytest.approx(gradient.numpy(), rel=1e-11, abs=1e-11)


def test_a_mate_that_blows_up_spoils_no_start() -> None:
    card = core.gradient(
        core.parse("x' = k*x^2\nk = 1"),
        half_square,
        ("start", "k"),
        "checkpointed",
        start=[[0.2], [3.0]],
        integrate={"t": (0, 1)},
    )
    assert not card.exact
    assert float(card.grads["start"][0]) == pytest.approx(0.2 / 0.8**3, rel=1e-5)
    assert torch.isnan(card.grads["start"][1]).all()


def _network_bytes(method: Discrete | Checkpointed, steps: int, by_tape: bool = True) -> tuple[int, int]:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2))
    names = ("0.weight", "0.bias", "2.weight", "2.bias", "start")
    options = {"t": (0, 1), "method": "rk4", "step": 1 / steps}
    problem = solved(core.field(net, 2), names, torch.randn(100, 2), None, None, options, "cpu", "float32")
    solve = replace(problem.solve, by_hand=None) if by_tape else problem.solve
    with measured_memory() as memory:
        found = method.backward(solve, itself, problem.inputs)
    return memory.peak, found.held_bytes


def test_memory_of_a_network_to_the_byte() -> None:
    """RK4 through a 2-64-2 tanh network with a batch of 100, in float32."""
    whole = {steps: _network_bytes(Discrete(), steps)[0] for steps in (1, 5, 20)}
    assert all(used <= 1024 + 105_600 * steps for steps, used in whole.items())
    assert whole[20] - whole[5] == 15 * 105_600
    for steps, checkpoints in ((20, 3), (50, 3), (50, 9)):
        tape, held = _network_bytes(Checkpointed(checkpoints), steps)
        assert tape <= 1024 + 105_600
        assert held <= checkpoints * 100 * 2 * 4
    for steps in (5, 20):  # recorded steps in place of a tape
        assert sum(_network_bytes(Discrete(), steps, by_tape=False)) <= 1024 + 105_600 * steps


def test_of_many_steps_memory_stays_small_and_the_gradient_the_same() -> None:
    field = core.field(lambda z: -0.1 * z * z, 100)
    options = {"t": (0, 10), "method": "euler", "step": 10 / 1500}
    cards = [
        core.gradient(field, half_square, "start", name, start=np.linspace(0.5, 1.0, 100), integrate=options)
        for name in ("discrete", "checkpointed")
    ]
    assert cards[1].flat() == pytest.approx(cards[0].flat(), rel=1e-12)
    assert cards[1].peak_bytes <= 800 * (checkpoints_for(1500, 2) + 8)
    assert cards[1].peak_bytes < cards[0].peak_bytes / 20
