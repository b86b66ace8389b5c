"""Tangents forward: the same numbers as the pass back, from the other side."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from trajectories import DRIVEN, LORENZ, SPIRAL, half_square, itself, run

import core
from core.explicit_step import ExplicitStep
from core.gradient_methods.discrete import Discrete
from core.gradient_methods.forward_sensitivity import ForwardSensitivity


@pytest.mark.parametrize("text", [SPIRAL, LORENZ, DRIVEN])
@pytest.mark.parametrize("method", ["dopri5", "rk4", "radau5", "rodas4"])
def test_the_dot_product_test(text: str, method: str) -> None:
    """<w, S v> = <S^T w, v>: S v by tangents, S^T w by the pass back."""
    names = (*core.parse(text).defaults(), "start")
    step = {"rtol": 1e-4} if method == "dopri5" else {"step": 0.1}
    problem = run(text, names, t=(0, 0.3), method=method, **step)
    generator = torch.Generator().manual_seed(1)
    w = torch.randn(problem.solve.z.shape, generator=generator, dtype=torch.float64)
    v = {name: torch.randn((), generator=generator, dtype=torch.float64) for name in problem.inputs}
    back = Discrete().backward(problem.solve, lambda _z: w, problem.inputs)
    ahead = ForwardSensitivity().backward(problem.solve, lambda _z: w, problem.inputs)
    left, right = (sum(float(v[name] * found.grads[name]) for name in v) for found in (ahead, back))
    assert left == pytest.approx(right, rel=1e-12, abs=1e-12)
    assert ahead.grads["start"].numpy() == pytest.approx(back.grads["start"].numpy(), rel=1e-12, abs=1e-12)


def test_against_the_reference_table() -> None:
    options = {"t": (0, 1), "method": "dop853", "rtol": 1e-9, "atol": 1e-11}
    names = ("start", "a", "b", "c", "d")
    card = core.gradient(core.parse(SPIRAL), half_square, names, "forward_sensitivity", integrate=options)
    wanted = (4.59921623, 0.43099325, 8.16297654, 1.90574524, -0.55324794, 8.85169702)
    assert card.flat() == pytest.approx(wanted, rel=1e-7)
    assert card.exact


def test_the_remainder_of_taylors_theorem_is_quadratic() -> None:
    problem = run(SPIRAL, ("a", "b"), t=(0, 1), method="radau5", step=0.1)
    found = ForwardSensitivity().backward(problem.solve, itself, problem.inputs)
    direction = {"a": 0.8, "b": -0.6}
    linear = sum(direction[name] * found.grads[name].item() for name in direction)

    def loss(h: float) -> float:
        inputs = {name: value + h * direction[name] for name, value in problem.inputs.items()}
        return problem.value(half_square, problem.again(inputs, problem.solve.start))

    steps = [2.0**-k for k in range(6, 12)]
    remainders = [abs(loss(h) - loss(0.0) - h * linear) for h in steps]
    assert np.diff(np.log(remainders)) / np.diff(np.log(steps)) == pytest.approx(2.0, abs=0.1)


def test_memory_does_not_grow_with_the_steps() -> None:
    cards = [
        core.gradient(
            core.parse(SPIRAL),
            half_square,
            ("a", "start"),
            "forward_sensitivity",
            integrate={"t": (0, 1), "method": "rk4", "step": step},
        )
        for step in (0.1, 0.02)
    ]
    # S and one step: 2 x 3 tangents, and of 4 stages the point, the Jacobian, and a share by 3 numbers for each row
    assert cards[0].peak_bytes == cards[1].peak_bytes == 8 * (6 + 4 * (2 + 4 + 6)) + 16


def test_arrays_are_followed_element_by_element() -> None:
    weight = np.array([[0.2, -0.5], [0.4, 0.1]])
    flow = core.parse('z\' = tanh(k*(W z))\nz in R^2\nW = data "W"\nk = 0.7\nstart (1, 0)', {"W": weight})

    def gradient(method: str) -> np.ndarray:
        options = {"t": (0, 1), "rtol": 1e-6, "at": [0.4, 1.0]}
        return core.gradient(flow, half_square, ("W", "k", "start"), method, integrate=options).flat()

    assert gradient("forward_sensitivity") == pytest.approx(gradient("discrete"), rel=1e-12)


def test_without_recorded_stages_implicit_steps_are_solved_from_the_slope_at_the_start() -> None:
    problem = run(SPIRAL, ("a", "start"), t=(0, 1), method="radau5", step=0.1)
    bare = replace(problem.solve, dense=None)
    for method in (Discrete(), ForwardSensitivity()):
        first, second = (method.backward(solve, itself, problem.inputs) for solve in (problem.solve, bare))
        assert first.grads["a"].item() == pytest.approx(second.grads["a"].item(), rel=1e-12)


def test_too_many_numbers_are_refused_with_what_to_take() -> None:
    options = {"t": (0, 1)}
    with pytest.raises(ValueError, match=r"a tangent for each of 7 numbers .* take \"discrete\" or \"checkpointed\""):
        core.gradient(
            core.parse(LORENZ + "\nq = 2"), half_square, ("s", "r", "b", "q"), "forward_sensitivity",
            integrate=options, columns=6,
        )  # fmt: skip


def test_only_the_field_of_an_explicit_method_is_in_forward_mode() -> None:
    """Stages and tangents are summed as plain tensors, and a mate that is lost spoils no other."""
    text, both = "x' = k*x^2\nk = 1\nstart 1", [[3.0], [0.5]]
    problem = run(text, ("k", "start"), both, t=(0, 1), at=[0.1, 0.9], rtol=1e-9, atol=1e-12)
    tangents: list[bool] = []

    def f(t: torch.Tensor, z: torch.Tensor, inputs: dict[str, torch.Tensor]) -> torch.Tensor:
        tangents.append(len(z) == len(inputs["k"]) and torch.autograd.forward_ad.unpack_dual(z).tangent is not None)
        return problem.solve.f(t, z, inputs)

    v = torch.zeros_like(problem.solve.z)
    v[1] = 1.0
    found = ForwardSensitivity().backward(replace(problem.solve, f=f), lambda _z: v, problem.inputs)
    assert tangents
    assert all(tangents)
    times, start = np.array([0.1, 0.9]), 0.5
    assert found.grads["k"].item() == pytest.approx((start**2 * times / (1 - start * times) ** 2).sum(), rel=1e-6)
    assert found.grads["start"][1].item() == pytest.approx((1 / (1 - start * times) ** 2).sum(), rel=1e-6)
    assert found.grads["start"][0].item() == 0.0


def test_plain_sums_take_no_part_in_forward_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    step = ExplicitStep.step

    def watched(self: ExplicitStep, t: torch.Tensor, h: float, z: torch.Tensor, memory: tuple) -> object:
        sizes.append(len(z))
        with torch.autograd.forward_ad.dual_level():
            assert torch.autograd.forward_ad.unpack_dual(z).tangent is None
        return step(self, t, h, z, memory)

    monkeypatch.setattr(ExplicitStep, "step", watched)
    problem = run(SPIRAL, ("a", "start"), t=(0, 0.2), method="rk4", step=0.1)
    ForwardSensitivity().backward(replace(problem.solve, tangents=None), itself, problem.inputs)
    assert sizes == [6, 6]  # three columns, states and tangents
