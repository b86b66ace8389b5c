"""The Levenberg-Marquardt method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

import numpy as np

from ..fit_method import FitMethod, FitPoint, FitProblem, FitStep, Memory, inside, movable
from ..parameter import Range

_MOST = 40
_LEAST_GAIN, _POOR, _GOOD = 1e-4, 0.25, 0.75
_SMALLEST, _LARGEST = 1e-12, 1e12


@dataclass(frozen=True)
class LevenbergMarquardt(FitMethod):
    """u <- P(u + p), (J^T J + lambda I) p = -J^T r, in positions, which are parts of the ranges.

    lambda = mu min(1, |r| / size) c with c the largest squared column of J, so that it goes to 0 with the residual and
    the convergence is quadratic where that vanishes, also where J has no full rank. mu follows the gain, actual over
    predicted fall of the loss: 8 mu and another try below 1e-4, 4 mu below 1/4, mu / 4 above 3/4.
    """

    damping: Annotated[float, Range(1e-8, 1e4, log=True, symbol="μ", help="the first damping μ")] = 0.01

    name: ClassVar[str] = "levenberg_marquardt"
    title: ClassVar[str] = "Levenberg–Marquardt"
    citation: ClassVar[str] = (
        "D. W. Marquardt, J. SIAM 11 (1963) 431; J.-Y. Fan, Y.-X. Yuan, Computing 74 (2005) 23, for lambda = mu |r|"
    )
    help: ClassVar[str] = "Gauss–Newton where that works, short steps downhill where it does not: the first to try."

    def begin(self, at: FitPoint) -> Memory:  # noqa: ARG002 - the same everywhere
        """mu."""
        return (np.array(self.damping),)

    def step(self, problem: FitProblem, at: FitPoint, memory: Memory) -> FitStep:
        """Raise the damping until a step gains enough."""
        free, mu = movable(problem, at), float(memory[0])
        slopes, residual = at.weighted()
        columns = slopes[:, free]
        unit = float((columns**2).sum(axis=0).max(initial=0.0)) * min(
            1.0, float(np.linalg.norm(residual)) / (problem.size or 1.0)
        )
        for _ in range(_MOST):
            move = np.zeros_like(at.u)
            move[free] = _damped(columns, residual, mu * unit)
            u = inside(problem, at.u + move)
            if np.array_equal(u, at.u):
                break
            trial = problem.look(u)
            shift = slopes @ (u - at.u)
            predicted = -float(shift @ (2.0 * residual + shift))
            gain = (at.loss - trial.loss) / predicted if predicted > 0.0 else -1.0
            if np.isfinite(gain) and gain >= _LEAST_GAIN:
                factor = 4.0 if gain < _POOR else 0.25 if gain > _GOOD else 1.0
                return FitStep(trial, (np.array(min(max(factor * mu, _SMALLEST), _LARGEST)),))
            mu *= 8.0
            if mu > _LARGEST:
                break
        return FitStep(at, (np.array(self.damping),), stuck=True)


def _damped(columns: np.ndarray, residual: np.ndarray, weight: float) -> np.ndarray:
    """The p with the least |J p + r|^2 + weight |p|^2, by the singular values of J: exact also where weight is tiny."""
    left, values, right = np.linalg.svd(columns, full_matrices=False)
    kept = values > 1e-15 * values.max(initial=0.0)
    part = np.divide(values, values**2 + weight, out=np.zeros_like(values), where=kept)
    return np.asarray(-right.T @ (part * (left.T @ residual)))


METHOD = LevenbergMarquardt
