"""What a person asks of a fit, as a problem: which numbers may move, and what should become of the solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..fit_data import FitData
from ..fit_loss import FitLoss
from ..language import System
from ..nearest_name import suggestion
from .coordinate import Coordinate
from .least_squares import LeastSquares
from .root_model import RootModel
from .trajectory_model import Route, TrajectoryModel

if TYPE_CHECKING:
    from jaxtyping import Float


def trajectory_to_data(
    system: System,
    values: Mapping[str, float],
    start: Float[np.ndarray, "n"],
    begin: float,
    data: FitData,
    ranges: Sequence[Coordinate],
    loss: FitLoss,
    route: Route,
    free_start: bool = False,
) -> LeastSquares:
    """A trajectory from `start` at `begin` that is to go through `data`; `ranges` are those of parameters that may
    move. Raises ValueError where nothing may move, and what `TrajectoryModel` raises."""
    times, place = np.unique(data.t, return_inverse=True)
    known = [(name, column) for name, column in data.columns.items() if name in system.components]
    wanted, target = [], []
    for name, column in known:
        for row in np.flatnonzero(np.isfinite(column)):
            wanted.append((place[row], system.components.index(name)))
            target.append(column[row])
    used = np.unique([row for row, _ in wanted])
    rows = np.searchsorted(used, [row for row, _ in wanted])
    pairs = np.stack([rows, [component for _, component in wanted]], axis=1)
    free = _free_start(system, start, data) if free_start else []
    names = [one.name for one in ranges]
    _refuse_nothing([*ranges, *free], ", or let the start move")
    model = TrajectoryModel(system, values, begin, times[used], pairs, names, len(free), route)
    return LeastSquares(model, [*ranges, *free], np.array(target), start, loss, len(names))


def trajectory_to_end(
    system: System,
    values: Mapping[str, float],
    start: Float[np.ndarray, "n"],
    span: tuple[float, float],
    aim: Mapping[str, float],
    ranges: Sequence[Coordinate],
    route: Route,
) -> LeastSquares:
    """A trajectory whose end is to be at `aim`, by component. Raises as `trajectory_to_data`."""
    places = [(0, system.components.index(name)) for name in aim]
    names = [one.name for one in ranges]
    _refuse_nothing(ranges)
    model = TrajectoryModel(system, values, span[0], np.array([span[1]]), np.array(places), names, 0, route)
    return LeastSquares(model, ranges, np.array(list(aim.values())), start, FitLoss(), len(names))


def root_to_point(
    system: System,
    values: Mapping[str, float],
    start: Float[np.ndarray, "n"],
    aim: Mapping[str, float],
    ranges: Sequence[Coordinate],
    options: Mapping[str, Any],
) -> LeastSquares:
    """A root that is to be at `aim`, by component. Raises ValueError where nothing may move."""
    _refuse_nothing(ranges)
    names = [one.name for one in ranges]
    places = np.array([system.components.index(name) for name in aim])
    model = RootModel(system, values, places, names, options)
    return LeastSquares(model, ranges, np.array(list(aim.values())), start, FitLoss(), len(names))


def parameter_ranges(
    system: System, names: Sequence[str], given: Mapping[str, tuple[float, float]]
) -> list[Coordinate]:
    """The ranges of these parameters: those of `given`, else those of the text.

    Raises ValueError for a name that is no parameter, with the nearest, and for a range that is none.
    """
    declared = {one.name: one for one in system.parameters}
    for name in [*names, *given]:
        if name not in declared:
            raise ValueError(f"the system has no parameter {name!r}{suggestion(name, declared)}")
    found = []
    for name in dict.fromkeys(names):
        one = declared[name]
        ends = given.get(name, (one.lo, one.hi))
        try:
            lo, hi = map(float, ends)
        except (TypeError, ValueError):
            raise ValueError(f"the range of {name} needs two numbers, lo and hi, not {ends!r}") from None
        if not (np.isfinite(lo) and np.isfinite(hi) and lo < hi):
            raise ValueError(f"the range of {name} needs two finite ends, lo < hi, not {lo:g} and {hi:g}")
        found.append(Coordinate(name, lo, hi, one.log and lo > 0.0))
    return found


def checked_values(ranges: Sequence[Coordinate], values: Mapping[str, float]) -> None:
    """ValueError where a parameter that may move begins outside its range."""
    for one in ranges:
        if not one.lo <= values[one.name] <= one.hi:
            raise ValueError(
                f"{one.name} = {values[one.name]:g} lies outside its range from {one.lo:g} to {one.hi:g}: "
                f"give another value, or ranges={{{one.name!r}: (lo, hi)}}"
            )


def _free_start(system: System, start: Float[np.ndarray, "n"], data: FitData) -> list[Coordinate]:
    """The start's components, each in units of its data's largest number, else of its own size."""
    units = []
    for name, value in zip(system.components, start.tolist(), strict=True):
        column = data.columns.get(name, np.array([value]))
        units.append(max(float(np.nanmax(np.abs(column), initial=0.0)), abs(value)) or 1.0)
    return [Coordinate(name, unit=unit) for name, unit in zip(system.components, units, strict=True)]


def _refuse_nothing(coordinates: Sequence[Coordinate], also: str = "") -> None:
    if not coordinates:
        raise ValueError(f"no parameter may move: let one go{also}")
