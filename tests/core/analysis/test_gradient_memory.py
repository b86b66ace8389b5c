"""Bytes that gradient methods keep over the depth: to the byte on the tutorial's layer and through a network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.analysis.gradient_inputs import batch_inputs, parameter_inputs
from core.analysis.gradient_memory import Deep, gradient_memory
from core.analysis.memory_law import memory_law
from core.analysis.solves_of_depth import layer_solves, trajectory_solves
from core.background import Deadline
from core.budget import Budget
from core.differentiation import solved
from core.formula_field import FormulaField
from core.formula_map import FormulaMap
from core.gradient_method import Backward, TrajectoryGradient
from core.gradient_methods.adjoint_picard import AdjointPicard
from core.gradient_methods.backsolve import Backsolve
from core.gradient_methods.checkpointed import Checkpointed
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.implicit import Implicit
from core.gradient_methods.phantom import Phantom
from core.gradient_methods.unrolled import Unrolled
from core.language import parse
from core.presets import load_preset
from core.readings import GradientMemory, MemoryLaw
from core.reversal_schedule import checkpoints_for

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits

NUMBERS = [2, 5, 10, 20, 80]
STEPS = [1, 2, 3, 4, 8, 16, 32]
NETWORK = 1024, 105_600
"""Of RK4 through a 2-64-2 tanh network with a batch of 100 in float32: bytes, and bytes of every step."""


def blank(about: str = "trajectory") -> GradientMemory:
    return GradientMemory(about, "", 1, 1, "", (), 1)


def last(work: Iterator[GradientMemory | None]) -> GradientMemory:
    *_, memory = (memory for memory in work if memory is not None)
    return memory


def first_chapter(dtype: str, *methods: Any) -> GradientMemory:
    """The layer of the preset, all its samples together, by its weights."""
    experiment, _ = load_preset("tutorial_memory")
    mapping = FormulaMap(parse(experiment.text, experiment.tensors))
    rows = np.arange(10)
    inputs = batch_inputs(mapping, rows, experiment.gradient.wrt, dtype)
    solves = layer_solves(mapping, np.zeros((10, 50)), rows, dtype, NUMBERS)
    return last(gradient_memory(blank("fixed point"), solves, methods, torch.ones_like, inputs))


def test_the_preset_is_the_tutorials_layer() -> None:
    experiment, _ = load_preset("tutorial_memory")
    assert (experiment.dtype, experiment.gradient.wrt) == ("float32", "W")
    system = parse(experiment.text, experiment.tensors)
    assert (system.size, system.batch) == (50, 10)


@pytest.mark.parametrize("begin", ["start", "solution"])
def test_the_tutorials_layer_keeps_12000_and_2000_k_bytes(begin: str) -> None:
    (line,) = first_chapter("float32", Unrolled(begin=begin)).lines
    assert line.kept.tolist() == [12_000 + 2_000 * k for k in NUMBERS]
    assert line.law == MemoryLaw("linear", 12_000, 2_000)


def test_in_float64_the_numbers_double_and_what_does_not_unroll_stays() -> None:
    unrolled, adjoint, phantom, dense = first_chapter(
        "float64", Unrolled(), AdjointPicard(), Phantom(), Implicit()
    ).lines
    assert unrolled.kept.tolist() == [24_000 + 4_000 * k for k in NUMBERS]
    assert adjoint.law == phantom.law == MemoryLaw("constant", 28_000)
    assert dense.law is not None
    assert (dense.law.form, dense.law.off) == ("constant", 0.0)
    assert dense.kept[0] >= 10 * 50 * 50 * 8  # the Jacobians of all samples


def network(*methods: TrajectoryGradient) -> GradientMemory:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 64), torch.nn.Tanh(), torch.nn.Linear(64, 2))
    names, start = ("0.weight", "0.bias", "2.weight", "2.bias", "start"), torch.randn(100, 2)

    def problem(steps: int) -> Any:
        options = {"t": (0, 1), "method": "rk4", "step": 1 / steps}
        return solved(core.field(net, 2), names, start, None, None, options, "cpu", "float32")

    solves = [Deep(steps, lambda _deadline, steps=steps: problem(steps).solve) for steps in STEPS]
    return last(gradient_memory(blank(), solves, methods, torch.ones_like, problem(4).inputs))


def test_a_network_keeps_at_most_105600_bytes_a_step() -> None:
    """Written out and on a tape: see tests/core/gradients/test_checkpointed.py for the tape to the byte."""
    discrete, checkpointed = network(Discrete(), Checkpointed()).lines
    depth, (first, step) = np.array(STEPS), NETWORK
    assert (discrete.kept <= first + step * depth).all()
    assert discrete.kept[-1] / depth[-1] < 0.5 * step
    few = np.array([checkpoints_for(count, 2) for count in depth])
    assert (checkpointed.kept <= first + step + few * 100 * 2 * 4).all()


def test_a_formula_by_steps() -> None:
    field = FormulaField(parse("y' = -k*y\nk = 1"))
    euler, start = catalogue.tableau("euler"), np.array([1.0])
    methods = Discrete(), Backsolve(), Checkpointed()
    solves = trajectory_solves(field, euler, (0.0, 2.0), start, Budget())
    memory = last(gradient_memory(blank(), solves, methods, torch.ones_like, parameter_inputs(field)))
    assert memory.depth.tolist() == [4, 8, 16, 32, 64, 128, 256]
    discrete, backsolve, checkpointed = memory.lines
    assert discrete.law is not None
    assert (discrete.law.form, discrete.law.off) == ("linear", 0.0)
    assert backsolve.law == MemoryLaw("constant", 3 * 8)  # state, adjoint, and the one integral
    few = np.array([checkpoints_for(int(count), 2) for count in memory.depth])
    assert (np.diff(checkpointed.kept) == 8 * np.diff(few)).all()
    assert checkpointed.law is not None
    assert checkpointed.law.form == "root"
    assert memory.done == memory.total == 21


def test_steps_that_are_too_large_are_left_out_with_a_sentence() -> None:
    field = FormulaField(parse("y' = -k*y^3\nk = 20"))
    solves = trajectory_solves(field, catalogue.tableau("euler"), (0.0, 10.0), np.array([1.0]), Budget())
    memory = last(gradient_memory(blank(), solves, (Backsolve(),), torch.ones_like, parameter_inputs(field)))
    assert memory.note.startswith("in 8 steps the trajectory grew beyond every finite number")
    assert 8 not in memory.depth
    assert len(memory.depth) == 4  # more steps are tried until there are enough
    assert memory.depth[-1] > 256


def test_an_iteration_that_runs_away_says_so() -> None:
    mapping = FormulaMap(parse("z <- a*z^2 + 1\na = 1"))
    solves = layer_solves(mapping, np.array([[2.0]]), None, "float64")
    inputs = batch_inputs(mapping, None, "", "float64")
    memory = last(gradient_memory(blank("fixed point"), solves, (Unrolled(),), torch.ones_like, inputs))
    assert memory.depth.tolist() == [2, 5]
    assert memory.note.startswith("plain iteration runs away: after 10 iterations")
    assert memory.lines[0].law is None


class _Refusing(TrajectoryGradient):
    name = "refusing"
    title = "refusing"
    exact = True
    asked = 0

    def backward(self, *_: Any) -> Backward:
        type(self).asked += 1
        raise ValueError("it wants another integrator")


class _Slow(TrajectoryGradient):
    name = "slow"
    title = "slow"
    exact = True

    def backward(self, *_: Any) -> Backward:
        raise AssertionError("never asked: the solve itself takes too long")


def test_refusals_and_what_takes_too_long() -> None:
    def solve(deadline: Deadline) -> None:
        while deadline.seconds < 1e9 and _Refusing.asked:
            deadline.leave()
            deadline.check()

    work = gradient_memory(blank(), [Deep(1, solve), Deep(2, solve)], (_Refusing(), _Slow()), torch.ones_like, {})
    refusing, slow = last(work).lines
    assert refusing.note == "it wants another integrator"
    assert _Refusing.asked == 1
    assert slow.note == "at 1 its time was over"
    assert np.isnan(refusing.kept).all()
    assert np.isnan(slow.kept).all()


DEPTH = np.array([4.0, 8.0, 16.0, 32.0, 64.0, 128.0])


def test_laws_of_made_up_numbers() -> None:
    assert memory_law(DEPTH, np.full(6, 40.0)) == MemoryLaw("constant", 40.0)
    assert memory_law(DEPTH, 7.0 + 3.0 * DEPTH) == MemoryLaw("linear", 7.0, 3.0)
    assert memory_law(DEPTH[:2], DEPTH[:2]) is None
    assert memory_law(DEPTH, np.where(DEPTH > 40.0, np.nan, 2.0 * DEPTH)) == MemoryLaw("linear", 0.0, 2.0)
    bent = memory_law(DEPTH, 100.0 + 3.0 * DEPTH * np.array([1, 1.2, 1, 0.9, 1.1, 1]))
    assert bent is not None
    assert bent.form == "linear"
    assert 0.0 < bent.off < 0.25
    root = memory_law(DEPTH, np.round(50.0 + 20.0 * np.sqrt(DEPTH)))
    assert root is not None
    assert root.form == "root"
    assert (root.first, root.second) == pytest.approx((50.0, 20.0), rel=0.02)
    assert root.off < 0.01
    wild = memory_law(DEPTH, np.array([10.0, 900.0, 20.0, 800.0, 30.0, 700.0]))
    assert wild == MemoryLaw("between", 10.0, 900.0)
