"""What is kept small along trajectories costs as much backward in time as forward."""

import pytest

import core

LINEAR = "z' = W z\nz in R^2\nlearn W = [[-0.4, 0.9], [-0.7, 0.3]]\nt in [0, 1]"


@pytest.mark.parametrize("cost", ["kinetic", "jacobian", "taylor"])
def test_the_loss_of_a_field_that_is_followed_backward(cost):
    # z' = f(z) from 1 to 0 is z' = -f(z) from 0 to 1; all three costs are squares
    turned = LINEAR.replace("W = ", "W = -1*")
    settings = {"data": "minus_x", "points": 20, "test_points": 5, "batch": 20, "loss": "squares", "iterations": 1}
    losses = [
        core.train(text, integrate={"t": t, "rtol": 1e-9, "atol": 1e-9}, **{cost: 0.7}, **settings).curves.loss[0]
        for text, t in ((LINEAR, (1, 0)), (turned, (0, 1)))
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-6)
    plain = core.train(LINEAR, integrate={"t": (1, 0)}, **settings).curves.loss[0]
    assert losses[0] > plain + 0.01
