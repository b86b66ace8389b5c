"""Counting what a tape holds."""

from __future__ import annotations

import pytest
import torch

from core.saved_memory import measured_memory


def test_the_tutorials_layer_to_the_byte() -> None:
    """W once, the first point, and one result per layer."""
    weight = torch.randn(50, 50, requires_grad=True)
    x = torch.randn(10, 50)
    for layers in (2, 10, 80):
        with measured_memory() as memory:
            z = torch.zeros(10, 50)
            for _ in range(layers):
                z = torch.tanh(torch.nn.functional.linear(z, weight) + x)
        assert memory.peak == 12_000 + 2_000 * layers
    assert z.requires_grad


def test_what_is_given_back_no_longer_counts() -> None:
    x = torch.randn(1000, dtype=torch.float64, requires_grad=True)
    with measured_memory() as memory:
        for _ in range(5):
            torch.exp(x).sum().backward()
    assert memory.peak == 8_000


def test_gradients_are_untouched() -> None:
    x = torch.linspace(0, 1, 5, dtype=torch.float64, requires_grad=True)
    with measured_memory():
        (found,) = torch.autograd.grad(torch.sin(x).sum(), x)
    assert found.tolist() == pytest.approx(torch.cos(x).tolist())
