"""Trajectories to be differentiated, and the gradients by pure arithmetic that they are held against."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

import core
from core.differentiation import solved
from core.gradient_method import SolvedTrajectory
from core.gradient_problem import Solved

SPIRAL = "x' = a*x^3 + c*y^3\ny' = b*x^3 + d*y^3\na = -0.1\nb = 2\nc = -2\nd = -0.1\nstart (2, 0)"
LORENZ = "x' = s*(y - x)\ny' = x*(r - z) - y\nz' = x*y - b*z\ns = 10\nr = 28\nb = 8/3\nstart (1, 1, 1)"
DECAY = "y' = k*y\nk = -1\nstart (1)"
STIFF = "y' = -k*(y - cos(t))\nk = 50\nstart (2)"
DRIVEN = "y' = k*cos(t)*y + c*t\nk = 0.7\nc = 0.2\nstart (1.5)"

torch.set_num_threads(1)  # arrays of a few numbers: a second thread only waits


def half_square(z: Tensor) -> Tensor:
    """The loss of most of these tests."""
    return 0.5 * (z * z).sum()


def itself(z: Tensor) -> Tensor:
    """Its derivative."""
    return z


def run(text: str, wrt: tuple[str, ...], start: Any = None, dtype: str = "float64", **options: Any) -> Solved[Any]:
    """The forward run as `core.gradient` makes it."""
    return solved(core.parse(text), wrt, start, None, None, options, "cpu", dtype)


def replay(solve: SolvedTrajectory, f: Callable[[float, np.ndarray], np.ndarray], start: np.ndarray) -> np.ndarray:
    """The end after the accepted steps of the only trajectory of `solve`, in numpy from the tableau's fractions."""
    z, a, b, c = np.array(start, dtype=float), solve.tableau.a, solve.tableau.b, solve.tableau.c
    for t, t1 in zip(solve.times[0][:-1], solve.times[0][1:], strict=True):
        h, stages = t1 - t, []
        for row, node in zip(a, c, strict=True):
            inner = z + h * sum((float(w) * k for w, k in zip(row, stages, strict=False)), np.zeros_like(z))
            stages.append(f(t + float(node) * h, inner))
        z = z + h * sum((float(w) * k for w, k in zip(b, stages, strict=True)), np.zeros_like(z))
    return z


def slope(function: Callable[[float], float], x: float, h: float = 1e-4) -> float:
    """A derivative by differences of fourth order."""
    return (8 * (function(x + h) - function(x - h)) - (function(x + 2 * h) - function(x - 2 * h))) / (12 * h)
