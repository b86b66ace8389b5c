"""An implicit layer with one of its parameters left free: z = f(z; p)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np

from ..fixed_point_map import FixedPointMap
from ..language import System
from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Float

_DIFFERENCE = np.finfo(np.float64).eps ** (1.0 / 3.0)
"""Step of a central difference beside 1 + |p|: its truncation and its rounding error are about equal there."""


class Linearised(NamedTuple):
    """f (S, n), df/dz (S, n, n) and df/dp (S, n) at S pairs of a point and a parameter value."""

    f: Float[np.ndarray, "S n"]
    jacobian: Float[np.ndarray, "S n n"]
    slope: Float[np.ndarray, "S n"]


class SolutionFamily(Protocol):
    """f(z; p) of one scalar parameter p on numpy arrays; bad points are NaN or inf, never raise."""

    @property
    def size(self) -> int:
        """The state size n."""

    def value(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n"]:
        """f(z; p)."""

    def jacobian(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n n"]:
        """df/dz."""

    def linearised(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Linearised:
        """f with both of its derivatives."""


class FormulaFamily:
    """A map or root problem written as a formula: exact derivatives by z and by p.

    values: of its other parameters, where they are not the text's. batch_row: the numbers of the row of the batch data
    that is looked at, in the order of the text. Raises ValueError for a system of another kind, TypeError for a
    parameter that it does not have.
    """

    def __init__(
        self, system: System, parameter: str, values: Mapping[str, float] | None = None, batch_row: Any = ()
    ) -> None:
        if system.kind not in ("map", "root"):
            raise ValueError("this system is no implicit layer: write z <- f(z), or 0 = g(z) and solve z = 1")
        self._is_root = system.kind == "root"
        self._formula = ParameterFormula(system, parameter, values, batch_row)
        self._unit = np.eye(system.size)

    @property
    def size(self) -> int:
        """The state size n."""
        return len(self._unit)

    def value(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n"]:
        """f(z; p); of a root problem 0 = g(z; p) it is z - g."""
        value = self._formula.value(z, p)
        return z - value if self._is_root else value

    def jacobian(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n n"]:
        """df/dz."""
        slope = self._formula.jacobian(z, p)
        return self._unit - slope if self._is_root else slope

    def linearised(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Linearised:
        """f with both of its derivatives."""
        value, slope, by_parameter = self._formula.linearised(z, p)
        if self._is_root:
            return Linearised(z - value, self._unit - slope, -by_parameter)
        return Linearised(value, slope, by_parameter)


class MapFamily:
    """A layer that is made anew for every value of the parameter, such as a torch callable: df/dp by differences.

    layer: p -> the layer; row: the row of its batch data that is looked at, None without.
    """

    def __init__(self, layer: Callable[[float], FixedPointMap], size: int, row: int | None = None) -> None:
        self._layer, self._size = layer, size
        self._rows = None if row is None else np.array([row])

    @property
    def size(self) -> int:
        """The state size n."""
        return self._size

    def value(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n"]:
        """f(z; p), one layer per different value of p."""
        return self._each(z, p, lambda layer: layer.array(self._rows), (self._size,))

    def jacobian(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Float[np.ndarray, "S n n"]:
        """df/dz."""
        return self._each(z, p, lambda layer: layer.jacobian(self._rows), (self._size, self._size))

    def linearised(self, z: Float[np.ndarray, "S n"], p: Float[np.ndarray, "S"]) -> Linearised:
        """f with both of its derivatives; df/dp = (f(z; p + h) - f(z; p - h)) / 2h."""
        step = _DIFFERENCE * (1.0 + np.abs(p))
        above, below = p + step, p - step
        slope = (self.value(z, above) - self.value(z, below)) / (above - below)[:, None]
        return Linearised(self.value(z, p), self.jacobian(z, p), slope)

    def _each(
        self,
        z: Float[np.ndarray, "S n"],
        p: Float[np.ndarray, "S"],
        function_of: Callable[[FixedPointMap], Callable[[np.ndarray], np.ndarray]],
        shape: tuple[int, ...],
    ) -> np.ndarray:
        found = np.empty((len(z), *shape))
        for value in np.unique(p):
            chosen = p == value
            found[chosen] = function_of(self._layer(float(value)))(z[chosen])
        return found
