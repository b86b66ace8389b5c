"""What `core.compare_gradients` adds: a complex step, a bound from a finer run, the peak of all tensors, flags."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from trajectories import DRIVEN, SPIRAL, STIFF, half_square

import core
from core.allocated_memory import measured_allocations
from core.gradient_card import Card

CROSSING = "solve x = 2, y = 0.5\n0 = x^2 + y^2 - a\n0 = x*y - b\na = 4\nb = 1"


def by_method(cards: tuple[Card, ...]) -> dict[str, Card]:
    return {card.method: card for card in cards}


@pytest.mark.parametrize("text", [SPIRAL, DRIVEN])
@pytest.mark.parametrize("at", [None, (0.0, 0.3, 0.77, 1.0)])
def test_a_complex_step_agrees_to_the_last_digits(text: str, at: tuple[float, ...] | None) -> None:
    names = (*list(core.parse(text).defaults())[:1], "start")
    cards = by_method(
        core.compare_gradients(core.parse(text), half_square, names, "discrete", integrate={"t": (0, 1), "at": at})
    )
    assert cards["complex_step"].relative_error < 1e-12
    assert cards["finite_differences"].relative_error > cards["complex_step"].relative_error


def test_a_complex_step_backward_in_time_where_one_trajectory_ends_first() -> None:
    system = core.parse("x' = y\ny' = k*(1 - x^2)*y - x\nk = 1")
    starts = [[2.0, 0.0], [0.1, 0.2], [1.0, -1.0]]
    options = {"t": (0.0, -1.0), "at": [-0.2, -0.7, -1.0]}
    cards = by_method(core.compare_gradients(system, half_square, "k", "discrete", start=starts, integrate=options))
    assert cards["complex_step"].relative_error < 1e-11


def test_nothing_is_lost_at_a_fold() -> None:
    fold = core.parse("z <- z - z^2 + a\na = 0")
    cards = by_method(core.compare_gradients(fold, half_square, "a", start=[0.0], solve={"method": "newton"}))
    assert "singular" in cards["implicit"].note
    assert "complex_step" not in cards


@pytest.mark.parametrize(("dtype", "rtol"), [("float32", 1e-6), ("float64", 1e-15)])
def test_where_tolerances_cannot_be_smaller_there_is_no_bound(dtype: str, rtol: float) -> None:
    options = {"t": (0, 1), "rtol": rtol}
    _, card, *_ = core.compare_gradients(
        core.parse(SPIRAL), half_square, "a", "discrete", integrate=options, dtype=dtype
    )
    assert np.isnan(card.error_bound)
    assert card.relative_error < 1e-4


def test_the_reference_does_not_spend_the_budget_of_the_run() -> None:
    options = {"t": (0, 1), "budget": core.Budget(steps=60)}
    reference, card, *_ = core.compare_gradients(core.parse(SPIRAL), half_square, "a", "discrete", integrate=options)
    assert reference.exact
    assert card.relative_error < 1e-3


def test_a_complex_step_of_an_equation_and_of_several_samples() -> None:
    cards = by_method(
        core.compare_gradients(core.parse(CROSSING), half_square, ("a", "b"), "implicit", solve={"method": "newton"})
    )
    assert cards["complex_step"].flat() == pytest.approx((0.5, 0.0), abs=1e-14)  # |z|^2 = a, whatever b
    neuron = core.parse("z <- tanh(w*z + x)\nw = 0.5\nx = 0.3")
    starts = np.array([[0.1], [2.0]])
    cards = by_method(core.compare_gradients(neuron, half_square, ("w", "start"), "implicit", start=starts))
    assert cards["complex_step"].grads["w"].item() == pytest.approx(2 * 0.500831887669865 * 0.599931500623414)
    assert torch.equal(cards["complex_step"].grads["start"], torch.zeros(2, 1, dtype=torch.float64))


@pytest.mark.parametrize("text", ["x' = k - abs(x)\nk = 2\nstart (1)", "x' = max(k - x, 0)\nk = 2\nstart (1)"])
def test_no_complex_step_of_what_is_not_analytic(text: str) -> None:
    cards = by_method(core.compare_gradients(core.parse(text), half_square, "k", integrate={"t": (0, 1)}))
    assert "complex_step" not in cards
    assert cards["finite_differences"].relative_error < 1e-8


@pytest.mark.parametrize(
    "options",
    [{"rtol": 1e-3, "atol": 1e-6}, {"rtol": 1e-7}, {"method": "euler", "step": 0.002}, {"method": "rk4", "step": 0.1}],
)
@pytest.mark.parametrize("text", [SPIRAL, DRIVEN])
def test_a_finer_run_bounds_the_error(text: str, options: dict[str, object]) -> None:
    names = (*list(core.parse(text).defaults())[:1], "start")
    cards = by_method(
        core.compare_gradients(
            core.parse(text), half_square, names, ("discrete", "backsolve"), integrate={"t": (0, 0.4), **options}
        )
    )
    for name in ("discrete", "backsolve"):
        assert cards[name].relative_error <= cards[name].error_bound <= 60 * cards[name].relative_error


def test_what_is_wrong_here_is_flagged() -> None:
    coarse = {"t": (0, 1), "method": "euler", "step": 0.1}
    (_, card, *_) = core.compare_gradients(
        core.parse("y' = k*y\nk = -1\nstart (1)"), half_square, "k", "backsolve", integrate=coarse
    )
    assert not card.exact
    (_, card, *_) = core.compare_gradients(
        core.parse(SPIRAL), half_square, "a", "discrete", integrate={**coarse, "t": (0, 0.3), "step": 0.05}
    )
    assert card.relative_error > 0.01
    assert not card.exact
    assert "times the reference's length away from the reference" in card.note
    (_, lying, right, *_) = core.compare_gradients(
        core.parse(STIFF), half_square, "k", ("backsolve", "discrete"), integrate={"t": (0, 1), "rtol": 1e-4}
    )
    assert not lying.exact
    assert "do not trust" in lying.note or "backward solve" in lying.note
    assert right.relative_error < 1e-2
    assert right.exact


def test_the_peak_of_all_tensors() -> None:
    weights = torch.randn(64, 64, requires_grad=True)
    x = torch.randn(512, 64)

    def work() -> None:
        y = x
        for _ in range(10):
            y = torch.tanh(y @ weights)
        y.sum().backward()

    work()
    with measured_allocations("cpu") as peak:
        work()
    # ten kept results, the product of the last and its gradient beside them, and what a weight's gradient needs
    kept = 10 * 512 * 64 * 4
    assert kept <= peak() <= kept + 3 * 512 * 64 * 4 + 4 * 64 * 64 * 4


def test_of_unrolling_it_grows_and_of_the_implicit_gradient_it_does_not() -> None:
    neuron = core.parse("z <- tanh(w*z + x)\nw = 0.5\nx = 0.3")
    few, many = (
        by_method(
            core.compare_gradients(
                neuron, half_square, "w", ("implicit", "unrolled"), solve={"tol": tol}, options={"unrolled": {"k": k}}
            )
        )
        for tol, k in ((1e-2, 5), (1e-12, 50))
    )
    assert many["implicit"].allocated_bytes == few["implicit"].allocated_bytes > 0
    assert many["unrolled"].allocated_bytes > 5 * few["unrolled"].allocated_bytes
