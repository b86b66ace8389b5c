"""The variational equation of a formula, as a formula."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import plus, slopes_of, times
from .program_system import differential_system
from .rates import rates_program
from .system import System


@lru_cache(maxsize=64)
def variational_system(system: System) -> System:
    """(z, M, l) with z' = f, M' = (df/dz) M, l' = trace(df/dz): n + n^2 + 1 components, M row by row.

    With M = I at the start, M is the derivative of the state by the start, and det M = exp(l).
    """
    program = rates_program(system).copy()
    rates, size, zero = program.outputs, system.size, program.number(0.0)
    slopes = slopes_of(program)
    matrix = [[program.add("state", index=size * (1 + row) + column) for column in range(size)] for row in range(size)]
    changes, trace = [], zero
    for row, place in enumerate(rates):
        trace = plus(program, trace, slopes[place].get(row, zero))
        for column in range(size):
            total = zero
            for inner, slope in slopes[place].items():
                total = plus(program, total, times(program, slope, matrix[inner][column]))
            changes.append(total)
    program.outputs = (*rates, *changes, trace)
    return differential_system(program, system, "variational equation")
