"""The implicit layer of a formula system, z <- f(z) or 0 = g(z), with its parameters bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .fixed_point_map import ArrayMap
from .language import (
    LARGEST_UNROLLED,
    System,
    array_curvature,
    array_jacobian,
    array_parameter_slope,
    bound_array_field,
    bound_torch_field,
    preactivation_system,
    torch_field,
)
from .text_layer import TextLayer, known_rows

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


class FormulaMap(TextLayer):
    """f(z; p) of `system` with the text's parameter values, or those of `values` by name.

    A root problem 0 = g(z) is the map f(z) = z - g(z). Raises ValueError for a system of another kind or a value
    that is no finite number, TypeError for a value without a parameter, with the nearest name.
    """

    def __init__(self, system: System, values: Mapping[str, float] | None = None) -> None:
        if system.kind not in ("map", "root"):
            raise ValueError("this system is no implicit layer: write z <- f(z), or 0 = g(z) and solve z = 1")
        super().__init__(system, values)
        self._is_root = system.kind == "root"

    @property
    def system(self) -> System:
        """The formula system."""
        return self._text

    @property
    def large(self) -> bool:
        """Whether torch is faster than numpy: its Jacobian in components would be very long."""
        return self.size > LARGEST_UNROLLED

    @property
    def preactivation(self) -> FormulaMap | None:
        """h of a layer z <- relu(h(z)) with an affine h(z) = W z + b; None for a layer of another form."""
        inner = preactivation_system(self._text)
        return None if inner is None else FormulaMap(inner, self._values)

    def array(self, rows: np.ndarray | None = None) -> ArrayMap:
        """f on numpy arrays (S, n); rows (S,) or (1,): which row of the batch data each sample sees."""
        function = bound_array_field(_formula(self._text), 0.0, self._inputs(rows))
        return (lambda z: z - function(z)) if self._is_root else function

    def jacobian(self, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dz on numpy arrays, (S, n) -> (S, n, n), from symbolic derivatives."""
        function, inputs, unit = array_jacobian(_formula(self._text)), self._inputs(rows), np.eye(self.size)
        if self._is_root:
            return lambda z: unit - function(0.0, z, inputs)
        return lambda z: function(0.0, z, inputs)

    def curvature(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The derivative of df/dz along v on numpy arrays, from symbolic second derivatives."""
        function, inputs = array_curvature(_formula(self._text)), self._inputs(rows)
        if self._is_root:
            return lambda z, v: -function(z, v, inputs)
        return lambda z, v: function(z, v, inputs)

    def parameter_slope(self, name: str, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dp of the parameter called `name` on numpy arrays, (S, n) -> (S, n), from symbolic derivatives."""
        function, inputs = array_parameter_slope(_formula(self._text), name), self._inputs(rows)
        if self._is_root:
            return lambda z: -function(0.0, z, inputs)
        return lambda z: function(0.0, z, inputs)

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Any, Mapping[str, Any] | None], Any]:
        """f(z, inputs) on tensors (S, n); `inputs` replaces parameters, batch data (S, ...) and stored weights."""
        function, is_root = torch_field(_formula(self._text)), self._is_root
        own = self._tensors(device, dtype, rows)
        bound = bound_torch_field(self._text, 0.0, own, torch.empty(0, device=device, dtype=getattr(torch, dtype)))

        def layer(z: Any, inputs: Mapping[str, Any] | None = None) -> Any:
            value = function(0.0, z, {**own, **inputs}) if inputs else bound(z)
            return z - value if is_root else value

        return layer

    def _inputs(self, rows: np.ndarray | None) -> list[Any]:
        """A number for every parameter, and a column (S,) for every number of a row of the batch data."""
        columns: list[Any] = list(self._values.values())
        for stored in self._batches.values():
            columns.extend(stored[known_rows(rows)].reshape(-1, int(np.prod(stored.shape[1:]))).T)
        return columns


def _formula(system: System) -> System:
    """The system. Raises ValueError for one that no formula, but a Python file, computes."""
    if system.module is not None:
        raise ValueError(f"the Python file {system.module.file} computes this layer: core.load or core.layer_from_file")
    return system
