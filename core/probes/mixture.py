"""The weights and values of a map that mixes rows, as attention does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..fixed_point_map import FixedPointMap
from ..language import MixtureForm, System, array_values, mixture_form
from ..probe import Probe
from ..readings.mixture import Mixture, NamedMatrix
from ..run_context import RunContext

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_ROUNDING = 1e-12
"""Part of a column's largest number by which an average may leave its range: the order of additions."""


class MixtureProbe(Probe[Mixture]):
    """Evaluates the factors of the product, and the other named matrices of the weights' shape."""

    reading = Mixture
    title = "weights"
    kinds = frozenset({"map"})

    def __init__(self) -> None:
        self._reading: Mixture | None = None

    def begin(self, context: RunContext) -> None:
        layer = context.map
        system = None if layer is None else layer.system
        form = None if system is None else mixture_form(system)
        if layer is not None and system is not None and form is not None:
            self._reading = _mixture(system, form, layer, _row(context))

    def read(self) -> Mixture | None:
        return self._reading


def _row(context: RunContext) -> int:
    """The row of the batch data that the sample which is looked at sees."""
    rows = context.rows
    return 0 if rows is None or not len(rows) else int(rows[min(context.focus, len(rows) - 1)])


def _mixture(system: System, form: MixtureForm, layer: FixedPointMap, row: int) -> Mixture:
    inputs = {**layer.parameters, **{name: tensor[row] for name, tensor in layer.data.items()}}
    expressions = (form.values, form.weights, *(helper.expression for helper in form.others))
    values, *weights = array_values(system, expressions, np.zeros(system.size), inputs)
    name, values_name = form.names
    named = [(name, "in force"), *((helper.name, helper.symbol) for helper in form.others)]
    matrices = tuple(_named_matrix(*names, entries, values) for names, entries in zip(named, weights, strict=True))
    return Mixture(system.states[0].symbol, values_name, values, matrices)


def _named_matrix(
    name: str, symbol: str, weights: Float[np.ndarray, "m k"], values: Float[np.ndarray, "k d"]
) -> NamedMatrix:
    with np.errstate(all="ignore"):
        output = weights @ values
        return NamedMatrix(name, symbol, weights, weights.sum(axis=1), output, _inside(output, values))


def _inside(output: Float[np.ndarray, "m d"], values: Float[np.ndarray, "k d"]) -> Bool[np.ndarray, "m d"]:
    """Which numbers lie within the range of their column of the values; NaN lies nowhere."""
    room = _ROUNDING * np.abs(values).max(axis=0)
    within: np.ndarray = (output >= values.min(axis=0) - room) & (output <= values.max(axis=0) + room)
    return within


PROBE = MixtureProbe
