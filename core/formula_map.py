"""The implicit layer of a formula system, z <- f(z) or 0 = g(z), with its parameters bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from .deferred import deferred
from .fixed_point_map import ArrayMap
from .formula_field import bound_values
from .language import (
    LARGEST_UNROLLED,
    System,
    array_curvature,
    array_field,
    array_jacobian,
    array_parameter_slope,
    preactivation_system,
    torch_field,
)

if TYPE_CHECKING:
    import torch
else:
    torch = deferred("torch")


class FormulaMap:
    """f(z; p) of `system` with the text's parameter values, or those of `values` by name.

    A root problem 0 = g(z) is the map f(z) = z - g(z). Raises ValueError for a system of another kind or a value
    that is no finite number, TypeError for a value without a parameter, with the nearest name.
    """

    def __init__(self, system: System, values: Mapping[str, float] | None = None) -> None:
        if system.kind not in ("map", "root"):
            raise ValueError("this system is no implicit layer: write z <- f(z), or 0 = g(z) and solve z = 1")
        self._system = system
        self._values = bound_values(system, values)
        self._batches = {item.name: item.tensor.array() for item in system.data if item.batch}
        self._is_root = system.kind == "root"

    @property
    def size(self) -> int:
        """The state size n."""
        return self._system.size

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._system.components

    @property
    def batch(self) -> int | None:
        """Rows of the batch data; None where every sample sees the same map."""
        return self._system.batch

    @property
    def system(self) -> System:
        """The formula system."""
        return self._system

    @property
    def parameters(self) -> Mapping[str, float]:
        """The bound values by name, in the system's order."""
        return MappingProxyType(self._values)

    @property
    def data(self) -> Mapping[str, np.ndarray]:
        """The batch data by name, (B, ...)."""
        return MappingProxyType(self._batches)

    @property
    def large(self) -> bool:
        """Whether torch is faster than numpy: its Jacobian in components would be very long."""
        return self.size > LARGEST_UNROLLED

    @property
    def preactivation(self) -> FormulaMap | None:
        """h of a layer z <- relu(h(z)) with an affine h(z) = W z + b; None for a layer of another form."""
        inner = preactivation_system(self._system)
        return None if inner is None else FormulaMap(inner, self._values)

    def array(self, rows: np.ndarray | None = None) -> ArrayMap:
        """f on numpy arrays (S, n); rows (S,) or (1,): which row of the batch data each sample sees."""
        function, inputs = array_field(_formula(self._system)), self._inputs(rows)
        if self._is_root:
            return lambda z: z - function(0.0, z, inputs)
        return lambda z: function(0.0, z, inputs)

    def jacobian(self, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dz on numpy arrays, (S, n) -> (S, n, n), from symbolic derivatives."""
        function, inputs, unit = array_jacobian(_formula(self._system)), self._inputs(rows), np.eye(self.size)
        if self._is_root:
            return lambda z: unit - function(0.0, z, inputs)
        return lambda z: function(0.0, z, inputs)

    def curvature(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The derivative of df/dz along v on numpy arrays, from symbolic second derivatives."""
        function, inputs = array_curvature(_formula(self._system)), self._inputs(rows)
        if self._is_root:
            return lambda z, v: -function(z, v, inputs)
        return lambda z, v: function(z, v, inputs)

    def parameter_slope(self, name: str, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dp of the parameter called `name` on numpy arrays, (S, n) -> (S, n), from symbolic derivatives."""
        function, inputs = array_parameter_slope(_formula(self._system), name), self._inputs(rows)
        if self._is_root:
            return lambda z: -function(0.0, z, inputs)
        return lambda z: function(0.0, z, inputs)

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Any, Mapping[str, Any] | None], Any]:
        """f(z, inputs) on tensors (S, n); `inputs` replaces parameters, batch data (S, ...) and stored weights."""
        function, is_root = torch_field(_formula(self._system)), self._is_root
        own: dict[str, Any] = dict(self._values)
        for name, stored in self._batches.items():
            own[name] = torch.tensor(stored[_known(rows)]).to(device, getattr(torch, dtype))

        def layer(z: Any, inputs: Mapping[str, Any] | None = None) -> Any:
            value = function(0.0, z, {**own, **inputs} if inputs else own)
            return z - value if is_root else value

        return layer

    def _inputs(self, rows: np.ndarray | None) -> list[Any]:
        """A number for every parameter, and a column (S,) for every number of a row of the batch data."""
        columns: list[Any] = list(self._values.values())
        for stored in self._batches.values():
            columns.extend(stored[_known(rows)].reshape(-1, int(np.prod(stored.shape[1:]))).T)
        return columns


def _formula(system: System) -> System:
    """The system. Raises ValueError for one that no formula, but a Python file, computes."""
    if system.module is not None:
        raise ValueError(f"the Python file {system.module.file} computes this layer: core.load or core.layer_from_file")
    return system


def _known(rows: np.ndarray | None) -> np.ndarray:
    if rows is None:
        raise ValueError("this layer has a batch of data: say which of its rows each sample sees")
    return np.asarray(rows, dtype=np.int64)
