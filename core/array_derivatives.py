"""A vector field and its derivatives on numpy arrays, counted: what the steps of a method are differentiated by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from .adjoint_flow import parameter_values
from .formula_field import FormulaField
from .formula_products import FormulaProducts
from .language.adjoint_system import adjoint_system
from .language.tangent_system import tangent_system
from .vector_field import ArrayField, VectorField

if TYPE_CHECKING:
    from jaxtyping import Float

    from .language import System


def _unasked() -> None:
    """Nobody waits."""


class ArrayDerivatives:
    """Of `field`: t (M,), z (M, n). check: asked before every call.

    calls: points where f was evaluated; products: of a row with its Jacobian.
    """

    def __init__(self, field: VectorField, check: Callable[[], None] = _unasked) -> None:
        self._field, self._check = field, check
        self.size = field.size
        self.calls = self.products = 0

    def slope(self, t: Any, z: np.ndarray) -> np.ndarray:
        """f (M, n)."""
        self._check()
        self.calls += z.size // self.size
        return self._slope(t, z)

    def jacobian(self, t: Any, z: np.ndarray) -> np.ndarray:
        """df/dz (M, n, n)."""
        self._check()
        self.products += z.size
        return self._jacobian(t, z)

    def by_parameters(
        self, t: np.ndarray, z: Float[np.ndarray, "M n"], a: Float[np.ndarray, "M n"], names: Sequence[str]
    ) -> Float[np.ndarray, "M P"]:
        """(df/dp)^T a for the parameters `names`."""
        if not names:
            return np.zeros((len(z), 0))
        self._check()
        self.calls, self.products = self.calls + len(z), self.products + len(z)
        _, products = self._first.rows(t, z, a, names)
        return products[:, self.size :]

    def bent(
        self,
        t: np.ndarray,
        z: Float[np.ndarray, "M n"],
        u: Float[np.ndarray, "M n"],
        w: Float[np.ndarray, "M"],
        a: Float[np.ndarray, "M n"],
        names: Sequence[str],
    ) -> tuple[Float[np.ndarray, "M n"], Float[np.ndarray, "M P"]]:
        """The derivatives of a^T (J u + w df/dt) by z, then by the parameters `names`; J = df/dz."""
        self._check()
        self.products += 2 * len(z)
        size, nothing = self.size, np.zeros((len(z), 1))
        rows = [z, u, w[:, None], np.zeros_like(z), a, nothing, np.zeros((len(z), len(names)))]
        found = self._second(tuple(names))(t, np.concatenate(rows, axis=1))
        begin = 2 * size + 1
        return -found[:, begin : begin + size], -found[:, 2 * begin :]

    @cached_property
    def _slope(self) -> ArrayField:
        return self._field.array()

    @cached_property
    def _jacobian(self) -> ArrayField:
        return self._field.jacobian()

    @cached_property
    def _first(self) -> FormulaProducts:
        return FormulaProducts(self._system, parameter_values(self._field))

    def _second(self, names: tuple[str, ...]) -> ArrayField:
        system = adjoint_system(tangent_system(self._system), names)
        return FormulaField(system, parameter_values(self._field)).array()

    @property
    def _system(self) -> System:
        system = self._field.system
        assert system is not None  # a torch callable has no parameters by name
        return system
