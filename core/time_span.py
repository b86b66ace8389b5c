"""Time spans and output times as a person gives them: one for all trajectories, or one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .language import System
from .language.declarations import DEFAULT_SPAN
from .problem import checked_span, span_ends
from .telemetry import host

if TYPE_CHECKING:
    from jaxtyping import Float

    from .vector_field import VectorField


def declared_span(system: System | VectorField) -> tuple[float, float]:
    """The time span that the text of `system` declares, t in [a, b]; from 0 to 30 where it declares none, or where
    there is no text."""
    formula = system if isinstance(system, System) else getattr(system, "system", None)
    return DEFAULT_SPAN if formula is None else formula.span


def time_span(t: Any, count: int) -> tuple[float, float] | Float[np.ndarray, "2 B"]:
    """The span of all trajectories, or (2, B) where `t` gives each of the `count` its own; ValueError for no span.

    t: (t0, t1), each a number or an array (B,).
    """
    if isinstance(t, tuple) and len(t) == 2 and all(isinstance(part, int | float) for part in t):
        return checked_span((float(t[0]), float(t[1])), count)
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
    if isinstance(span, tuple) and times.ndim == 1:
        _check(times, *span)
        return times
    begin, end = span_ends(span, count)
    lower, upper = np.minimum(begin, end)[:, None], np.maximum(begin, end)[:, None]
    outside = np.flatnonzero(~((lower <= times) & (times <= upper)).all(axis=1))
    if outside.size:
        row = outside[0]
        raise ValueError(_outside(begin[row], end[row], f" of start {row}"))
    rises = np.diff(np.atleast_2d(times), axis=1) * np.where(end > begin, 1.0, -1.0)[:, None]
    astray = np.flatnonzero(~(rises > 0.0).all(axis=1))
    if astray.size:
        raise ValueError(_astray(f" of start {astray[0]}"))
    return times


def _check(times: Float[np.ndarray, "T"], begin: float, end: float) -> None:
    ordered = times.size == 1 or ((times[1:] - times[:-1]) * (end - begin) > 0).all()
    outer = (times[0], times[-1]) if ordered else (times.min(), times.max())
    if not all(min(begin, end) <= time <= max(begin, end) for time in outer):
        raise ValueError(_outside(begin, end))
    if not ordered:
        raise ValueError(_astray())


def _outside(begin: float, end: float, which: str = "") -> str:
    return f"the times in at must be numbers inside the span from {begin:g} to {end:g}{which}"


def _astray(which: str = "") -> str:
    return f"the times in at must follow one another in the direction of the time span{which}, none twice"


def _numbers(given: Any) -> np.ndarray:
    """Real numbers as float64. Raises TypeError or ValueError for what holds none."""
    array = np.asarray(host(given) if hasattr(given, "detach") else given)
    if np.iscomplexobj(array):
        raise TypeError("the times are complex")
    return array.astype(np.float64)
