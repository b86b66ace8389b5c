"""Eigenvalues of the layer's Jacobian where its solvers ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..analysis.jacobian_measures import hutchinson, measures, power_estimate, spectral_norm
from ..analysis.jacobian_products import LARGEST_DENSE, JacobianProducts, jacobians_at, products_at
from ..analysis.outer_spectrum import outer_spectrum
from ..analysis.transient_growth import norm_by_products, symmetric_top_by_products
from ..layer_spectrum import best_damping, radius, spectrum
from ..probe import SolutionProbe
from ..readings.iterations import SolverRun
from ..readings.jacobian_measures import JacobianMeasures
from ..readings.spectrum import Spectrum
from ..run_context import RunContext
from ..search_box import search_box

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_MOST_SAMPLES = {"preview": 8, "full": 64}
_WORK = {"preview": 8e6, "full": 1.4e8}
"""Of all samples together, in cubes of the number of components: about 30 ms, and half a second."""
_PLACES = {"preview": 6, "full": 24}
"""Random points of the search box at which |J|_2 is measured."""


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
        if context.map.size > LARGEST_DENSE:
            if not context.preview:
                self._reading = self._by_products(run)
            return
        samples = self._samples(len(run.solution), context.map.size)
        if samples.size:
            self._reading = self._dense(run, samples)

    def _samples(self, count: int, size: int) -> Int[np.ndarray, "S"]:
        """The first ones, as many as can be afforded, and the one that is looked at."""
        quality = self._context.quality
        most = min(_MOST_SAMPLES[quality], int(_WORK[quality] / size**3))
        if not self._context.preview:
            most = max(1, most)
        samples = np.arange(min(count, most))
        if samples.size and len(samples) <= self._context.focus < count:
            samples[-1] = self._context.focus
        return samples

    def _dense(self, run: SolverRun, samples: Int[np.ndarray, "S"]) -> Spectrum | None:
        context = self._context
        if context.map is None:
            return None
        at, rows = run.solution[samples], None if context.rows is None else context.rows[samples]
        jacobians = jacobians_at(context.map, at, rows)
        eigenvalues = spectrum(jacobians)
        damping, damped = best_damping(eigenvalues)
        return Spectrum(
            eigenvalues=eigenvalues,
            converged=np.isfinite(eigenvalues),
            bounds=np.zeros(eigenvalues.shape),
            at=at,
            solved=_solved(run, samples),
            samples=samples,
            radius=radius(eigenvalues),
            norm=spectral_norm(jacobians),
            damping=damping,
            damped_radius=damped,
            condition=_condition(np.eye(at.shape[1]) - jacobians),
            measures=measures(jacobians, eigenvalues, self._largest_norm(rows, len(samples))),
        )

    def _largest_norm(self, rows: Int[np.ndarray, "S"] | None, count: int) -> Float[np.ndarray, "S"]:
        """The largest |J|_2 at random points of the search box; NaN of a layer for which that is slow."""
        context = self._context
        if context.map is None or context.map.large:
            return np.full(count, np.nan)
        lower, upper = search_box(context)
        if not np.isfinite(upper - lower).all():
            return np.full(count, np.nan)
        places = np.random.default_rng(0).uniform(lower, upper, (_PLACES[context.quality], len(lower)))
        every = np.arange(count if rows is not None else 1)
        points = np.tile(places, (len(every), 1))
        norms = spectral_norm(
            jacobians_at(context.map, points, None if rows is None else np.repeat(rows, len(places)))
        ).reshape(len(every), len(places))
        found = np.fmax.reduce(norms, axis=1)
        return np.asarray(np.broadcast_to(found, count).copy())

    def _by_products(self, run: SolverRun) -> Spectrum | None:
        context = self._context
        if context.map is None:
            return None
        sample = np.array([min(context.focus, len(run.solution) - 1)])
        at, rows = run.solution[sample], None if context.rows is None else context.rows[sample]
        jacobian, unknown = products_at(context.map, at, rows), np.full(1, np.nan)
        found = outer_spectrum(jacobian.product, context.map.size)
        return Spectrum(
            eigenvalues=found.values[None],
            converged=found.converged[None],
            bounds=found.bounds[None],
            at=at,
            solved=_solved(run, sample),
            samples=sample,
            radius=np.array([found.radius]),
            norm=np.array([norm_by_products(jacobian.product, jacobian.pullback, context.map.size)]),
            damping=np.array([found.damping]),
            damped_radius=np.array([found.damped_radius]),
            condition=unknown,
            measures=_measures_by_products(jacobian, context.map.size, found.abscissa),
        )

    def read(self) -> Spectrum | None:
        return self._reading


def _measures_by_products(jacobian: JacobianProducts, size: int, abscissa: float) -> JacobianMeasures:
    unknown = np.full(1, np.nan)
    squares, error = hutchinson(jacobian.products, (1, size))
    return JacobianMeasures(
        infinity_norm=unknown,
        frobenius=unknown,
        hutchinson=squares,
        hutchinson_error=error,
        power_estimate=power_estimate(jacobian.products, (1, size)),
        abscissa=np.array([abscissa]),
        symmetric_top=np.array([symmetric_top_by_products(jacobian.product, jacobian.pullback, size)]),
        departure=unknown,
        largest_norm=unknown,
    )


def _solved(run: SolverRun, samples: Int[np.ndarray, "S"]) -> np.ndarray:
    return np.array([run.outcomes[sample].success for sample in samples.tolist()], dtype=bool)


def _condition(matrices: Float[np.ndarray, "S n n"]) -> Float[np.ndarray, "S"]:
    """Of every matrix; NaN where it is not finite."""
    found = np.full(len(matrices), np.nan)
    for index in np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2))):
        found[index] = np.linalg.cond(matrices[index])
    return found


PROBE = SpectrumProbe
