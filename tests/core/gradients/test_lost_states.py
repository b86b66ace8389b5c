"""A loss that takes states that are no numbers has gradient NaN by every method; one that takes none keeps its own."""

from __future__ import annotations

from typing import Any

import pytest
import torch

import core
from core import catalogue

NAN = float("nan")
GROWTH = "y' = k*y\nk = 0.5"
DRIFT = "y' = k\nk = 0.5"
BALL = "h' = v\nv' = -9.8\nwhen h = 0 falling: v = -c*v\nc = 0.8"
ABOUT = {name: method.about for name, method in catalogue.gradient_methods().items()}
TRAJECTORIES = [name for name, about in ABOUT.items() if about == "trajectory"]
FIXED_POINTS = [name for name, about in ABOUT.items() if about == "fixed point"]


def options_of(method: str, at: tuple[float, ...] | None = None) -> dict[str, Any]:
    return {"t": (0, 1), "at": at, "method": "reversible_heun" if method == "reversible" else "dopri5"}


@pytest.mark.parametrize("method", TRAJECTORIES)
@pytest.mark.parametrize("text", [GROWTH, DRIFT])
@pytest.mark.parametrize("at", [None, (0.0, 0.3, 1.0)])
def test_a_start_that_is_nan(method: str, text: str, at: tuple[float, ...] | None) -> None:
    if (method, text) == ("steady_state", DRIFT):
        pytest.skip("it never comes to rest")
    names = ("k", "start", "span", *(["at"] if at else []))
    card = core.gradient(core.parse(text), torch.sum, names, method, start=[NAN], integrate=options_of(method, at))
    assert torch.isnan(card.grads["k"])
    assert torch.isnan(card.grads["start"]).all()
    assert torch.isnan(card.grads["span"][0])
    assert at is None or torch.isnan(card.grads["at"]).all()
    assert not card.exact
    assert "not a finite number" in card.note


@pytest.mark.parametrize("method", [name for name in TRAJECTORIES if name not in ("steady_state", "reversible")])
@pytest.mark.parametrize("at", [None, (0.0, 0.3, 1.0)])
def test_of_several_only_those_that_the_loss_takes_matter(method: str, at: tuple[float, ...] | None) -> None:
    system, starts, options = core.parse(GROWTH), [[1.0], [NAN]], options_of(method, at)
    both = core.gradient(system, torch.sum, ("k", "start"), method, start=starts, integrate=options)
    assert torch.isnan(both.grads["k"])
    assert torch.isnan(both.grads["start"]).tolist() == [[False], [True]]
    first = core.gradient(system, lambda z: z[0].sum(), ("k", "start"), method, start=starts, integrate=options)
    alone = core.gradient(system, torch.sum, ("k", "start"), method, start=[1.0], integrate=options)
    assert float(first.grads["k"]) == pytest.approx(float(alone.grads["k"]), rel=1e-6)
    assert first.grads["start"].flatten().tolist() == pytest.approx([float(alone.grads["start"]), 0.0], rel=1e-6)


@pytest.mark.parametrize("method", ["discrete", "checkpointed", "forward_sensitivity"])
def test_a_trajectory_that_blows_up(method: str) -> None:
    card = core.gradient(core.parse("y' = k*y^2\nk = 2\nstart 2\nt in [0, 1]"), torch.sum, ("k", "start"), method)
    assert torch.isnan(card.grads["k"])
    assert torch.isnan(card.grads["start"]).all()


@pytest.mark.parametrize("at", [None, (0.5, 1.9)])
def test_through_events(at: tuple[float, ...] | None) -> None:
    starts, options = [[10.0, 0.0], [NAN, 0.0]], {"t": (0, 2), "at": at}
    both = core.gradient(core.parse(BALL), torch.sum, ("c", "start"), start=starts, integrate=options)
    assert torch.isnan(both.grads["c"])
    assert torch.isnan(both.grads["start"]).all(dim=1).tolist() == [False, True]
    first = core.gradient(core.parse(BALL), lambda z: z[0].sum(), ("c", "start"), start=starts, integrate=options)
    alone = core.gradient(core.parse(BALL), torch.sum, ("c", "start"), start=starts[0], integrate=options)
    assert torch.equal(first.grads["c"], alone.grads["c"])
    assert torch.equal(first.grads["start"][0], alone.grads["start"])


@pytest.mark.parametrize("method", FIXED_POINTS)
def test_a_fixed_point_that_is_no_number(method: str) -> None:
    card = core.gradient(core.parse("z <- z/2 + k\nk = 1"), torch.sum, "k", method, start=[NAN])
    assert torch.isnan(card.grads["k"])
    assert not card.exact


def test_weights_of_an_ode_layer() -> None:
    field = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2))
    layer = core.OdeLayer(field, failure="ignore")
    starts = torch.tensor([[1.0, 0.5], [NAN, 0.0]], requires_grad=True)
    layer(starts).sum().backward()
    assert starts.grad is not None
    assert torch.isnan(starts.grad).all(dim=1).tolist() == [False, True]
    assert all(torch.isnan(weight.grad).all() for weight in field.parameters())  # type: ignore[arg-type]
    field.zero_grad()
    layer(starts)[0].sum().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in field.parameters())  # type: ignore[arg-type]
