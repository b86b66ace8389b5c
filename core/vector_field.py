"""The contract of a vector field z' = f(t, z), however it was given: a formula or a torch callable."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from .language import System
    from .sparse_jacobian import SparseJacobian
    from .tracing.dense_network import DenseNetwork
    from .tracing.traced_field import TracedField

ArrayField = Callable[[Any, np.ndarray], np.ndarray]
"""f(t, z): t a number or (...), z (..., n) -> (..., n); numpy float64; bad points are NaN or inf, never raise."""


class VectorField(Protocol):
    """A field with its parameters bound. n is the state size."""

    @property
    def size(self) -> int:
        """The state size n."""

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""

    @property
    def autonomous(self) -> bool:
        """Whether f does not use t."""

    @property
    def system(self) -> System | None:
        """The formula system behind it; None for a torch callable."""

    def structure(self, dtype: str) -> DenseNetwork | TracedField | None:
        """What a kernel can compile where there is no formula, in a run in `dtype`; None where that cannot be told."""

    @property
    def parameters(self) -> tuple[float, ...]:
        """Parameter values in the system's order; empty for a torch callable."""

    def array(self) -> ArrayField:
        """f on numpy arrays."""

    def jacobian(self) -> ArrayField:
        """df/dz on numpy arrays: t, z (..., n) -> (..., n, n)."""

    def time_slope(self) -> ArrayField:
        """df/dt on numpy arrays while the state stays: t, z (..., n) -> (..., n)."""

    def sparse_jacobian(self) -> SparseJacobian | None:
        """df/dz by its entries, where they are few and an order draws them to the diagonal; else None."""

    def torch(self, device: str, dtype: str) -> Callable[[Any, Any], Any]:
        """f on tensors: t (B,), z (B, n) -> (B, n), differentiable."""
