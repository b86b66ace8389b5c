"""What gradients cost: the stated errors of experiment 7 and 9, exact bytes, and reasons where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from time import sleep
from typing import Any

import numpy as np
import pytest
import torch

import core
from core import catalogue
from core.analysis.forward_run import ForwardRun
from core.analysis.layer_costs import LayerQuestion, layer_costs
from core.analysis.trajectory_costs import trajectory_costs
from core.background import Deadline, OutOfTimeError, asking, beside
from core.budget import Budget
from core.formula_field import FormulaField
from core.formula_map import FormulaMap
from core.gradient_method import Backward, TrajectoryGradient
from core.gradient_methods.backsolve import Backsolve
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.implicit import Implicit
from core.gradient_methods.jacobian_free import JacobianFree
from core.gradient_methods.unrolled import Unrolled
from core.ode_path import choose_controller
from core.readings import GradientCosts

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits

NEURON = "z <- tanh(w*z + x)\nw = 0.5 in [0, 2]\nx = 0.3 in [-2, 2]"
ROOT, SLOPE = 0.500831887669865027, 0.374583710146520


def run_of(text: str, start: list[float], end: float, rtol: float = 1e-9, step: float | None = None) -> ForwardRun:
    tableau = catalogue.tableau("dopri5" if step is None else "euler")
    field = FormulaField(core.parse(text))
    return ForwardRun(
        field, tableau, choose_controller(tableau, rtol, rtol, step), (0.0, end), np.array(start), Budget()
    )


def last(work: Iterator[GradientCosts | None]) -> GradientCosts:
    *_, costs = (costs for costs in work if costs is not None)
    return costs


def test_a_neuron_by_three_methods() -> None:
    question = LayerQuestion(FormulaMap(core.parse(NEURON)), np.array([ROOT]), np.array([0.0]))
    costs = last(layer_costs(question, (Implicit(), JacobianFree(), Unrolled(k=3), Unrolled(k=5))))
    implicit, free, unrolled, deeper = costs.methods
    assert costs.names == ("w", "x")
    assert costs.reference == pytest.approx((0.599931500623414, 1.19787001465624), rel=1e-12)
    assert implicit.relative_error < 1e-13
    assert free.relative_error == pytest.approx(SLOPE, rel=1e-9)
    assert unrolled.relative_error == pytest.approx(SLOPE**3, rel=1e-9)
    assert free.residual == pytest.approx(SLOPE, rel=1e-9)
    assert free.bound >= free.relative_error
    # to the byte: every further iteration keeps the same two numbers
    assert deeper.kept - unrolled.kept == unrolled.kept - free.kept == 2 * 2 * 8
    assert [method.doubtful for method in costs.methods] == [False, True, True, False]
    assert [(method.evaluations, method.products) for method in costs.methods[1:]] == [(1, 1), (3, 3), (5, 5)]
    assert unrolled.note == Unrolled.caveat


def test_a_layer_without_a_finite_point_says_so() -> None:
    question = LayerQuestion(FormulaMap(core.parse(NEURON)), np.array([np.nan]), np.array([0.0]))
    costs = last(layer_costs(question, (Implicit(),)))
    assert costs.methods == ()
    assert "no number" in costs.note


def test_euler_in_closed_form_by_both() -> None:
    run = run_of("y' = k*y\nk = -1", [1.0], 1.0, step=0.1)
    costs = last(trajectory_costs(run, (Discrete(), Backsolve())))
    discrete, backsolve = costs.methods
    assert costs.reference[0] == pytest.approx(0.135335283237, rel=1e-8)
    assert discrete.gradient[0] == pytest.approx(0.135085171767, abs=1e-12)
    assert backsolve.gradient[0] == pytest.approx(0.116249074393, abs=1e-12)
    assert backsolve.gap == pytest.approx(1.0 - 0.904382075009, abs=1e-12)
    assert backsolve.doubtful
    assert "do not trust" in backsolve.note
    assert discrete.kept > backsolve.kept == 3 * 8  # state, adjoint, and the one integral
    assert (costs.forward_evaluations, discrete.evaluations) == (10, 10)


@pytest.mark.parametrize(("rate", "gap"), [(5, 9.4e-8), (10, 1.6e-5), (20, 0.32), (30, 6.8e3), (50, 3.4e12)])
def test_the_gap_of_experiment_nine_by_order_of_magnitude(rate: int, gap: float) -> None:
    run = run_of(f"y' = -k*(y - cos(t))\nk = {rate}", [2.0], 1.0)
    (found,) = last(trajectory_costs(run, (Backsolve(),))).methods
    assert abs(np.log10(found.gap / gap)) < 1.0


def test_a_run_that_does_not_arrive_has_no_costs() -> None:
    costs = last(trajectory_costs(run_of("x' = k*x^2\nk = 1", [1.0], 2.0), (Discrete(),)))
    assert costs.methods == ()
    assert "needed a step smaller" in costs.note


class _Refusing(TrajectoryGradient):
    name = "refusing"
    title = "refusing"
    exact = True

    def backward(self, *_: Any) -> Backward:
        raise ValueError("it wants another integrator")


def test_a_refusal_is_a_line_with_its_reason() -> None:
    run = run_of("y' = k*y\nk = -1", [1.0], 1.0)
    refused, backsolve = last(trajectory_costs(run, (_Refusing(), Backsolve()))).methods
    assert refused.note == "it wants another integrator"
    assert np.isnan(refused.gradient).all()
    assert not refused.doubtful  # it is not wrong: it has no part in this run
    assert not backsolve.doubtful


def test_what_takes_too_long_is_left() -> None:
    def forever(deadline: Deadline) -> None:
        slow = asking(sleep, deadline)
        while True:
            slow(0.001)

    with pytest.raises(OutOfTimeError):
        for _ in beside(forever, 0.05):
            pass


def test_a_closed_work_ends_by_itself() -> None:
    met = []

    def work(deadline: Deadline) -> None:
        try:
            while True:
                deadline.check()
                sleep(0.001)
        except OutOfTimeError:
            met.append(True)

    running = beside(work, 60.0)
    next(running)
    running.close()
    for _ in range(200):
        sleep(0.005)
        if met:
            break
    assert met == [True]
