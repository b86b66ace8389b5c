"""Derivatives of a formula's steps without a tape: the numbers of the tape, and those of closed forms."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor

import core
from core import discrete_adjoint
from core.differentiation import solved
from core.gradient_methods.checkpointed import Checkpointed
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.forward_sensitivity import ForwardSensitivity

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits

FORCED = "x' = s*(y - x)\ny' = x*(r - z) - y\nz' = x*y - b*z + sin(w*t)\ns = 10\nr = 28\nb = 8/3\nw = 2"
STARTS = [[1.0, 1.0, 1.0], [2.0, -1.0, 20.0]]
STEPS = {"rk4": 0.02, "gauss3": 0.04, "trapezoid": 0.04, "implicit_midpoint": 0.04}


def problem(method: str, at: Any = None, **options: Any) -> Any:
    """Two trajectories with different numbers of steps, of an equation that uses t."""
    known = {"t": (0.0, 0.2), "method": method, "rtol": 1e-3, "atol": 1e-6, "step": STEPS.get(method), **options}
    known |= {} if at is None else {"at": at}
    return solved(core.parse(FORCED), ("s", "w", "start"), STARTS, None, None, known, "cpu", "float64")


def graded(z: Tensor) -> Tensor:
    """A derivative of the loss that is another one at every component, time and trajectory."""
    return z.detach() * torch.linspace(1.0, 2.0, z.numel(), dtype=z.dtype).view(z.shape)


def taped(solve: Any) -> Any:
    return replace(solve, by_hand=None, one_by_one=None, tangents=None)


def same(found: Any, wanted: Any, rel: float = 1e-12) -> None:
    assert found.grads.keys() == wanted.grads.keys()
    for name, gradient in wanted.grads.items():
        assert found.grads[name].shape == gradient.shape
        assert float((found.grads[name] - gradient).norm()) <= rel * float(gradient.norm()), name
    assert found.at.numpy() == pytest.approx(wanted.at.numpy(), rel=1e-12)


@pytest.mark.parametrize("at", [None, (0.0, 0.1, 0.11, 0.197)])
@pytest.mark.parametrize("method", ["dopri5", "rk4", "radau5", "tr_bdf2", "trapezoid", "rosenbrock23"])
def test_the_numbers_of_the_tape(method: str, at: Any) -> None:
    found = problem(method, at)
    tape = Discrete().backward(taped(found.solve), graded, found.inputs)
    by_hand = Discrete().backward(found.solve, graded, found.inputs)
    same(by_hand, tape)
    assert by_hand.held_bytes > tape.held_bytes
    checkpointed = Checkpointed(3).backward(found.solve, graded, found.inputs)
    same(checkpointed, tape)
    assert checkpointed.held_bytes < by_hand.held_bytes
    assert checkpointed.recomputed > 0
    same(ForwardSensitivity().backward(found.solve, graded, found.inputs), tape)


def test_steps_that_do_not_go_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    found = problem("radau5", (0.05, 0.2))
    whole = Discrete().backward(found.solve, graded, found.inputs)
    monkeypatch.setattr(discrete_adjoint, "_NUMBERS", 200)
    parts = Discrete().backward(found.solve, graded, found.inputs)
    same(parts, whole, 1e-13)
    assert parts.held_bytes < whole.held_bytes


@pytest.mark.parametrize(
    ("method", "growth", "slope"),
    [
        ("implicit_euler", lambda x: 1 / (1 - x), lambda x: 1 / (1 - x) ** 2),
        ("trapezoid", lambda x: (2 + x) / (2 - x), lambda x: 4 / (2 - x) ** 2),
        ("rk4", lambda x: 1 + x + x**2 / 2 + x**3 / 6 + x**4 / 24, lambda x: 1 + x + x**2 / 2 + x**3 / 6),
    ],
)
@pytest.mark.parametrize("gradient", [Discrete(), Checkpointed(2), ForwardSensitivity()])
def test_ten_steps_of_decay_in_closed_form(method: str, growth: Any, slope: Any, gradient: Any) -> None:
    """y_N = R(h k)^N: d y_N / d k = N h R' R^(N - 1)."""
    options = {"t": (0.0, 1.0), "method": method, "step": 0.1}
    found = solved(core.parse("y' = k*y\nk = -3"), ("k", "start"), [1.0], None, None, options, "cpu", "float64")
    back = gradient.backward(found.solve, torch.ones_like, found.inputs)
    assert float(back.grads["k"]) == pytest.approx(slope(-0.3) * growth(-0.3) ** 9, rel=1e-12)
    assert float(back.grads["start"]) == pytest.approx(growth(-0.3) ** 10, rel=1e-12)


def test_a_rosenbrock_method_differentiates_its_jacobian_too() -> None:
    """Against differences of the run with the very same steps."""
    text, options = "y' = -k*y^3 + cos(k*t)\nk = 2", {"t": (0.0, 1.0), "method": "rodas4", "step": 0.1}

    def end(k: float) -> float:
        return float(core.integrate(core.parse(text), [1.5], params={"k": k}, **options).z[-1, 0])

    found = solved(core.parse(text), ("k", "start"), [1.5], None, None, options, "cpu", "float64")
    back = Discrete().backward(found.solve, torch.ones_like, found.inputs)
    assert float(back.grads["k"]) == pytest.approx((end(2 + 1e-5) - end(2 - 1e-5)) / 2e-5, rel=1e-8)


def test_what_it_cannot_do_goes_by_the_tape() -> None:
    lost = solved(
        core.parse("x' = k*x^2\nk = 1"), ("k", "start"), [[0.2], [3.0]], None, None, {"t": (0, 1)}, "cpu", "float64"
    )
    found = Discrete().backward(lost.solve, lambda z: z, lost.inputs)
    assert torch.isnan(found.grads["start"][1]).all()
    assert torch.isfinite(found.grads["start"][0]).all()
    single = solved(core.parse("x' = k*x\nk = 1"), ("k",), [0.2], None, None, {"t": (0, 1)}, "cpu", "float32")
    assert single.solve.by_hand is None
    assert single.solve.one_by_one is None
