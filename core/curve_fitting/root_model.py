"""The root of an implicit layer, and its derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..analysis.root_sensitivity import root_sensitivity
from ..formula_map import FormulaMap
from ..language import System
from ..solving import solve
from .model import FitModel, Solved

if TYPE_CHECKING:
    from jaxtyping import Float, Int


class RootModel(FitModel):
    """z* with z* = f(z*; p), or 0 = g(z*; p), found by `core.solve` with `options` from where it was found last.

    components (m,): places of those that count. names: of the parameters that may move.
    dz*/dp = (I - J)^-1 df/dp by the implicit function theorem, NaN where I - J is singular. Raises ValueError for a
    layer with batch data, whose root is another for every row.
    """

    gradient = "by the implicit function theorem"

    def __init__(
        self,
        system: System,
        values: Mapping[str, float],
        components: Int[np.ndarray, "m"],
        names: Sequence[str],
        options: Mapping[str, Any],
    ) -> None:
        if FormulaMap(system, values).batch is not None:
            raise ValueError("a fit of a root needs a layer without batch data, which has one root for each row")
        self._system, self._values = system, dict(values)
        self._components, self._options = components, dict(options)
        self._columns = [list(system.defaults()).index(name) for name in names]
        self._last: Float[np.ndarray, "n"] | None = None

    def solve(self, values: Mapping[str, float], start: Float[np.ndarray, "n"]) -> Solved:
        """Find the root; the first time from `start`."""
        bound = {**self._values, **values}
        root = solve(self._system, start if self._last is None else self._last, params=bound, **self._options)
        assert not isinstance(root.stats.evaluations, np.ndarray)
        assert not isinstance(root.outcome, tuple)
        wanted, columns = self._components, self._columns
        if not root.outcome.success:
            nothing = np.full(len(wanted), np.nan)
            return Solved(
                nothing,
                lambda: np.zeros((len(wanted), 0)),
                root.stats.evaluations,
                f"the root solver {root.outcome}",
            )
        z = self._last = np.asarray(root.z)

        def tangent() -> Float[np.ndarray, "m P"]:
            effects = root_sensitivity(FormulaMap(self._system, bound), z[None]).effects[0]
            return np.asarray(effects[wanted][:, columns])

        return Solved(z[wanted], tangent, root.stats.evaluations)
