"""The contract of an implicit layer z = f(z), however it was given: a formula or a torch callable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

if TYPE_CHECKING:
    from .language import System

ArrayMap = Callable[[np.ndarray], np.ndarray]
"""z (S, n) -> (S, n), or (S, n, n) of a Jacobian; numpy float64; bad points are NaN or inf, never raise."""


class FixedPointMap(Protocol):
    """A map with its parameters bound. n is the state size, B the rows of its batch data.

    A root problem 0 = g(z) is the map f(z) = z - g(z), so that f(z) - z = -g(z) whatever was given.
    rows: which row of the batch data each sample sees, (S,) or (1,) for all alike; None where there is no batch.
    """

    @property
    def size(self) -> int:
        """The state size n."""

    @property
    def components(self) -> tuple[str, ...]:
        """Names of the n components."""

    @property
    def batch(self) -> int | None:
        """Rows B of the batch data; None where every sample sees the same map."""

    @property
    def system(self) -> System | None:
        """The formula system behind it; None for a torch callable."""

    @property
    def parameters(self) -> Mapping[str, float]:
        """Values of the scalar parameters by name; empty for a torch callable."""

    @property
    def data(self) -> Mapping[str, np.ndarray]:
        """Batch data by name, (B, ...); empty where there is none."""

    @property
    def large(self) -> bool:
        """Whether it has too many components for straight-line numpy: torch is faster, and differentiates it."""

    @property
    def preactivation(self) -> FixedPointMap | None:
        """h of a layer z <- relu(h(z)) with an affine h(z) = W z + b; None for a layer of another form."""

    def array(self, rows: np.ndarray | None = None) -> ArrayMap:
        """f on numpy arrays."""

    def jacobian(self, rows: np.ndarray | None = None) -> ArrayMap:
        """df/dz on numpy arrays, (S, n) -> (S, n, n)."""

    def curvature(self, rows: np.ndarray | None = None) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
        """The derivative of df/dz along v on numpy arrays: z, v (S, n) -> (S, n, n)."""

    def torch(
        self, device: str, dtype: str, rows: np.ndarray | None = None
    ) -> Callable[[Any, Mapping[str, Any] | None], Any]:
        """f(z, inputs) on tensors, z (S, n) -> (S, n), differentiable with respect to both.

        inputs: tensors that replace parameters and batch data by name, scalars () or, of batch data, (S, ...);
        None keeps them all.
        """
