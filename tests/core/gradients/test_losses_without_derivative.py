"""A loss that is no number is named as such, and not the layer, whose derivative is there."""

from __future__ import annotations

from math import isnan, nan

import pytest

import core

NEURON = "z <- tanh(w*z + x)\nw = 0.5\nx = 0.3"


@pytest.mark.parametrize("method", ["one_step", "forward_mode", "implicit", "adjoint_gmres"])
def test_the_loss_is_named(method: str) -> None:
    card = core.gradient(core.parse(NEURON), lambda z: z.sum() * nan, "w", method)
    assert "the loss has no finite derivative here" in card.note
    assert "singular" not in card.note
    assert isnan(card.backward_residual)


def test_a_layer_without_a_step_is_named_still() -> None:
    """I - J = 0 at every z."""
    card = core.gradient(core.parse("z <- z + 0*a\na = 0"), lambda z: z.sum(), "a", "one_step", start=[0.0])
    assert "I - J is singular here: Newton's method has no step" in card.note
