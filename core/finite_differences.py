"""Derivatives of a loss by differences: slow, and independent of every formula for gradients."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .deferred import deferred
from .gradient_problem import Loss, Solved

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")

_STEP = 1e-4
"""Times max(1, |x|): the truncation error is about its fourth power, and rounding is divided by it."""


def differences(problem: Solved[Any], loss: Loss) -> dict[str, Tensor]:
    """(8 (L(x + h) - L(x - h)) - (L(x + 2h) - L(x - 2h))) / 12h for every number that the loss is differentiated by.

    Every one takes four solves.
    """
    points = {**problem.times, **problem.inputs, "start": problem.solve.start}
    found = {}
    for name in problem.wrt:
        flat = points[name].reshape(-1)
        slopes = torch.zeros_like(flat)
        for place in range(len(flat)):
            h = _STEP * max(1.0, abs(float(flat[place])))

            def value(shift: float, name: str = name, place: int = place) -> float:
                moved = points[name].clone()
                moved.reshape(-1)[place] += shift
                inputs = problem.inputs if name == "start" else {**problem.inputs, name: moved}
                start = moved if name == "start" else problem.solve.start
                return problem.value(loss, problem.again(inputs, start))

            slopes[place] = (8.0 * (value(h) - value(-h)) - (value(2.0 * h) - value(-2.0 * h))) / (12.0 * h)
        found[name] = slopes.reshape(points[name].shape)
    return problem.chosen(found)
