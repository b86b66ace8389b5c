"""Inputs that the map does not use have the derivative 0, by every method."""

import pytest
import torch

import core
from core import catalogue

TEXT = """z <- tanh(0.5 z + x)
z in R^3
x = [0.1, 0.2, -0.3]*scale
scale = 1
learn c = normal(4, seed 1)
y = z[1] + c
"""


@pytest.mark.parametrize("name", sorted(catalogue.gradients_about("fixed point")))
def test_an_input_that_is_not_used_has_no_slope(name):
    system = core.parse(TEXT)
    card = core.gradient(system, lambda z: z.sum(), wrt=("scale", "c"), start=[0.0] * 3, method=name)
    assert torch.equal(torch.as_tensor(card.grads["c"]), torch.zeros(4, dtype=torch.float64))
    assert abs(float(card.grads["scale"])) < 1.0
