"""The forward sensitivities of a formula, as a formula."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import plus, slopes_by_parameter, slopes_of, times
from .program_system import differential_system
from .rates import rates_program
from .system import System


@lru_cache(maxsize=64)
def sensitivity_system(system: System, names: tuple[str, ...], starts: int) -> System:
    """(z, S_1, ..., S_P) with z' = f and S_k' = (df/dz) S_k + df/dp_k for the parameters `names`, then `starts` columns
    S' = (df/dz) S for those of the start: n (1 + P) components, S column by column.

    Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section I.14.
    """
    program = rates_program(system).copy()
    rates, size, zero = program.outputs, system.size, program.number(0.0)
    known = [parameter.name for parameter in system.parameters]
    by_parameter = [[slopes_by_parameter(program, known.index(name))[place] for place in rates] for name in names]
    by_parameter += [[zero] * size for _ in range(starts)]
    slopes = slopes_of(program)
    changes = []
    for column, forcing in enumerate(by_parameter, start=1):
        state = [program.add("state", index=size * column + row) for row in range(size)]
        for row, place in enumerate(rates):
            total = forcing[row]
            for inner, slope in slopes[place].items():
                total = plus(program, total, times(program, slope, state[inner]))
            changes.append(total)
    program.outputs = (*rates, *changes)
    return differential_system(program, system, f"sensitivities to {', '.join(names)} and {starts} starts")
