"""A trajectory that fails spoils the gradient only where the loss takes a state of it."""

from __future__ import annotations

from math import nan

import pytest
import torch

import core

BLOWN = "x' = k*x^2\nk = 1 in [0, 5]"
"""x = s / (1 - k s t): from 2 it has blown up at t = 1 / 2, from 0.5 it is 1 at t = 1."""
BACK = ("backsolve", "interpolating", "quadrature")


def of_one(method: str, loss: object, **options: object) -> core.Card:
    times = {"t": (0, 1), "rtol": 1e-9, "atol": 1e-11, "budget": core.Budget(steps=60), **options}
    return core.gradient(core.parse(BLOWN), loss, ("k", "start"), method, start=[[2.0], [0.5]], integrate=times)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", BACK)
@pytest.mark.parametrize("at", [None, [0.9, 1.0]])
def test_what_the_loss_does_not_look_at_is_left_out(method: str, at: list[float] | None) -> None:
    """x_k = s^2 t / (1 - k s t)^2 and x_s = 1 / (1 - k s t)^2."""
    card = of_one(method, lambda z: (z[1] if at is None else z[1, -1]).sum(), at=at)
    assert float(card.grads["k"]) == pytest.approx(1.0, rel=1e-6)
    assert card.grads["start"].flatten().tolist() == pytest.approx([0.0, 4.0], rel=1e-6)
    assert "the forward run" in card.note
    assert "backward" not in card.note


@pytest.mark.parametrize("method", [*BACK, "discrete"])
def test_what_it_was_before_it_failed_counts(method: str) -> None:
    """At t = 0.1 the one from 2 is 2.5, with x_k = 4 * 0.1 / 0.8^2."""
    card = of_one(method, lambda z: z[0, 0].sum() + z[1, 1].sum(), at=[0.1, 1.0])
    assert float(card.grads["k"]) == pytest.approx(0.625 + 1.0, rel=1e-6)
    assert card.grads["start"].flatten().tolist() == pytest.approx([1.0 / 0.64, 4.0], rel=1e-6)


@pytest.mark.parametrize("method", BACK)
def test_a_failed_trajectory_that_the_loss_takes_is_named(method: str) -> None:
    card = of_one(method, lambda z: z.sum())
    assert "1 of 2 trajectories did not come to t = 1, where the loss takes a state" in card.note
    assert float(card.grads["k"]) == pytest.approx(nan, nan_ok=True)
    assert card.grads["start"].flatten().tolist() == pytest.approx([nan, 4.0], rel=1e-6, nan_ok=True)


def test_a_loss_without_a_derivative_is_named() -> None:
    for method in BACK:
        card = core.gradient(
            core.parse(BLOWN), lambda z: z.sum() * nan, "k", method, start=[0.5], integrate={"t": (0, 1)}
        )
        assert "the loss has no finite derivative here" in card.note


def test_an_equilibrium_is_taken_of_those_alone_that_have_one() -> None:
    """x' = k - x^2 rests at sqrt(k); from -2 it runs away."""
    card = core.gradient(
        core.parse("x' = k - x^2\nk = 4 in [0, 5]"), lambda z: z[1].sum(), "k", "steady_state",
        start=[[-3.0], [1.0]], integrate={"t": (0, 9), "rtol": 1e-9, "budget": core.Budget(steps=300)},
    )  # fmt: skip
    assert float(card.grads["k"]) == pytest.approx(0.25, rel=1e-6)
    assert card.backward_residual < 1e-12


@pytest.mark.parametrize("method", BACK)
def test_times_move_what_has_a_state(method: str) -> None:
    """d x(1) / d t1 = k x^2."""
    system, times = core.parse(BLOWN), {"t": (0, 1), "rtol": 1e-9, "atol": 1e-11, "budget": core.Budget(steps=60)}
    card = core.gradient(system, lambda z: z[1].sum(), "span", method, start=[[2.0], [0.5]], integrate=times)
    assert card.grads["span"].dtype == torch.float64
    assert float(card.grads["span"][1]) == pytest.approx(1.0, rel=1e-6)
