"""What expressions in the names of a system come to, in numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .array_functions import STATE, ExpressionFunctions
from .array_math import NUMPY
from .functions import BUILT_IN_NUMBERS
from .system import System
from .tree import Expression
from .walk import expression_walk

if TYPE_CHECKING:
    from jaxtyping import Float


def array_values(
    system: System,
    expressions: Sequence[Expression],
    z: Float[np.ndarray, "n"],
    values: Mapping[str, Any] | None = None,
    t: float = 0.0,
) -> tuple[np.ndarray, ...]:
    """The value of every expression at t and z, a scalar, vector or matrix. Never raises an arithmetic error.

    values: of parameters by name, where they are not the text's; and a row of every tensor of batch data.
    """
    walk = _walk(system, tuple(expressions))
    with np.errstate(all="ignore"):
        found = walk(t, np.asarray(z, dtype=np.float64), {**system.defaults(), **(values or {})})
    return tuple(np.array(value, dtype=np.float64) for value in found)


def constant_array(expression: Expression) -> np.ndarray:
    """The numbers of an expression without names but pi and e, whose shapes fit. Never raises an arithmetic error."""
    values = {STATE: None, **{name: np.asarray(value) for name, value in BUILT_IN_NUMBERS.items()}}
    with np.errstate(all="ignore"):
        return np.array(ExpressionFunctions({}, NUMPY).evaluation(expression)(values), dtype=np.float64)


@lru_cache(maxsize=64)
def _walk(system: System, expressions: tuple[Expression, ...]) -> Any:
    return expression_walk(system, NUMPY, expressions)
