"""Where no t is given, a run and its gradient take the time span of the text, and 0 to 30 where it has none."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.formula_field import FormulaField

GROWTH = "y' = k*y\nk = 0.5\nstart 2"
SPANNED = f"{GROWTH}\nt in [0.5, 1.5]"
END = 2 * np.exp(0.5)
"""After one unit of time; by k it changes by as much."""


def test_a_run_takes_the_span_of_the_text() -> None:
    for system in (core.parse(SPANNED), FormulaField(core.parse(SPANNED))):
        run = core.integrate(system, [2.0], rtol=1e-10, atol=1e-12)
        assert (run.t[0], run.t[-1]) == (0.5, 1.5)
        assert run.z[-1, 0] == pytest.approx(END, rel=1e-9)
    assert core.integrate(core.parse(SPANNED), [2.0], (0.0, 1.0)).t[-1] == 1.0


def test_without_a_span_it_ends_at_30() -> None:
    assert core.integrate(core.parse(GROWTH), [2.0]).t[-1] == 30.0
    assert core.integrate(core.field(lambda z: -z, 1), [2.0]).t[-1] == 30.0


@pytest.mark.parametrize("options", [None, {}, {"rtol": 1e-8}, {"t": None}])
def test_a_gradient_takes_the_span_of_the_text(options: dict[str, object] | None) -> None:
    system = core.parse(SPANNED)
    card = core.gradient(system, torch.sum, ("k", "span"), integrate=options)
    assert card.value == pytest.approx(END, rel=1e-5)
    assert float(card.grads["k"]) == pytest.approx(END, rel=1e-5)
    assert card.grads["span"].tolist() == pytest.approx([-0.5 * END, 0.5 * END], rel=1e-5)
    cards = core.compare_gradients(system, torch.sum, "k", "discrete", integrate=options)
    assert [float(card.grads["k"]) for card in cards] == pytest.approx([END] * len(cards), rel=1e-5)


def test_a_gradient_through_events_takes_it_too() -> None:
    ball = core.parse("h' = v\nv' = -9.8\nwhen h = 0 falling: v = -c*v\nc = 0.8\nstart (10, 0)\nt in [0, 2]")
    hit = core.gradient(ball, lambda _, events: events["h = 0 falling"].t[0], "start")
    assert hit.value == pytest.approx(10 / 7, rel=1e-8)
    assert torch.equal(
        hit.grads["start"],
        core.gradient(ball, lambda _, events: events["h = 0 falling"].t[0], "start", integrate={"t": (0, 2)}).grads[
            "start"
        ],
    )


def test_a_gradient_without_a_span_goes_to_30() -> None:
    card = core.gradient(core.parse("y' = -k*y\nk = 0.1\nstart 2"), torch.sum, "k")
    assert card.value == pytest.approx(2 * np.exp(-3), rel=1e-5)
