"""Gradients through implicit, linearly implicit, exponential, splitting and reversible steps: exact for the numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor
from trajectories import DECAY, STIFF, half_square, itself, run

import core
from core import catalogue
from core.finite_differences import differences
from core.gradient_methods.checkpointed import Checkpointed
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.forward_sensitivity import ForwardSensitivity

DRIVEN_SPIRAL = "x' = a*x^3 - 2*y^3 + 0.1*cos(t)\ny' = b*x^3 - 0.1*y^3\na = -0.1\nb = 2\nstart (1.5, 0)"
PENDULUM = "q' = p\np' = -k*sin(q)\nk = 1.3\nstart (1, 0.2)"
IMPLICIT = ["gauss2", "radau5", "kvaerno3", "sdirk4", "trapezoid", "tr_bdf2"]
LINEAR = ["rosenbrock23", "rodas4", "kencarp3", "exponential_euler", "etdrk4"]
PAIRED = ["verlet", "symplectic_euler", "reversible_heun", "asynchronous_leapfrog"]


def weighted(z: Tensor) -> Tensor:
    return (torch.tensor([1.0, -0.5], dtype=z.dtype) * z * z).sum()


def text_of(method: str) -> str:
    return PENDULUM if method in ("verlet", "symplectic_euler") else DRIVEN_SPIRAL


@pytest.mark.parametrize("method", IMPLICIT + LINEAR + PAIRED)
@pytest.mark.parametrize("at", [None, [0.0, 0.13, 0.3, 0.37]])
def test_equal_steps_against_differences_of_whole_runs(method: str, at: list[float] | None) -> None:
    """Equal steps do not move when an input does, and neither kernel nor numpy knows of derivatives."""
    text = text_of(method)
    names = (*core.parse(text).defaults(), "start")
    problem = run(text, names, t=(0, 0.37), method=method, step=0.15, at=at)
    found = Discrete().backward(problem.solve, lambda z: problem.cotangent(weighted, z), problem.inputs)
    assert found.at.numpy() == pytest.approx(problem.solve.z.numpy(), rel=1e-12, abs=1e-13)
    assert not found.note
    exact, quotients = problem.chosen(found.grads), differences(problem, weighted)
    for name in names:
        assert exact[name].numpy() == pytest.approx(quotients[name].numpy(), rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("method", ["dopri5", "radau5", "kvaerno3", "rosenbrock23", "kencarp3", "etdrk4", *PAIRED])
def test_all_exact_methods_agree_on_adaptive_steps_of_a_ragged_batch(method: str) -> None:
    """Two trajectories with steps of their own, several output times, forward and backward mode."""
    text = text_of(method)
    names = (*core.parse(text).defaults(), "start")
    adaptive = catalogue.integrator(method).adaptive and method not in PAIRED
    options = {"rtol": 1e-2} if adaptive else {"step": 0.1}
    problem = run(text, names, [[1.5, 0.0], [0.1, -1.0]], t=(0, 0.3), method=method, at=[0.17, 0.3], **options)

    def cotangent(z: Tensor) -> Tensor:
        return problem.cotangent(weighted, z)

    wanted = Discrete().backward(problem.solve, cotangent, problem.inputs)
    for other in (Checkpointed(), Checkpointed(1), Checkpointed(2), ForwardSensitivity()):
        found = other.backward(problem.solve, cotangent, problem.inputs)
        assert found.at.numpy() == pytest.approx(wanted.at.numpy(), rel=1e-13, abs=1e-14)
        for name in names:
            scale = wanted.grads[name].abs().max().item()
            assert found.grads[name].numpy() == pytest.approx(wanted.grads[name].numpy(), rel=1e-12, abs=1e-12 * scale)


@pytest.mark.parametrize(("method", "gradient"), [("radau5", "discrete"), ("rodas5p", "checkpointed")])
def test_a_stiff_decay_in_closed_form(method: str, gradient: str) -> None:
    """y' = -k (y - cos t): y(1) = (k^2 cos 1 + k sin 1) / (k^2 + 1) + (2 - k^2 / (k^2 + 1)) e^-k."""
    k, m = 50.0, 2501.0
    by_k = ((2 * k * np.cos(1) + np.sin(1)) * m - (k * k * np.cos(1) + k * np.sin(1)) * 2 * k) / m**2
    by_k -= (2 - k * k / m + 2 * k / m**2) * np.exp(-k)
    options = {"t": (0, 1), "method": method, "rtol": 1e-8, "atol": 1e-11}
    card = core.gradient(core.parse(STIFF), lambda z: z.sum(), ("k", "start"), gradient, integrate=options)
    assert float(card.grads["k"]) == pytest.approx(by_k, rel=1e-7)
    assert float(card.grads["start"]) == pytest.approx(np.exp(-k), abs=1e-11)
    assert card.exact


def test_robertson_against_its_variational_equations() -> None:
    """S' = f_z S + f_k beside the state, by LSODA at 1e-12: another formula, method and program."""
    integrate = pytest.importorskip("scipy.integrate")
    text = (
        "x' = -k1*x + k3*y*z\ny' = k1*x - k3*y*z - k2*y^2\nz' = k2*y^2\nk1 = 0.04\nk2 = 3e7\nk3 = 1e4\nstart (1, 0, 0)"
    )

    def slopes(_t: float, u: np.ndarray) -> np.ndarray:
        (x, y, z), s = u[:3], u[3:].reshape(3, 3)
        jacobian = np.array([[-0.04, 1e4 * z, 1e4 * y], [0.04, -1e4 * z - 6e7 * y, -1e4 * y], [0.0, 6e7 * y, 0.0]])
        direct = np.array([[-x, 0.0, y * z], [x, -y * y, -y * z], [0.0, y * y, 0.0]])
        rates = np.array([-0.04 * x + 1e4 * y * z, 0.04 * x - 1e4 * y * z - 3e7 * y * y, 3e7 * y * y])
        return np.concatenate([rates, (jacobian @ s + direct).reshape(-1)])

    start = np.concatenate([[1.0, 0.0, 0.0], np.zeros(9)])
    atol = np.concatenate([np.full(3, 1e-16), np.tile([1e-14, 1e-23, 1e-19], 3)])
    solution = integrate.solve_ivp(slopes, (0, 10), start, "LSODA", rtol=1e-12, atol=atol)
    wanted = solution.y[3:6, -1]  # of x
    options = {"t": (0, 10), "method": "radau5", "rtol": 1e-8, "atol": 1e-13}
    card = core.gradient(core.parse(text), lambda z: z[0], ("k1", "k2", "k3"), integrate=options)
    assert card.flat() == pytest.approx(wanted, rel=1e-7)


@pytest.mark.parametrize("method", ["radau5", "rodas4"])
def test_float32_agrees_to_its_precision(method: str) -> None:
    cards = [
        core.gradient(
            core.parse(DRIVEN_SPIRAL),
            half_square,
            ("a", "start"),
            dtype=dtype,
            integrate={"t": (0, 0.5), "method": method, "step": 0.1},
        )
        for dtype in ("float32", "float64")
    ]
    assert cards[0].grads["a"].dtype == torch.float32
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-4)


def test_a_network_through_an_implicit_method() -> None:
    torch.manual_seed(3)
    net = torch.nn.Sequential(torch.nn.Linear(2, 12), torch.nn.Tanh(), torch.nn.Linear(12, 2)).double()
    options = {"t": (0, 1), "method": "radau5", "step": 0.25}
    wrt = ("0.weight", "2.bias", "start")
    cards = [
        core.gradient(core.field(net, 2), half_square, wrt, name, start=[[1.0, -1.0]], integrate=options)
        for name in ("discrete", "forward_sensitivity", "checkpointed")
    ]
    fine = {"t": (0, 1), "rtol": 1e-11, "atol": 1e-13}
    wanted = core.gradient(core.field(net, 2), half_square, wrt, start=[[1.0, -1.0]], integrate=fine)
    for card in cards:
        assert card.flat() == pytest.approx(cards[0].flat(), rel=1e-11, abs=1e-13)
        assert card.flat() == pytest.approx(wanted.flat(), rel=1e-4, abs=1e-5)


def test_equations_that_cannot_be_solved_again_are_told() -> None:
    """z' = z^2 + 1 by one implicit Euler step of size 1 has no real solution."""
    problem = run("x' = x^2 + k\nk = 1\nstart (0)", ("k",), t=(0, 1), method="implicit_euler", step=0.1)
    problem.solve.times[0, 1:] = 1.0  # one step of size 1
    found = Discrete().backward(replace(problem.solve, by_hand=None), itself, problem.inputs)
    assert "could not be solved to rounding" in found.note


@pytest.mark.parametrize("method", ["bdf", "adams", "auto"])
@pytest.mark.parametrize("gradient", ["discrete", "checkpointed", "forward_sensitivity"])
def test_methods_that_look_back_are_refused_with_a_cure(method: str, gradient: str) -> None:
    options = {"t": (0, 1), "method": method}
    with pytest.raises(ValueError, match=r"begin anew at every step.*take method=\"(radau5|dopri5)\""):
        core.gradient(core.parse(STIFF), half_square, "k", gradient, integrate=options)


def test_a_gradient_that_undoes_steps_refuses_others_and_is_not_compared() -> None:
    options = {"t": (0, 0.1), "method": "radau5"}
    with pytest.raises(ValueError, match="undoes steps, and those of Radau IIA 5 cannot be undone"):
        core.gradient(core.parse(STIFF), half_square, "k", "reversible", integrate=options)
    options = {"t": (0, 0.1), "method": "implicit_euler", "step": 0.05}
    cards = core.compare_gradients(core.parse(DECAY), half_square, "k", integrate=options)
    about = {name for name, method in catalogue.gradient_methods().items() if method.about == "trajectory"}
    assert {card.method for card in cards[1:-1]} == about - {"reversible"}
