"""`core.compare_gradients`: every method beside a tight reference, which finite differences confirm."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gradient_layers import neuron, tutorial
from trajectories import LORENZ, SPIRAL, half_square

import core
from core import catalogue
from core.gradient_card import Card

NEURON = "z <- tanh(w*z + x)\nw = 0.5 in [0, 2]\nx = 0.3 in [-2, 2]"


def by_method(cards: tuple[Card, ...]) -> dict[str, Card]:
    return {card.method: card for card in cards}


def test_the_zoo_of_one_neuron() -> None:
    cards = by_method(
        core.compare_gradients(
            core.parse(NEURON), lambda z: z.sum(), ("w", "x"), solve={"tol": 1e-10}, options={"unrolled": {"k": 7}}
        )
    )
    fitting = [name for name, method in catalogue.gradient_methods().items() if method.about == "fixed point"]
    assert list(cards) == ["reference", *fitting, "finite_differences", "complex_step"]
    slope = 0.374583710146520
    assert cards["jacobian_free"].relative_error == pytest.approx(slope, rel=1e-8)
    assert cards["jacobian_free"].cosine == pytest.approx(1.0)
    assert cards["unrolled"].relative_error == pytest.approx(slope**7, rel=1e-6)
    assert cards["implicit"].relative_error < 1e-9
    assert cards["finite_differences"].relative_error < 1e-10
    assert cards["complex_step"].relative_error < 1e-14
    assert cards["reference"].flat() == pytest.approx((0.599931500623414, 1.19787001465624), rel=1e-13)


def test_the_reference_is_at_the_root_however_coarse_the_solve() -> None:
    cards = by_method(
        core.compare_gradients(tutorial(), lambda z: z.sum(), "x", solve={"tol": 1e-2, "method": "picard"})
    )
    assert cards["reference"].grads["x"][0, 0].item() == pytest.approx(1.158181376686286, abs=1e-13)
    assert 1e-4 < cards["implicit"].relative_error < 1e-2
    assert cards["implicit"].relative_error <= cards["implicit"].error_bound
    assert cards["finite_differences"].relative_error < 1e-9
    assert cards["jacobian_free"].cosine == pytest.approx(0.937079, abs=5e-3)


def test_of_a_float32_formula_the_reference_is_in_float64() -> None:
    cards = by_method(
        core.compare_gradients(core.parse(NEURON), half_square, ("w", "x"), dtype="float32", solve={"tol": 1e-6})
    )
    assert cards["reference"].grads["w"].dtype == torch.float64
    assert 1e-9 < cards["implicit"].relative_error < 1e-5


def test_where_no_fixed_point_is_near_it_says_so() -> None:
    layer = core.layer(lambda z: z * z + 1.0 + 0.25, 1)
    cards = by_method(core.compare_gradients(layer, lambda z: z.sum(), "start", start=[0.1], solve={"iterations": 5}))
    assert not cards["reference"].exact
    assert cards["reference"].note


def test_trajectories_by_every_method() -> None:
    cards = by_method(
        core.compare_gradients(
            core.parse(SPIRAL), half_square, ("a", "d", "start"), integrate={"t": (0, 1), "rtol": 1e-8}
        )
    )
    known = catalogue.gradient_methods()
    fitting = [name for name, method in known.items() if method.about == "trajectory" and name != "reversible"]
    assert list(cards) == ["reference", *fitting, "finite_differences", "complex_step"]
    exact = ["checkpointed", "discrete", "forward_sensitivity"]
    assert cards["reference"].flat() == pytest.approx((8.16297654, 8.85169702, 4.59921623, 0.43099325), rel=2e-8)
    assert cards["finite_differences"].relative_error < 1e-8
    assert max(cards[name].relative_error for name in exact) < 1e-6
    assert cards["checkpointed"].recomputed > 0
    assert cards["backsolve"].relative_error < 1e-6
    assert cards["interpolating"].relative_error < 1e-6
    assert cards["quadrature"].relative_error < 1e-6
    assert "not at rest" in cards["steady_state"].note
    assert cards["backsolve"].peak_bytes < 1_000 < cards["discrete"].peak_bytes


def test_fixed_steps_are_compared_with_the_equation() -> None:
    options = {"t": (0, 1), "method": "euler", "step": 0.1}
    cards = by_method(
        core.compare_gradients(core.parse("y' = k*y\nk = -1\nstart (1)"), half_square, "k", integrate=options)
    )
    assert float(cards["reference"].grads["k"]) == pytest.approx(0.135335283237, abs=1e-12)
    assert cards["discrete"].relative_error == pytest.approx(1 - 0.135085171767 / 0.135335283237, rel=1e-6)
    assert cards["backsolve"].relative_error == pytest.approx(1 - 0.116249074393 / 0.135335283237, rel=1e-6)


@pytest.mark.parametrize("text", [SPIRAL, LORENZ])
def test_losses_over_several_times_against_finite_differences(text: str) -> None:
    """Peers are up to 60 % wrong here."""
    at = np.linspace(0.1, 0.5, 4)
    names = ("start", *list(core.parse(text).defaults())[:1])
    cards = by_method(
        core.compare_gradients(
            core.parse(text), half_square, names, integrate={"t": (0, 0.5), "at": at, "rtol": 1e-9, "atol": 1e-12}
        )
    )
    assert cards["finite_differences"].relative_error < 1e-7
    assert cards["backsolve"].relative_error < 1e-5
    assert cards["discrete"].relative_error < 1e-5


def test_methods_by_name_and_options_of_strangers() -> None:
    cards = core.compare_gradients(neuron(0.5, 0.3), half_square, "x", "jacobian_free")
    assert [card.method for card in cards] == ["reference", "jacobian_free", "finite_differences"]
    with pytest.raises(
        ValueError, match="options are given for 'unroled', which is not compared; did you mean 'unrolled'"
    ):
        core.compare_gradients(neuron(0.5, 0.3), half_square, "x", options={"unroled": {}})
    with pytest.raises(ValueError, match="use backsolve, "):
        core.compare_gradients(core.parse(SPIRAL), half_square, "a", ["implicit"])


def test_many_numbers_are_not_checked_by_differences() -> None:
    layer = core.layer(lambda z, x: torch.tanh(0.3 * z + x), 20, x=np.linspace(-1, 1, 20)[None])
    cards = core.compare_gradients(layer, half_square, "x")
    assert "finite_differences" not in by_method(cards)
