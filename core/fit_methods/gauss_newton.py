"""The Gauss-Newton method with backtracking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from ..fit_method import FitMethod, FitPoint, FitProblem, FitStep, Memory, enough, inside, movable
from ..parameter import Range

_MOST = 30


@dataclass(frozen=True)
class GaussNewton(FitMethod):
    """u <- P(u + t p), p the shortest minimiser of |J p + r|, t = 1, 1/2, 1/4, ... until Armijo's condition holds.

    Parameters at an end of their range that would leave it stand still. Singular values of J below `rank` times the
    largest count as 0. With residual 0 at the solution it converges quadratically.
    """

    rank: Annotated[float, Range(1e-14, 1e-2, log=True, help="singular values below this part are zero")] = 1e-10

    name: ClassVar[str] = "gauss_newton"
    title: ClassVar[str] = "Gauss–Newton"
    citation: ClassVar[str] = "Å. Björck, Numerical Methods for Least Squares Problems, SIAM 1996, section 9.2"
    help: ClassVar[str] = "Solves the linearised problem in every step: few iterations near a good fit."

    def begin(self, at: FitPoint) -> Memory:  # noqa: ARG002 - it remembers nothing
        """Nothing."""
        return ()

    def step(self, problem: FitProblem, at: FitPoint, memory: Memory) -> FitStep:
        """Solve, and backtrack."""
        free = movable(problem, at)
        slopes, residual = at.weighted()
        move = np.zeros_like(at.u)
        if free.any():
            move[free] = -np.linalg.pinv(slopes[:, free], rcond=self.rank) @ residual
        length = 1.0
        for _ in range(_MOST):
            u = inside(problem, at.u + length * move)
            if np.array_equal(u, at.u):
                break
            trial = problem.look(u)
            if enough(at, trial):
                return FitStep(trial, memory)
            length *= 0.5
        return FitStep(at, memory, stuck=True)


METHOD = GaussNewton
