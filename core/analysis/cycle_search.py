"""Limit cycles that trajectories come to at a few values of a parameter: families begin there too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter

import numpy as np

from ..formula_field import FormulaField
from ..language import System
from ..readings.closed_orbits import ClosedOrbit
from .closed_orbits import closed_orbit, obstacle


def found_cycles(
    system: System,
    values: Mapping[str, float],
    parameter: str,
    places: Sequence[float],
    starts: Sequence[Sequence[float]],
    duration: float,
    most: int = 400,
    longest: float = 15.0,
) -> Iterator[tuple[float, ClosedOrbit | None]]:
    """(value, cycle) for the trajectory from every start at every one of `places` of the parameter, forward in time.

    Yields (value, None) every few milliseconds. duration: how long each is followed before it is looked at. most:
    blocks of up to a hundred steps after which it is given up, so that the same are found however busy the machine is:
    a chaotic one takes long and comes to nothing. longest: seconds after which it is given up in any case.
    """
    for place in places:
        field = FormulaField(system, {**values, parameter: place})
        if obstacle(field):
            return
        for start in starts:
            work, since = closed_orbit(field, np.array(start), duration), perf_counter()
            for _ in range(most):
                if perf_counter() - since > longest:
                    break
                try:
                    next(work)
                except StopIteration as end:
                    if end.value is not None and end.value.kind == "attracting":
                        yield place, end.value
                    break
                yield place, None
