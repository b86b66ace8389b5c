"""Step-size control: the formulas, their limits and the refusals."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

import core
from core.catalogue import step_controllers
from core.step_controller import StepController, StepMemory
from core.step_controllers.fixed import Fixed
from core.step_controllers.h211b import FilteredH211b
from core.step_controllers.integral import Integral
from core.step_controllers.proportional_integral import ProportionalIntegral
from core.step_controllers.proportional_integral_derivative import ProportionalIntegralDerivative
from core.step_rules import initial_step, root_mean_square

ADAPTIVE = [controller for controller in step_controllers().values() if controller.adaptive]


def after(previous: object, earlier: object = 1e-4, growth: object = 1.0) -> StepMemory:
    return StepMemory(previous, earlier, growth)


def test_the_factors_of_the_other_controllers_are_the_literatures() -> None:
    before = after(0.25, 0.5, 1.5)
    assert Integral().after_acceptance(0.3, before, 4) == pytest.approx(0.9 * 0.3**-0.2, rel=1e-14)
    pid = 0.9 * 0.3 ** (-0.49 / 5) * 0.25 ** (0.34 / 5) * 0.5 ** (-0.10 / 5)
    assert ProportionalIntegralDerivative().after_acceptance(0.3, before, 4) == pytest.approx(pid, rel=1e-14)
    h211b = 0.9 * (0.3 * 0.25) ** (-1 / 20) * 1.5 ** (-1 / 4)
    assert FilteredH211b().after_acceptance(0.3, before, 4) == pytest.approx(h211b, rel=1e-14)
    for controller in (Integral(), ProportionalIntegralDerivative(), FilteredH211b()):
        assert controller.after_rejection(32.0, 4) == pytest.approx(0.45, rel=1e-14)


@pytest.mark.parametrize("controller", ADAPTIVE)
def test_a_steady_error_settles_at_steady_steps(controller: type[StepController]) -> None:
    """Where the error is K h^q each controller comes to a step that it keeps, with an error ratio below 1."""
    control, h, growth, errors = controller(), 1.0, 1.0, [1e-4, 1e-4]
    for _ in range(200):
        error = min(1.0, 30.0 * h**5)
        before = StepMemory(max(errors[-1], 1e-4), max(errors[-2], 1e-4), growth)
        growth = min(max(control.after_acceptance(error, before, 4), control.limits[0]), control.limits[1])
        errors.append(error)
        h *= growth
    assert growth == pytest.approx(1.0, abs=1e-6)
    assert 0.1 < 30.0 * h**5 < 0.9


def test_the_factor_after_an_accepted_step_is_hairers() -> None:
    control = ProportionalIntegral()
    assert control.after_acceptance(0.5, after(0.25), 4) == pytest.approx(0.9 * 0.5**-0.17 * 0.25**0.04, rel=1e-14)
    # an error that stays where it should neither grows nor shrinks much
    assert control.after_acceptance(1.0, after(1.0), 4) == pytest.approx(0.9)


def test_the_factor_after_a_rejection_forgets_the_step_before() -> None:
    assert ProportionalIntegral().after_rejection(32.0, 4) == pytest.approx(0.9 * 32.0**-0.17, rel=1e-14)


def test_without_beta_the_control_is_the_elementary_one() -> None:
    assert ProportionalIntegral(beta=0.0).after_acceptance(0.01, after(0.5), 4) == pytest.approx(
        0.9 * 0.01**-0.2, rel=1e-14
    )


def test_the_same_lines_serve_tensors() -> None:
    control = ProportionalIntegral()
    error, previous = torch.tensor([0.5, 0.01]).double(), torch.tensor([0.25, 1.0]).double()
    factors = control.after_acceptance(error, after(previous), 4)
    assert factors.tolist() == pytest.approx(
        [control.after_acceptance(0.5, after(0.25), 4), control.after_acceptance(0.01, after(1.0), 4)]
    )


@pytest.mark.parametrize("rtol", [0.0, -1e-6, 1.0, math.nan, math.inf])
def test_a_relative_tolerance_that_is_none_is_refused(rtol: float) -> None:
    with pytest.raises(ValueError, match="rtol must lie between 0 and 1"):
        ProportionalIntegral(rtol=rtol)


@pytest.mark.parametrize("atol", [-1e-9, math.nan, math.inf])
def test_an_absolute_tolerance_that_is_none_is_refused(atol: float) -> None:
    with pytest.raises(ValueError, match="atol must be a finite number of at least 0"):
        ProportionalIntegral(atol=atol)


@pytest.mark.parametrize("step", [0.0, -0.1, math.nan, math.inf])
def test_a_fixed_step_that_is_none_is_refused(step: float) -> None:
    with pytest.raises(ValueError, match="step must be a finite number greater than 0"):
        Fixed(step)


def test_limits_that_allow_no_change_are_refused() -> None:
    with pytest.raises(ValueError, match="step control needs"):
        ProportionalIntegral(largest=0.9)


def _first_step(rate: float, length: float) -> float:
    z = np.array([[1.0]])
    return float(initial_step(np, lambda _t, z: rate * z, np.zeros(1), z, rate * z, length, (1e-6, 1e-9), 4)[0])


def test_the_first_step_of_linear_decay_is_hairers() -> None:
    # scale 1e-9 + 1e-6, d1 = rate / scale, h0 = 0.01 / rate, d2 = rate^2 / scale: h1 = (0.01 / d2)^(1/5)
    scale = 1e-6 + 1e-9
    for rate in (2.0, 30.0):
        expected = min(1.0 / rate, (0.01 / (rate**2 / scale)) ** 0.2)
        assert _first_step(-rate, 10.0) == pytest.approx(expected, rel=1e-3)


def test_the_first_step_does_not_leave_the_span() -> None:
    assert _first_step(-1.0, 1e-7) == 1e-7
    assert _first_step(-1.0, -1e-7) == 1e-7


def test_the_first_step_at_an_equilibrium_is_a_number() -> None:
    z = np.zeros((1, 2))
    step = initial_step(np, lambda _t, z: 0.0 * z, np.zeros(1), z, z, 5.0, (1e-6, 1e-9), 4)
    assert 0.0 < step[0] <= 5.0


def test_numpy_and_torch_find_the_same_first_step() -> None:
    z = np.random.default_rng(0).normal(size=(5, 3))
    in_numpy = initial_step(np, lambda _t, z: np.sin(z), np.zeros(5), z, np.sin(z), 5.0, (1e-6, 1e-9), 4)
    tensor = torch.as_tensor(z)
    in_torch = initial_step(
        torch, lambda _t, z: z.sin(), torch.zeros(5).double(), tensor, tensor.sin(), 5.0, (1e-6, 1e-9), 4
    )
    assert in_torch.numpy() == pytest.approx(in_numpy, rel=1e-13)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13])
def test_root_mean_square_is_the_definition(size: int) -> None:
    x = np.random.default_rng(size).normal(size=(4, size))
    assert root_mean_square(x) == pytest.approx(np.sqrt((x**2).mean(axis=1)), rel=1e-14)


def test_tightening_scales_both_tolerances_and_leaves_fixed_steps_alone() -> None:
    control = ProportionalIntegral(rtol=1e-6, atol=1e-9, safety=0.8).tightened(0.01)
    assert control.tolerances == pytest.approx((1e-8, 1e-11))
    assert control.safety == 0.8
    assert Fixed(0.1).tightened(0.01) == Fixed(0.1)


@pytest.mark.parametrize("end", [3.0, -3.0])
@pytest.mark.parametrize("path", ["auto", "python", "numpy", "torch", "bdf"])
def test_no_step_is_longer_than_the_longest(path: str, end: float) -> None:
    method, path = ("bdf", "numpy") if path == "bdf" else ("dopri5", path)
    system = core.parse("x' = -0.01*x")
    free = core.integrate(system, [1.0], (0.0, end), method, path=path)
    held = core.integrate(system, [1.0], (0.0, end), method, path=path, control={"longest": 0.25})
    assert np.abs(np.diff(free.t)).max() > 0.5
    assert np.abs(np.diff(held.t)).max() <= 0.25 * 1.01
    assert len(held.t) >= 13
    assert held.z[-1, 0] == pytest.approx(np.exp(-0.01 * end), rel=1e-5)


@pytest.mark.parametrize("path", ["auto", "python", "numpy", "torch", "bdf"])
def test_what_needs_a_shorter_step_than_the_shortest_ends(path: str) -> None:
    method, path = ("bdf", "numpy") if path == "bdf" else ("dopri5", path)
    calm = {"method": method, "path": path, "control": {"shortest": 0.03}}
    held = core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), **calm, rtol=1e-3, atol=1e-3)
    assert held.outcome.success
    assert np.diff(held.t)[:-1].min() >= 0.03 * (1.0 - 1e-9)
    fast = core.integrate(core.parse("x' = -1000*(x - cos(t))"), [5.0], (0.0, 1.0), **calm)
    assert fast.outcome.name == "step_underflow"
    assert fast.outcome.t < 0.1
    assert fast.stats.rejected >= 1


def test_a_pulse_is_not_stepped_over() -> None:
    """Steps that grow to seconds where nothing happens see nothing of what lasts a twentieth."""
    system = core.parse("x' = exp(-((t - 50)/0.05)^2)")
    long, short = (core.integrate(system, [0.0], (0.0, 100.0), control=control) for control in ({}, {"longest": 0.05}))
    assert long.z[-1, 0] < 1e-12
    assert short.z[-1, 0] == pytest.approx(0.05 * math.sqrt(math.pi), rel=1e-6)


@pytest.mark.parametrize(
    ("control", "kind", "sentence"),
    [
        ({"longes": 1.0}, TypeError, "no number 'longes'; did you mean 'longest'"),
        ({"rtol": 1.0}, TypeError, "no number 'rtol'"),
        ({"longest": 0.0}, ValueError, "longest must lie between"),
        ({"longest": float("nan")}, ValueError, "longest must lie between"),
        ({"shortest": -1.0}, ValueError, "shortest must lie between"),
        ({"shortest": 0.2, "longest": 0.1}, ValueError, "between 0 and the longest"),
        ({"safety": True}, TypeError, "must be a number"),
        ([("longest", 0.1)], TypeError, "by name"),
    ],
)
def test_numbers_of_control_are_refused_with_a_sentence(control: dict, kind: type, sentence: str) -> None:
    with pytest.raises(kind, match=sentence):
        core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), control=control)


@pytest.mark.parametrize("given", [{"controller": "i"}, {"control": {"safety": 0.5, "longest": 0.1}}])
def test_a_method_that_chooses_its_steps_refuses_what_it_would_ignore(given: dict) -> None:
    for method in ("adams", "bdf"):
        with pytest.raises(ValueError, match="chooses its own steps: leave out controller"):
            core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), method, **given)


def test_fixed_steps_have_no_control() -> None:
    with pytest.raises(ValueError, match="leave out step or control"):
        core.integrate(core.parse("x' = -x"), [1.0], (0.0, 1.0), step=0.1, control={"safety": 0.8})
