"""The programs of a system's right-hand side and of its Jacobian: what the emitters write out."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from .derivatives import plus, slopes_along, slopes_by_parameter, slopes_by_time, slopes_of, times
from .program import Program, lowered
from .system import System


@lru_cache(maxsize=256)
def rates_program(system: System) -> Program:
    """The program of f, one output per component; of a minimisation, f is minus the gradient of the objective."""
    return _downhill(system) if system.kind == "minimise" else lowered(system)


@lru_cache(maxsize=256)
def jacobian_program(system: System) -> Program:
    """The program of df/dz, its n^2 outputs row by row."""
    program = rates_program(system).copy()
    sources, slopes, zero = program.outputs, slopes_of(program), program.number(0.0)
    program.outputs = tuple(slopes[place].get(column, zero) for place in sources for column in range(system.size))
    return program


def entries_program(system: System, rows: Sequence[int], columns: Sequence[int]) -> Program:
    """The program of the entries of df/dz at those places alone, one output each."""
    program = rates_program(system).copy()
    sources, slopes, zero = program.outputs, slopes_of(program), program.number(0.0)
    places = zip(rows, columns, strict=True)
    program.outputs = tuple(slopes[sources[row]].get(column, zero) for row, column in places)
    return program


@lru_cache(maxsize=256)
def curvature_program(system: System) -> Program:
    """The program of the derivative of df/dz along v, row by row; v follows the system's inputs as parameters."""
    program = jacobian_program(system).copy()
    sources, slopes, zero = program.outputs, slopes_of(program), program.number(0.0)
    direction = [program.add("parameter", index=len(system.inputs) + index) for index in range(system.size)]
    outputs = []
    for place in sources:
        total = zero
        for state, slope in slopes[place].items():
            total = plus(program, total, times(program, slope, direction[state]))
        outputs.append(total)
    program.outputs = tuple(outputs)
    return program


@lru_cache(maxsize=256)
def directional_program(system: System, order: int) -> Program:
    """The program of d^order/ds^order f(z + s v) at s = 0, one output per component; v follows the system's inputs as
    parameters."""
    program = rates_program(system).copy()
    direction = [program.add("parameter", index=len(system.inputs) + index) for index in range(system.size)]
    for _ in range(order):
        sources, slopes = program.outputs, slopes_along(program, direction)
        program.outputs = tuple(slopes[place] for place in sources)
    return program


@lru_cache(maxsize=256)
def parameter_slope_program(system: System, name: str) -> Program:
    """The program of df/dp for the parameter called `name`, one output per component."""
    program = rates_program(system).copy()
    index = [parameter.name for parameter in system.parameters].index(name)
    slopes = slopes_by_parameter(program, index)
    program.outputs = tuple(slopes[place] for place in program.outputs)
    return program


@lru_cache(maxsize=256)
def linearised_program(system: System, name: str) -> Program:
    """The programs of f, of df/dz row by row and of df/dp in one: n + n^2 + n outputs that share what they can."""
    program = rates_program(system).copy()
    sources, zero = program.outputs, program.number(0.0)
    slopes = slopes_of(program)
    by_parameter = slopes_by_parameter(program, [parameter.name for parameter in system.parameters].index(name))
    jacobian = [slopes[place].get(column, zero) for place in sources for column in range(system.size)]
    program.outputs = (*sources, *jacobian, *(by_parameter[place] for place in sources))
    return program


@lru_cache(maxsize=256)
def time_slope_program(system: System) -> Program:
    """The program of df/dt where the state stays, one output per component."""
    program = rates_program(system).copy()
    slopes = slopes_by_time(program)
    program.outputs = tuple(slopes[place] for place in program.outputs)
    return program


def _downhill(system: System) -> Program:
    program = lowered(system).copy()
    (objective,) = program.outputs
    slope, zero = slopes_of(program)[objective], program.number(0.0)
    program.outputs = tuple(program.add("neg", slope.get(column, zero)) for column in range(system.size))
    return program
