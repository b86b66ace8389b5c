"""Starts as a person gives them, as rows of float64."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float


def start_rows(start: Any, components: Sequence[str], rows_named: str) -> tuple[Float[np.ndarray, "B n"], bool]:
    """The starts as rows, and whether it is one start that was not given as a row.

    start: n numbers or B times n, a tensor too. rows_named: the letter for B in the sentence. Raises ValueError for
    another shape, and for what is no real number.
    """
    size = len(components)
    needed = f"a start needs {size} numbers ({', '.join(components[:6])})"
    try:
        rows = np.asarray(host(start) if hasattr(start, "detach") else start)
        if np.iscomplexobj(rows):
            raise TypeError("they are complex")
        rows = rows.astype(np.float64)
    except (TypeError, ValueError) as fault:
        raise ValueError(f"{needed}, and these are not: {fault}") from fault
    single = rows.ndim <= 1
    rows = rows.reshape(1, -1) if single else rows
    if rows.ndim != 2 or rows.shape[1] != size or not len(rows):
        raise ValueError(f"{needed}; several starts have the shape ({rows_named}, {size}), not {np.shape(start)}")
    return rows, single
