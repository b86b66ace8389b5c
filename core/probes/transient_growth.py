"""The norms of the powers of the layer's Jacobian where the looked-at sample ended."""

from __future__ import annotations

import numpy as np

from ..analysis.arnoldi import arnoldi
from ..analysis.jacobian_products import LARGEST_DENSE, JacobianProducts, jacobians_at, products_at
from ..analysis.transient_growth import norm_by_products, power_norms, repeated
from ..layer_spectrum import radius, spectrum
from ..probe import SolutionProbe
from ..readings.iterations import SolverRun
from ..readings.transient_growth import TransientGrowth
from ..run_context import RunContext

_POWERS = 30
_LARGEST_PREVIEW = 48
"""Components up to which the picture follows a slider."""
_POWERS_BY_PRODUCTS = 10


class TransientGrowthProbe(SolutionProbe[TransientGrowth]):
    """|J^k|_2, of whole matrices, or of a very large layer by the products of its first few powers."""

    reading = TransientGrowth
    title = "transient growth"

    def __init__(self) -> None:
        self._reading: TransientGrowth | None = None

    def begin(self, context: RunContext) -> None:
        self._context = context

    def solved(self, run: SolverRun) -> None:
        context = self._context
        if context.map is None or (context.preview and context.map.size > _LARGEST_PREVIEW):
            return
        sample = min(context.focus, len(run.solution) - 1)
        at = run.solution[sample]
        rows = None if context.rows is None else context.rows[sample : sample + 1]
        if context.map.size <= LARGEST_DENSE:
            jacobians = jacobians_at(context.map, at[None], rows)
            norms, leading = power_norms(jacobians[0], _POWERS), float(radius(spectrum(jacobians))[0])
        else:
            norms, leading = _by_products(products_at(context.map, at[None], rows), context.map.size)
        self._reading = TransientGrowth(sample, norms, leading, at, run.outcomes[sample].success)

    def read(self) -> TransientGrowth | None:
        return self._reading


def _by_products(jacobian: JacobianProducts, size: int) -> tuple[np.ndarray, float]:
    norms = [1.0]
    for k in range(1, _POWERS_BY_PRODUCTS + 1):
        norms.append(norm_by_products(repeated(jacobian.product, k), repeated(jacobian.pullback, k), size))
    leading = arnoldi(jacobian.product, size, 2)
    return np.array(norms), float(abs(leading.values[0])) if leading.converged[0] else float("nan")


PROBE = TransientGrowthProbe
