"""The vector field of a formula system with its parameters bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from .language import (
    System,
    array_entries,
    array_field,
    array_jacobian,
    array_products,
    array_time_slope,
    between_events,
    dependence,
    diffusion_of,
    has_long_vectors,
    is_large,
    torch_field,
)
from .nearest_name import suggestion
from .sparse_jacobian import SparseJacobian, entries_by_products, lies_near_diagonal
from .sparse_pattern import SparsePattern
from .vector_field import ArrayField


class FormulaField:
    """z' = f(t, z; p) of `system` with the text's parameter values, or those of `values` by name.

    seed: of the Brownian paths that a text with noise (dW) is driven by; f is then its drift. Who gives none knows
    nothing of noise.
    A minimisation gives its gradient flow z' = -grad phi(z).
    Raises ValueError for a system that is no differential equation, TypeError for a value without a parameter,
    with the nearest name, and ValueError for a value that is no finite number, and for noise without a seed.
    """

    def __init__(self, system: System, values: Mapping[str, float] | None = None, seed: int | None = None) -> None:
        if not system.flows:
            raise ValueError("this system is no differential equation: write its equations as x' = ...")
        if system.noise and seed is None:
            raise ValueError(
                "the text has noise (dW), of which only core.integrate knows: use that, or leave the noise out"
            )
        self._system = system
        self.seed = seed
        self._values = bound_values(system, values)

    @property
    def size(self) -> int:
        """The state size n."""
        return self._system.size

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""
        return self._system.components

    @property
    def autonomous(self) -> bool:
        """Whether no equation uses t."""
        return self._system.autonomous

    @property
    def system(self) -> System:
        """The formula system."""
        return self._system

    def between_events(self) -> FormulaField:
        """The same field without the events of its text: what a trajectory follows from one to the next."""
        return FormulaField(between_events(self._system), self._values) if self._system.events else self

    def diffusion(self) -> FormulaField | None:
        """The field g of dz = f dt + g dW, a number for each component; None without noise."""
        return FormulaField(diffusion_of(self._system), self._values) if self._system.noise else None

    def structure(self, _dtype: str) -> None:
        """None: the formula is compiled."""

    @property
    def parameters(self) -> tuple[float, ...]:
        """The bound values in the system's order."""
        return tuple(self._values.values())

    def array(self) -> ArrayField:
        """f on numpy arrays."""
        return _bound(array_field(self._system), self.parameters)

    def jacobian(self) -> ArrayField:
        """df/dz on numpy arrays, from symbolic derivatives."""
        return _bound(array_jacobian(self._system), self.parameters)

    def time_slope(self) -> ArrayField:
        """df/dt on numpy arrays while the state stays, from symbolic derivatives."""
        return _bound(array_time_slope(self._system), self.parameters)

    def sparse_jacobian(self) -> SparseJacobian | None:
        """df/dz by its entries, of a large system whose formula shows that most are 0; else None."""
        pattern = _near_diagonal(self._system)
        if pattern is None:
            return None
        system, p = self._system, self.parameters
        if has_long_vectors(system):
            products = array_products(system)
            return SparseJacobian(pattern, entries_by_products(pattern, lambda t, z, v: products(t, z, v, p)))
        entries = array_entries(system, tuple(pattern.rows.tolist()), tuple(pattern.columns.tolist()))
        return SparseJacobian(pattern, _bound(entries, p))

    def torch(self, device: str, dtype: str) -> Callable[[Any, Any], Any]:  # noqa: ARG002 - it follows its tensors
        """f on tensors."""
        function, values = torch_field(self._system), dict(self._values)

        def field(t: Any, z: Any) -> Any:
            return function(t, z, values)

        return field


def bound_values(system: System, values: Mapping[str, float] | None) -> dict[str, float]:
    """The text's parameter values with those of `values` in their place, in the system's order.

    Raises TypeError for a name that is no parameter, ValueError for a value that is no finite number.
    """
    bound = system.defaults()
    for name, value in (values or {}).items():
        if name not in bound:
            raise TypeError(f"the system has no parameter {name!r}{suggestion(name, bound)}")
        if not np.isfinite(value):
            raise ValueError(f"the parameter {name} must be a finite number, not {value}")
        bound[name] = float(value)
    return bound


@lru_cache(maxsize=256)
def _near_diagonal(system: System) -> SparsePattern | None:
    """Where the entries of df/dz lie, if its systems are worth solving by them."""
    if not is_large(system):
        return None
    pattern = SparsePattern(dependence(system))
    return pattern if lies_near_diagonal(pattern) else None


def _bound(function: Callable[[Any, np.ndarray, tuple[float, ...]], np.ndarray], p: tuple[float, ...]) -> ArrayField:
    def field(t: Any, z: np.ndarray) -> np.ndarray:
        return function(t, z, p)

    return field
