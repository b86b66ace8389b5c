"""Products of the adjoint with the derivatives of a formula, in numpy: its adjoint is a formula itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import NUMPY
from .deferred import deferred
from .formula_field import FormulaField
from .language import System
from .language.adjoint_system import adjoint_system
from .vector_field import ArrayField
from .vector_jacobian import Inputs

if TYPE_CHECKING:
    import torch
    from torch import Tensor
else:
    torch = deferred("torch")


class FormulaProducts:
    """Of `system` with its parameters bound, in float64 on the processor; the inputs are numbers."""

    def __init__(self, system: System, values: Mapping[str, float]) -> None:
        self.library = NUMPY
        self._size = system.size
        self.field = FormulaField(system, values)

        @lru_cache(maxsize=4)
        def adjoint(names: tuple[str, ...]) -> ArrayField:
            return FormulaField(adjoint_system(system, names), values).array()

        self._adjoint: Callable[[tuple[str, ...]], ArrayField] = adjoint

    def rows(self, t: Any, z: np.ndarray, a: np.ndarray, numbers: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
        """All at once."""
        rates = self._adjoint(tuple(numbers))(t, np.concatenate([z, a, np.zeros((len(z), len(numbers)))], axis=1))
        return rates[:, : self._size], -rates[:, self._size :]

    def summed(self, t: Any, z: np.ndarray, a: np.ndarray, names: Sequence[str]) -> list[Tensor]:
        """All at once."""
        with np.errstate(all="ignore"):
            _, products = self.rows(t, z, a, names)
        return list(torch.as_tensor(products[:, self._size :].sum(axis=0)).unbind())


def formula_products(system: System, values: Mapping[str, float]) -> Callable[[Inputs], FormulaProducts]:
    """Makes the products for given inputs; `values` are those of all parameters."""
    return lambda inputs: FormulaProducts(system, {**values, **{name: float(x) for name, x in inputs.items()}})
