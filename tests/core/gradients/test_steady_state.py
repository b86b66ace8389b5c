"""The end of a trajectory taken for an equilibrium."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from trajectories import DRIVEN, SPIRAL, half_square

import core

LOGISTIC = "y' = r*y*(1 - y/c) - h\nr = 1\nc = 2\nh = 0.3\nstart (1)"
"""At rest r y (1 - y/c) = h, y = (c + sqrt(c^2 - 4 h c / r)) / 2."""


def test_the_closed_form_of_a_harvested_population() -> None:
    root = np.sqrt(2 * 2 - 4 * 0.3 * 2)
    card = core.gradient(
        core.parse(LOGISTIC),
        lambda z: z.sum(),
        ("h", "r", "c", "start"),
        "steady_state",
        integrate={"t": (0, 60), "rtol": 1e-11},
    )
    wanted = (-2 / root, 2 * 0.3 / root, 0.5 + (2 * 2 - 4 * 0.3) / (4 * root), 0.0)
    assert card.flat() == pytest.approx(wanted, rel=1e-9)
    assert card.backward_residual < 1e-14
    assert card.note == card.note.split(";")[0]  # the caveat alone


@pytest.mark.parametrize("at", [None, [50.0, 60.0]])
def test_a_long_way_through_the_solver_says_the_same(at: list[float] | None) -> None:
    system = core.parse("x' = tanh(w*y) - x + p\ny' = tanh(x - y) - 2*y\nw = 0.8\np = 0.4\nstart (1, -1)")
    options = {"t": (0, 60), "at": at, "rtol": 1e-9, "atol": 1e-12}
    cards = [
        core.gradient(system, half_square, ("w", "p", "start"), method, integrate=options)
        for method in ("steady_state", "discrete")
    ]
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-7, abs=1e-9)
    assert cards[0].backward_evaluations < 10 < cards[1].backward_evaluations


def test_several_starts_and_weights_of_a_network() -> None:
    torch.manual_seed(0)
    net = torch.nn.Sequential(torch.nn.Linear(2, 4), torch.nn.Tanh(), torch.nn.Linear(4, 2)).double()

    class Field(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.net = net

        def forward(self, z: torch.Tensor) -> torch.Tensor:
            return self.net(z) - 3.0 * z

    options = {"t": (0, 20), "rtol": 1e-10, "atol": 1e-12}
    start = [[1.0, 0.0], [-1.0, 2.0]]
    cards = [
        core.gradient(
            core.field(Field(), 2), half_square, ("net.2.weight", "net.0.bias"), method, start=start, integrate=options
        )
        for method in ("steady_state", "quadrature")
    ]
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-7, abs=1e-10)


def test_it_says_where_the_end_is_not_at_rest() -> None:
    card = core.gradient(core.parse(LOGISTIC), half_square, "h", "steady_state", integrate={"t": (0, 2)})
    rate = core.integrate(core.parse(LOGISTIC), [1.0], t=(0, 2)).z[-1, 0]
    rate = rate * (1 - rate / 2) - 0.3
    assert f"the end is not at rest: |f| = {rate:.3g} there" in card.note
    spiral = core.gradient(core.parse(SPIRAL), half_square, "a", "steady_state", integrate={"t": (0, 1)})
    assert "not at rest" in spiral.note


def test_it_says_where_the_equation_uses_t() -> None:
    card = core.gradient(
        core.parse("y' = k*(cos(t) - y)\nk = 50\nstart (1)"), half_square, "k", "steady_state", integrate={"t": (0, 1)}
    )
    assert f"its equilibrium moves at the speed {np.sin(1):.3g}" in card.note
    assert (
        "not at rest"
        in core.gradient(core.parse(DRIVEN), half_square, "k", "steady_state", integrate={"t": (0, 1)}).note
    )


def test_it_says_where_a_conserved_quantity_makes_the_jacobian_singular() -> None:
    system = core.parse("x' = -k*x + y\ny' = k*x - y\nk = 2\nstart (1, 0)")
    card = core.gradient(system, half_square, "k", "steady_state", integrate={"t": (0, 30)})
    assert "df/dz is singular at the end" in card.note


def test_a_trajectory_that_does_not_arrive_has_no_end() -> None:
    card = core.gradient(
        core.parse("x' = k*x^2\nk = 1\nstart (1)"), half_square, "k", "steady_state", integrate={"t": (0, 2)}
    )
    assert "the trajectory has no end" in card.note
    assert torch.isnan(card.grads["k"])
