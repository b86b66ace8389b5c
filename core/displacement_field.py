"""The flow of an implicit layer: z' = f(z) - z, which rests where the layer's equation holds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from .fixed_point_map import FixedPointMap
from .vector_field import ArrayField

if TYPE_CHECKING:
    from .language import System


class DisplacementField:
    """How far, and where to, one iteration of Picard's method moves a point.

    row: the row of the batch data that it sees, (1,); None where there is none.
    """

    def __init__(self, layer: FixedPointMap, row: np.ndarray | None = None) -> None:
        self._map, self._row = layer, row

    @property
    def size(self) -> int:
        """The state size n."""
        return self._map.size

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._map.components

    @property
    def autonomous(self) -> bool:
        """True: a map has no time."""
        return True

    @property
    def system(self) -> System | None:
        """The formula system behind the map."""
        return self._map.system

    def structure(self, _dtype: str) -> None:
        """None: what the layer computes is not asked."""

    @property
    def parameters(self) -> tuple[float, ...]:
        """The map's parameter values."""
        return tuple(self._map.parameters.values())

    def array(self) -> ArrayField:
        """f(z) - z on numpy arrays."""
        function = self._map.array(self._row)
        return lambda _t, z: function(z) - z

    def jacobian(self) -> ArrayField:
        """df/dz - I on numpy arrays."""
        function, unit = self._map.jacobian(self._row), np.eye(self.size)
        return lambda _t, z: function(z) - unit

    def time_slope(self) -> ArrayField:
        """0."""
        return lambda _t, z: np.zeros_like(z)

    def sparse_jacobian(self) -> None:
        """None: it is used whole."""

    def torch(self, device: str, dtype: str) -> Callable[[Any, Any], Any]:
        """f(z) - z on tensors."""
        function = self._map.torch(device, dtype, self._row)
        return lambda _t, z: function(z, None) - z
