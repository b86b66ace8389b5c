"""Adam."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from ..fit_method import FitMethod, FitPoint, FitProblem, FitStep, Memory, inside
from ..parameter import Range


@dataclass(frozen=True)
class Adam(FitMethod):
    """m <- b1 m + (1 - b1) g, v <- b2 v + (1 - b2) g^2, u <- P(u - eta m' / (sqrt(v') + eps)), where
    m' = m / (1 - b1^k) and v' = v / (1 - b2^k); P onto the ranges.

    g is the gradient in units of its first length, so that eps = 1e-8 means the same for every loss.
    """

    eta: Annotated[float, Range(1e-5, 0.5, log=True, symbol="η", help="a step, in parts of a range")] = 0.02
    beta1: Annotated[float, Range(0.0, 0.999, symbol="β₁", help="memory of the gradient")] = 0.9
    beta2: Annotated[float, Range(0.0, 0.9999, symbol="β₂", help="memory of its square")] = 0.999

    name: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    citation: ClassVar[str] = "D. P. Kingma, J. Ba, Adam: A Method for Stochastic Optimization, ICLR 2015"
    help: ClassVar[str] = "Steps of about one length for every parameter, whatever the gradient; the loss may rise."
    patience: ClassVar[int] = 150
    pace: ClassVar[int] = 3

    def begin(self, at: FitPoint) -> Memory:
        """m, v, k and the first length of the gradient."""
        nothing = np.zeros_like(at.u)
        return nothing, nothing, np.array(0.0), np.array(max(float(np.abs(at.gradient).max(initial=0.0)), 1e-300))

    def step(self, problem: FitProblem, at: FitPoint, memory: Memory) -> FitStep:
        """One step, halved only where there is no prediction."""
        m, v, k, unit = memory
        gradient = at.gradient / float(unit)
        m = self.beta1 * m + (1.0 - self.beta1) * gradient
        v = self.beta2 * v + (1.0 - self.beta2) * gradient**2
        k = k + 1.0
        mean, square = m / (1.0 - self.beta1 ** float(k)), v / (1.0 - self.beta2 ** float(k))
        move = -self.eta * mean / (np.sqrt(square) + 1e-8)
        for _ in range(20):
            trial = problem.look(inside(problem, at.u + move))
            if np.isfinite(trial.loss):
                return FitStep(trial, (m, v, k, unit))
            move = 0.5 * move
        return FitStep(at, memory, stuck=True)


METHOD = Adam
