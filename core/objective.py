"""The objective of a minimisation with its parameters bound, and its derivatives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from .formula_field import bound_values
from .language import System, array_field, array_jacobian, array_objective

if TYPE_CHECKING:
    from jaxtyping import Float


class Objective:
    """phi of `system` with the text's parameter values, or those of `values` by name.

    Raises ValueError for a system that minimises nothing, TypeError and ValueError for a value that does not fit.
    """

    def __init__(self, system: System, values: Mapping[str, float] | None = None) -> None:
        if system.kind != "minimise":
            raise ValueError("this system minimises nothing: write its objective as minimise ...")
        self._parameters = tuple(bound_values(system, values).values())
        self._value, self._downhill = array_objective(system), array_field(system)
        self._system = system

    @property
    def size(self) -> int:
        """The number n of unknowns."""
        return self._system.size

    @property
    def components(self) -> tuple[str, ...]:
        """Their names."""
        return self._system.components

    def value(self, z: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "..."]:
        """phi(z); not finite where it has no value."""
        return self._value(0.0, z, self._parameters)

    def gradient(self, z: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "... n"]:
        """grad phi(z), from symbolic derivatives."""
        return -self._downhill(0.0, z, self._parameters)

    def hessian(self, z: Float[np.ndarray, "... n"]) -> Float[np.ndarray, "... n n"]:
        """The matrix of second derivatives, from symbolic ones."""
        return -array_jacobian(self._system)(0.0, z, self._parameters)
