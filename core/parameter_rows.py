"""The implicit layer of a formula with values of some parameters of their own for every sample."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import TYPE_CHECKING

import numpy as np

from .formula_map import FormulaMap
from .language import System, preactivation_system
from .language.swept_system import swept_layer

if TYPE_CHECKING:
    from jaxtyping import Float


class ParameterRows(FormulaMap):
    """f(z; p) with row i of `columns`, (G,) for every parameter that is named in it, seen by sample i.

    values: of the other parameters, where they are not the text's. row: of the batch data, which all samples see.
    Raises what `FormulaMap` raises, and KeyError for a name in `columns` that is no parameter.
    """

    def __init__(
        self,
        system: System,
        columns: Mapping[str, Float[np.ndarray, "G"]],
        values: Mapping[str, float] | None = None,
        row: int = 0,
    ) -> None:
        others = {name: value for name, value in (values or {}).items() if name not in columns}
        super().__init__(swept_layer(system, tuple(columns)), others)
        self._count = len(next(iter(columns.values())))
        for name, stored in self._batches.items():
            self._batches[name] = (
                columns[name] if name in columns else np.broadcast_to(stored[row], (self._count, *stored.shape[1:]))
            )

    @property
    def batch(self) -> int:
        """Rows G of the columns."""
        return self._count

    @property
    def preactivation(self) -> ParameterRows | None:
        """h of a layer z <- relu(h(z)) with an affine h(z) = W z + b; None for a layer of another form."""
        inner = preactivation_system(self._text)
        if inner is None:
            return None
        found = copy(self)
        found._text = inner
        return found
