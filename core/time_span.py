"""Time spans and output times as a person gives them: one for all trajectories, or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .problem import checked_span, span_ends
from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float


def time_span(t: Any, count: int) -> tuple[float, float] | Float[np.ndarray, "2 B"]:
    """The span of all trajectories, or (2, B) where `t` gives each of the `count` its own; ValueError for no span.

    t: (t0, t1), each a number or an array (B,).
    """
    try:
        begin, end = (_numbers(part) for part in t)
        if max(begin.ndim, end.ndim) > 1:
            raise ValueError("they have more than one axis")
    except (TypeError, ValueError) as fault:
        raise ValueError(f"t needs two numbers, the ends of the time span, not {t!r}") from fault
    for part in (begin, end):
        if part.ndim and len(part) != count:
            raise ValueError(f"t has {len(part)} beginnings or ends of time spans, and the number of starts is {count}")
    if not begin.ndim and not end.ndim:
        return checked_span((begin.item(), end.item()), count)
    return checked_span(np.array(np.broadcast_arrays(begin, end)), count)


def output_times(
    at: Any, span: tuple[float, float] | Float[np.ndarray, "2 B"], count: int = 1
) -> Float[np.ndarray, "..."]:
    """The wanted times, checked: inside the span, each after the one before in the direction of time.

    at: (T,) for all of the `count` trajectories, or (B, T). Raises ValueError.
    """
    try:
        times = np.array(_numbers(at))
    except (TypeError, ValueError) as fault:
        raise ValueError(f"at needs a list of times: {fault}") from fault
    if times.ndim not in (1, 2) or not times.size:
        raise ValueError("at needs a list of at least one time")
    if times.ndim == 2 and len(times) != count:
        raise ValueError(f"at has {len(times)} rows of times, and the number of starts is {count}")
    shared = isinstance(span, tuple) and times.ndim == 1
    ends = span_ends(span, 1 if shared else count)
    for row, (begin, end) in enumerate(ends.T.tolist()):
        _check(times if times.ndim == 1 else times[row], begin, end, "" if shared else f" of start {row}")
    return times


def _check(times: Float[np.ndarray, "T"], begin: float, end: float, which: str) -> None:
    ordered = times.size == 1 or ((times[1:] - times[:-1]) * (1.0 if end > begin else -1.0) > 0).all()
    outer = (times[0], times[-1]) if ordered else (times.min(), times.max())
    if not all(min(begin, end) <= time <= max(begin, end) for time in outer):
        raise ValueError(f"the times in at must be numbers inside the span from {begin:g} to {end:g}{which}")
    if not ordered:
        raise ValueError(
            f"the times in at must follow one another in the direction of the time span{which}, none twice"
        )


def _numbers(given: Any) -> np.ndarray:
    """Real numbers as float64. Raises TypeError or ValueError for what holds none."""
    array = np.asarray(host(given) if hasattr(given, "detach") else given)
    if np.iscomplexobj(array):
        raise TypeError("the times are complex")
    return array.astype(np.float64)
