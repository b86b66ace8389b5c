"""A formula with one of its parameters left free, and its exact derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..formula_field import bound_values
from ..language import System, array_directional, array_field, array_jacobian, array_linearised
from ..nearest_name import suggestion

if TYPE_CHECKING:
    from jaxtyping import Float


class ParameterFormula:
    """What stands on the right of the equations, at time 0, as a function of the state and of one parameter p.

    values: of the other parameters, where they are not the text's. batch_row: the numbers of a row of the batch data,
    in the order of the text. Raises TypeError for a parameter that the system does not have.
    """

    def __init__(
        self, system: System, parameter: str, values: Mapping[str, float] | None = None, batch_row: Any = ()
    ) -> None:
        bound = bound_values(system, values)
        if parameter not in bound:
            raise TypeError(f"the system has no parameter {parameter!r}{suggestion(parameter, bound)}")
        self._system = system
        self._place = list(bound).index(parameter)
        self._inputs: list[Any] = [*bound.values(), *batch_row]
        self._field, self._jacobian = array_field(system), array_jacobian(system)
        self._linearised = array_linearised(system, parameter)

    def value(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n"]:
        """f(z; p)."""
        return self._field(0.0, z, self._with(p))

    def jacobian(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n n"]:
        """df/dz."""
        return self._jacobian(0.0, z, self._with(p))

    def linearised(
        self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]
    ) -> tuple[Float[np.ndarray, "S n"], Float[np.ndarray, "S n n"], Float[np.ndarray, "S n"]]:
        """f, df/dz and df/dp."""
        size = self._system.size
        found = self._linearised(0.0, z, self._with(p))
        matrix = found[..., size:-size].reshape(*found.shape[:-1], size, size)
        return found[..., :size], matrix, found[..., -size:]

    def along(
        self, order: int, z: Float[np.ndarray, "n"], p: float, v: Float[np.ndarray, "n"]
    ) -> Float[np.ndarray, "n"]:
        """d^order/ds^order f(z + s v; p) at s = 0."""
        return array_directional(self._system, order)(z, v, self._with(p))

    def _with(self, p: Any) -> list[Any]:
        inputs = list(self._inputs)
        inputs[self._place] = p
        return inputs
