"""The bound of a fixed point's gradient bounds its error by every method, and the estimate of a trajectory's is no less
than the error that is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn
from trajectories import DRIVEN, SPIRAL, half_square

import core
from core import catalogue

METHODS = [name for name, method in catalogue.gradient_methods().items() if method.about == "fixed point"]
SCALES, TOLERANCES = (0.1, 0.3, 0.5, 0.9), (1e-2, 1e-5, 1e-8)


class Cell(nn.Module):
    """z = tanh(W z + b)."""

    def __init__(self, w: Tensor, b: Tensor) -> None:
        super().__init__()
        self.w, self.b = nn.Parameter(w), nn.Parameter(b)

    def forward(self, z: Tensor) -> Tensor:
        return torch.tanh(z @ self.w.T + self.b)


def strangers_cell(dtype: torch.dtype) -> Cell:
    """The fourth draw of the seed 0."""
    torch.manual_seed(0)
    for _ in range(4):
        w, b = torch.randn(6, 6) * 0.3, torch.randn(6)
    return Cell(w.to(dtype), b.to(dtype))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_methods_that_leave_something_out(dtype: str) -> None:
    """The norm of an adjoint's error says little of the gradient's: in it Jacobian-free looked better."""
    layer = core.layer(strangers_cell(getattr(torch, dtype)), 6)
    methods = ("jacobian_free", "neumann", "phantom", "unrolled", "implicit")
    for card in core.compare_gradients(layer, torch.sum, "b", methods, dtype=dtype)[1:6]:
        assert card.relative_error <= card.error_bound <= 1.01 * card.relative_error + 1e-5


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("single", [True, False])
def test_no_error_of_a_random_layer_is_above_its_bound(seed: int, single: bool) -> None:
    torch.manual_seed(seed)
    size, dtype = 1 + seed % 8, "float32" if seed % 3 == 0 else "float64"
    kind = getattr(torch, dtype)
    cell = Cell(torch.randn(size, size, dtype=kind) * SCALES[seed % 4], torch.randn(size, dtype=kind))
    start = np.zeros(size) if single else np.random.default_rng(seed).normal(size=(3, size))
    options: dict[str, Any] = {"tol": TOLERANCES[seed % 3], "method": "anderson", "iterations": 500}
    room = 20 * torch.finfo(kind).eps
    for name in ("b", "w"):
        cards = core.compare_gradients(
            core.layer(cell, size), half_square, name, METHODS, start=start, solve=options, dtype=dtype
        )
        for card in cards[1 : len(METHODS) + 1]:
            assert card.relative_error <= card.error_bound + room, card.method
            assert np.isfinite(card.error_bound)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("y' = k - y\nk = 1\nstart 0", {"t": (0, 3.2)}),
        ("y' = k - y\nk = 1\nstart 0", {"t": (0, 3.2), "at": (1.0, 3.2)}),
        (SPIRAL.replace("a =", "k =").replace("a*", "k*"), {"t": (0, 1)}),
        (DRIVEN, {"t": (0, 2), "method": "rk4", "step": 0.1}),
        (DRIVEN, {"t": (0, 2), "method": "radau5", "rtol": 1e-4}),
    ],
)
def test_the_estimate_of_a_trajectory_is_no_less_than_what_is_known(text: str, options: dict[str, Any]) -> None:
    known = catalogue.gradient_methods()
    cards = core.compare_gradients(core.parse(text), half_square, ("k", "start"), integrate=options)
    told = [card for card in cards if card.method in known]
    assert {"discrete", "steady_state", "backsolve"} <= {card.method for card in told}
    for card in told:
        assert card.relative_error <= card.error_bound
    steady = next(card for card in told if card.method == "steady_state")
    assert steady.error_bound > 1e-3
