"""A tangent of a formula's field beside its state, as a formula."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import plus, slopes_along, slopes_by_time, times
from .program_system import differential_system
from .rates import rates_program
from .system import System


@lru_cache(maxsize=64)
def tangent_system(system: System) -> System:
    """(z, u, w) with z' = f, u' = (df/dz) u + w df/dt and w' = 0: 2 n + 1 components.

    u' is the derivative of f along (u, w), so that the adjoint of this system knows the second derivatives of f.
    """
    program = rates_program(system).copy()
    rates, size = program.outputs, system.size
    state = [program.add("state", index=size + index) for index in range(size)]
    moment = program.add("state", index=2 * size)
    along, by_time = slopes_along(program, state), slopes_by_time(program)
    changes = [plus(program, along[place], times(program, moment, by_time[place])) for place in rates]
    program.outputs = (*rates, *changes, program.number(0.0))
    return differential_system(program, system, "tangent")
