"""How fast a root solver converged, measured from its residuals: the order, and where that is 1 the rate."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from .readings import SolverRun

_FLOOR = 256.0
"""Residuals below that many roundings of |z| are noise."""
_LINEAR = 0.02
"""An order this near to 1 is linear convergence."""
_MANY, _NO_FASTER = 6, 1.5
"""So many falls of log |f - z|, the last two on average at most so many times their median: they do not grow."""
_STEADY = 0.05
"""Two estimates of the order this near to one another are one number."""
_ALIKE = 5
"""So many falls that differ by so little are a rate by themselves."""
_WINDOW = 20
"""Iterations over which a linear rate is taken."""
_LEAST_FALL = math.log(30.0)
"""A residual that falls less in the last iteration need not converge faster than linearly: it may only go up and down
about a line, as that of Anderson's method does."""
_LEAST_WAY = math.log(1e3)
"""A residual that fell less in all shows no order above 1."""


@dataclass(frozen=True)
class Convergence:
    """order: p in |g_(k+1)| = C |g_k|^p; decimals: how many of its digits the residuals decide. rate: C where p = 1,
    else NaN."""

    order: float
    decimals: int
    rate: float = math.nan

    @property
    def linear(self) -> bool:
        """Whether the order is 1."""
        return self.order == 1.0

    def __str__(self) -> str:
        if self.linear:
            return f"order 1, rate {self.rate:.3g}"
        text = f"{self.order:.{self.decimals}f}"
        return "order " + (text.rstrip("0").rstrip(".") if "." in text else text)


def convergence(residual: Float[np.ndarray, "R"], size: float, epsilon: float) -> Convergence | None:
    """What the last residuals |f(z) - z| of consecutive iterations show; None where there are too few.

    size: |z| at the end; epsilon: of the arithmetic. With the logarithms L of the residuals and their differences D,
    the order is the quotient of the last two D. Where the quotients go to and fro, as those of the secant method do,
    it is the root of p^2 = a p + b with D_(k+1) = a D_k + b D_(k-1), which that method obeys with a = b = 1.
    """
    residual = residual[np.isfinite(residual)]
    above = residual > _FLOOR * epsilon * max(size, 1e-300)
    last = len(residual) if above.all() else int(np.argmin(above))
    logs = np.log(residual[:last])
    falls = -np.diff(logs)
    if len(falls) < 2 or not falls[-1] > 0.0:
        return None
    with np.errstate(divide="ignore", invalid="ignore"):  # of a residual that stays the same
        quotients = falls[1:] / falls[:-1]
    recent = falls[-_WINDOW:]
    even = len(recent) > 2 and abs(np.median(quotients[-_WINDOW:]) - 1.0) < _LINEAR
    if _alike(falls[-_ALIKE:]):  # what came before, such as a slow passage, is another matter
        return Convergence(1.0, 0, math.exp(-float(falls[-_ALIKE:].mean())))
    if (even or len(recent) >= _MANY) and recent[-2:].mean() <= _NO_FASTER * np.median(recent):
        return Convergence(1.0, 0, math.exp(-float(recent.mean())))
    accelerates = bool((falls[-3:] > 0.0).all() and (np.diff(falls[-3:]) > 0.0).all())
    if not accelerates or falls[-1] < _LEAST_FALL or logs[0] - logs[-1] < _LEAST_WAY:
        return None
    order = float(quotients[-1])
    swinging = len(quotients) > 2 and (order - quotients[-2]) * (quotients[-2] - quotients[-3]) < 0.0
    if swinging and (falls[-4:] > 0.0).all():
        p = _two_terms(falls[-4:])
        if p is not None:
            return Convergence(p, 2)
    apart = abs(order - float(quotients[-2])) if len(quotients) > 1 else math.inf
    return Convergence(order, 2 if apart <= _STEADY * order else 1 if apart < 0.2 else 0)


def run_convergence(run: SolverRun, sample: int, dtype: str = "float64") -> Convergence | None:
    """What the records of a sample show that were computed in `dtype`; None where too few follow one another."""
    gaps = np.flatnonzero(np.diff(run.iteration) != 1)
    begin = int(gaps[-1]) + 1 if len(gaps) else 0  # before it iterations were left out
    size = float(np.linalg.norm(run.solution[sample]))
    return convergence(run.residual[begin:, sample], size, float(np.finfo(dtype).eps))


def _alike(falls: Float[np.ndarray, "K"]) -> bool:
    return len(falls) == _ALIKE and float(np.ptp(falls)) <= _STEADY * abs(float(falls.mean()))


def _two_terms(falls: Float[np.ndarray, "4"]) -> float | None:
    matrix = np.array([[falls[1], falls[0]], [falls[2], falls[1]]])
    if abs(np.linalg.det(matrix)) < 1e-3 * falls[1] * falls[2]:
        return None
    a, b = np.linalg.solve(matrix, falls[2:])
    under = a * a + 4.0 * b
    return None if under < 0.0 else 0.5 * float(a + math.sqrt(under))
