"""Eigenvalues of the layer's Jacobian where its solvers ended."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..fixed_point_map import FixedPointMap
from ..layer_spectrum import best_damping, radius, spectrum
from ..probe import SolutionProbe
from ..readings.iterations import SolverRun
from ..readings.spectrum import Spectrum
from ..run_context import RunContext

if TYPE_CHECKING:
    from jaxtyping import Float

_MOST_SAMPLES = {"preview": 8, "full": 64}


class SpectrumProbe(SolutionProbe[Spectrum]):
    """Dense eigenvalues and singular values: right for complex pairs, unlike power iterations."""

    reading = Spectrum
    title = "spectrum"

    def __init__(self) -> None:
        self._reading: Spectrum | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        context = self._context
        if context.map is None:
            return
        count = min(len(run.solution), _MOST_SAMPLES[context.quality])
        at = run.solution[:count]
        jacobians = jacobians_at(context.map, at, None if context.rows is None else context.rows[:count])
        eigenvalues = spectrum(jacobians)
        damping, damped = best_damping(eigenvalues)
        self._reading = Spectrum(
            eigenvalues=eigenvalues,
            at=at,
            solved=np.array([outcome.success for outcome in run.outcomes[:count]], dtype=bool),
            radius=radius(eigenvalues),
            norm=_each(partial(np.linalg.norm, ord=2), jacobians),
            damping=damping,
            damped_radius=damped,
            condition=_each(np.linalg.cond, np.eye(at.shape[1]) - jacobians),
        )

    def read(self) -> Spectrum | None:
        return self._reading


def jacobians_at(
    layer: FixedPointMap, z: Float[np.ndarray, "S n"], rows: np.ndarray | None
) -> Float[np.ndarray, "S n n"]:
    """df/dz at the points z: symbolic, or of a large layer by torch."""
    if not layer.large:
        return layer.jacobian(rows)(z)
    from ..root_problem import bind_torch  # noqa: PLC0415 - the catalogue lists probes without torch's loop

    bound = bind_torch(layer, rows, len(z), "cpu", "float64")
    return np.asarray(bound.library.host(bound.jacobian(bound.library.array(z, "cpu", "float64"))))


def _each(measure: partial[np.ndarray] | object, matrices: Float[np.ndarray, "S n n"]) -> Float[np.ndarray, "S"]:
    """A number of every matrix; NaN where it is not finite."""
    found = np.full(len(matrices), np.nan)
    for index in np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2))):
        found[index] = measure(matrices[index])  # type: ignore[operator]
    return found


PROBE = SpectrumProbe
