"""What the public analyses of one trajectory are asked: a formula's field, one start and a span, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .formula_field import FormulaField
from .language import System
from .start_rows import start_rows
from .time_span import time_span
from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


class OneTrajectory(NamedTuple):
    """field, start (n,) and the ends of the span."""

    field: VectorField
    start: Float[np.ndarray, "n"]
    begin: float
    end: float


def one_trajectory(
    name: str,
    what: str,
    obstacle: Callable[[VectorField], str],
    system: System | VectorField,
    start: Any,
    t: tuple[float, float],
    params: Mapping[str, float] | None,
) -> OneTrajectory:
    """The question of the function `name`, which finds `what`, unless there is an `obstacle` in the field.

    Raises ValueError or TypeError, with a sentence, where it makes no sense.
    """
    field = FormulaField(system, params) if isinstance(system, System) else system
    if not hasattr(field, "components"):
        raise TypeError(f"{name} takes a parsed formula (core.parse), not {type(system).__name__}")
    if params and field is system:
        raise TypeError("params names parameters of a formula, and this field has its values bound already")
    reason = obstacle(field)
    if reason:
        raise ValueError(f"no {what}: {reason}")
    starts, single = start_rows(start, field.components, "B")
    if not single:
        raise ValueError(f"{name} follows one trajectory: give one start")
    begin, end = (float(edge) for edge in time_span(t, 1))
    return OneTrajectory(field, starts[0], begin, end)
