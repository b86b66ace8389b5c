"""Gradient descent with backtracking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from ..fit_method import FitMethod, FitPoint, FitProblem, FitStep, Memory, enough, inside
from ..parameter import Range

_MOST = 40


@dataclass(frozen=True)
class GradientDescent(FitMethod):
    """u <- P(u - a grad), P onto the ranges; a is halved until Armijo's condition holds, and begins twice as long as
    the last one that did."""

    first: Annotated[float, Range(1e-4, 1.0, log=True, help="the first move, in parts of a range")] = 0.05

    name: ClassVar[str] = "gradient_descent"
    title: ClassVar[str] = "gradient descent"
    citation: ClassVar[str] = (
        "L. Armijo, Pacific J. Math. 16 (1966) 1; D. P. Bertsekas, IEEE Trans. Automat. Contr. 21 (1976) 174"
    )
    help: ClassVar[str] = "Straight downhill, by steps that are halved until the loss falls: sure and slow."
    pace: ClassVar[int] = 2

    def begin(self, at: FitPoint) -> Memory:
        """The length a."""
        return (np.array(self.first / max(float(np.abs(at.gradient).max(initial=0.0)), 1e-300)),)

    def step(self, problem: FitProblem, at: FitPoint, memory: Memory) -> FitStep:
        """Backtrack along the gradient."""
        length, gradient = float(memory[0]), at.gradient
        for _ in range(_MOST):
            u = inside(problem, at.u - length * gradient)
            if np.array_equal(u, at.u):
                break
            trial = problem.look(u)
            if enough(at, trial):
                return FitStep(trial, (np.array(2.0 * length),))
            length *= 0.5
        return FitStep(at, memory, stuck=True)


METHOD = GradientDescent
