"""Derivatives by the ends of the span and by the output times, whatever the method."""

from __future__ import annotations

from math import cos, exp, sin

import numpy as np
import pytest
import torch
from trajectories import DRIVEN, SPIRAL, half_square

import core
from core import catalogue

TRAJECTORIES = [
    name
    for name, method in catalogue.gradient_methods().items()
    if method.about == "trajectory" and name not in ("reversible", "steady_state")
]
every = pytest.mark.parametrize("method", TRAJECTORIES)
GROWTH = "y' = k*cos(t)*y\nk = 0.7\nstart (1.5)"
"""y(t) = 1.5 e^(k (sin t - sin t0))."""


@every
@pytest.mark.parametrize("span", [(0.2, 1.3), (1.3, 0.2)])
def test_the_ends_of_the_span_in_closed_form(method: str, span: tuple[float, float]) -> None:
    options = {"t": span, "rtol": 1e-11, "atol": 1e-13}
    card = core.gradient(core.parse(GROWTH), lambda z: z.sum(), ("span", "k", "start"), method, integrate=options)
    end = 1.5 * exp(0.7 * (sin(span[1]) - sin(span[0])))
    assert card.grads["span"].tolist() == pytest.approx([-0.7 * cos(span[0]) * end, 0.7 * cos(span[1]) * end], rel=1e-8)
    assert float(card.grads["k"]) == pytest.approx((sin(span[1]) - sin(span[0])) * end, rel=1e-8)


@every
@pytest.mark.parametrize("at", [[0.2, 0.7, 1.3], [0.5, 0.9]])
def test_every_output_time_in_closed_form(method: str, at: list[float]) -> None:
    """Where the first output time is the start, both may move apart: then the state there is start - f (t0 - t)."""
    options = {"t": (0.2, 1.3), "at": at, "rtol": 1e-11, "atol": 1e-13}
    weights = np.linspace(1.0, 2.0, len(at))
    card = core.gradient(
        core.parse(GROWTH),
        lambda z: (torch.tensor(weights)[:, None] * z).sum(),
        ("at", "span"),
        method,
        integrate=options,
    )
    states = 1.5 * np.exp(0.7 * (np.sin(at) - sin(0.2)))
    assert card.grads["at"].numpy() == pytest.approx(weights * 0.7 * np.cos(at) * states, rel=1e-8)
    assert card.grads["span"].tolist() == pytest.approx([-0.7 * cos(0.2) * (weights @ states), 0.0], rel=1e-8)


@pytest.mark.parametrize("text", [SPIRAL, DRIVEN])
def test_against_differences(text: str) -> None:
    for at in (None, [0.2, 0.4]):
        options = {"t": (0.1, 0.4), "at": at, "rtol": 1e-9, "atol": 1e-11}
        wrt = ("span",) if at is None else ("at", "span")
        cards = core.compare_gradients(core.parse(text), half_square, wrt, TRAJECTORIES, integrate=options)
        assert cards[-1].method == "finite_differences"
        assert [card.relative_error < 1e-6 for card in cards] == [True] * len(cards)


def test_several_samples_share_the_times() -> None:
    starts = [[2.0, 0.0], [0.5, 1.0]]
    options = {"t": (0, 1), "at": [0.4, 1.0], "rtol": 1e-9}
    together, *alone = (
        core.gradient(core.parse(SPIRAL), half_square, ("span", "at"), start=start, integrate=options)
        for start in (starts, *starts)
    )
    assert together.flat() == pytest.approx(sum(card.flat() for card in alone), rel=1e-12)


def test_a_parameter_of_the_name_comes_first() -> None:
    card = core.gradient(
        core.parse("y' = at*y\nat = 0.5\nstart (1)"), lambda z: z.sum(), "at", integrate={"t": (0, 1), "at": [1.0]}
    )
    assert float(card.grads["at"]) == pytest.approx(exp(0.5), rel=1e-5)


def test_without_output_times_there_are_none_to_differentiate_by() -> None:
    with pytest.raises(ValueError, match="there is no 'at' to differentiate by"):
        core.gradient(core.parse(DRIVEN), half_square, "at", integrate={"t": (0, 1)})


def test_float32() -> None:
    options = {"t": (0.2, 1.3), "at": [0.7, 1.3], "rtol": 1e-6}
    cards = [
        core.gradient(core.parse(DRIVEN), half_square, ("span", "at"), dtype=dtype, integrate=options)
        for dtype in ("float32", "float64")
    ]
    assert cards[0].grads["at"].dtype == torch.float32
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-5)
