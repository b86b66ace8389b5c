"""Whether a short step is a sign of a root: only as far as the residual fell on the way there.

A step may be short by chance, or because a matrix is wrong. About a root of order 1/3 or more, where |f - z| behaves
like |z - z*|^p with p >= 1/3, the distance falls at most with the cube of the residual's fall. A step is therefore
taken for at least as long as the last one was times the cube of the fall that it brought.

This is the watch's doubt about any solver, on the host, and changes no number that is recorded. Solvers whose steps
shrink without a root also state longer moves by the same rule: see `step_credit`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_FLOOR_ULPS = 64.0
"""Residuals of at most that many roundings of |z| need not fall further."""


class CredibleSteps:
    """Follows the residuals |f - z| and the steps of S samples, record by record."""

    def __init__(self, tolerance: float, epsilon: float) -> None:
        self._tolerance, self._epsilon = tolerance, epsilon
        self._level: Float[np.ndarray, "S"] | None = None
        self._shortest: Float[np.ndarray, "S"] = np.empty(0)

    def begin(self, samples: Bool[np.ndarray, "S"], size: Float[np.ndarray, "S"]) -> None:
        """These samples begin: as yet no step shorter than 1 + |z| is credible."""
        if self._level is None:
            self._level, self._shortest = np.full(size.shape, np.inf), np.zeros(size.shape)
        self._level = np.where(samples, np.inf, self._level)
        self._shortest = np.where(samples, 1.0 + size, self._shortest)

    def follow(
        self, residual: Float[np.ndarray, "S"], step: Float[np.ndarray, "S"], size: Float[np.ndarray, "S"]
    ) -> Bool[np.ndarray, "S"]:
        """Which samples may end by their step at this record; call `begin` first."""
        level = np.full(size.shape, np.inf) if self._level is None else self._level
        length = np.fmax(step, self._shortest)
        credible: np.ndarray = (
            (length < self._tolerance) | (residual < self._tolerance) | (residual <= _FLOOR_ULPS * self._epsilon * size)
        )
        fell = residual < level
        with np.errstate(invalid="ignore"):
            part = np.where(fell & np.isfinite(level), residual / np.where(level > 0.0, level, 1.0), 1.0)
        self._level = np.where(fell, residual, level)
        self._shortest = length * part**3
        return credible
