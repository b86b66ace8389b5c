"""What is solved: frozen, independent of how."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class InitialValue:
    """z' = f(t, z), z(t0) = start for each of B samples, wanted at t1 (t1 < t0 integrates backward).

    start (B, n); span (t0, t1), or (2, B): a t0 and a t1 of each sample's own, which becomes one pair where all are
    the same. first: the number of the first sample: sample i has the Brownian path first + i where there is noise.
    """

    field: VectorField
    start: Float[np.ndarray, "B n"]
    span: tuple[float, float] | Float[np.ndarray, "2 B"]
    first: int = 0

    def __post_init__(self) -> None:
        start = np.array(self.start, dtype=np.float64, copy=None, ndmin=2)
        if start.shape[1] != self.field.size:
            raise ValueError(
                f"a start needs {self.field.size} numbers ({', '.join(self.field.components)}), not {start.shape[1]}"
            )
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "span", checked_span(self.span, len(start)))

    @property
    def shared_span(self) -> tuple[float, float] | None:
        """(t0, t1) of all samples; None where they differ."""
        return self.span if isinstance(self.span, tuple) else None

    @property
    def ends(self) -> Float[np.ndarray, "2 B"]:
        """t0 and t1 of every sample."""
        return span_ends(self.span, len(self.start))


def checked_span(
    span: tuple[float, float] | Float[np.ndarray, "2 B"], count: int
) -> tuple[float, float] | Float[np.ndarray, "2 B"]:
    """One pair of floats where all `count` samples share their span, else (2, B). ValueError for what is no span."""
    if isinstance(span, tuple) and len(span) == 2 and all(type(end) is float and math.isfinite(end) for end in span):
        begin, end = span
        if begin != end:  # as mostly: without arrays of two numbers
            return begin, end
    ends = np.asarray(span, dtype=np.float64)
    if ends.shape not in ((2,), (2, count)):
        raise ValueError(f"the time spans of {count} starts need {count} beginnings and {count} ends")
    wrong = np.flatnonzero(~(np.isfinite(ends).all(axis=0) & (ends[0] != ends[1])))
    if wrong.size:
        which = f" of start {wrong[0]}" if ends.ndim == 2 else ""
        pair = tuple(np.atleast_2d(ends.T)[wrong[0]].tolist())
        raise ValueError(f"the time span{which} needs two different finite ends, not {pair}")
    if ends.ndim == 1 or (ends == ends[:, :1]).all():
        begin, end = ends.reshape(2, -1)[:, 0].tolist()
        return begin, end
    return ends


def span_ends(span: tuple[float, float] | Float[np.ndarray, "2 B"], count: int) -> Float[np.ndarray, "2 B"]:
    """t0 and t1 of each of `count` samples."""
    ends = np.asarray(span, dtype=np.float64)
    return np.broadcast_to(ends.reshape(2, -1), (2, count))
