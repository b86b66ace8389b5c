"""Iterations of a layer as programs, one output per component: what is applied again and again in a map of a plane."""

from __future__ import annotations

from functools import lru_cache

from .derivatives import minus, over, plus, times
from .program import Program
from .rates import jacobian_program, rates_program
from .system import System

LARGEST_NEWTON = 3
"""Components up to which Newton's step is written out by Cramer's rule."""


@lru_cache(maxsize=64)
def picard_program(system: System) -> Program:
    """z <- f(z), which is z - g(z) where the system is 0 = g(z)."""
    if system.kind != "root":
        return rates_program(system)
    program = rates_program(system).copy()
    states = _states(program, system.size)
    program.outputs = tuple(minus(program, z, g) for z, g in zip(states, program.outputs, strict=True))
    return program


@lru_cache(maxsize=64)
def damped_program(system: System) -> Program:
    """z <- z + beta (f(z) - z). The factor beta is one more parameter, after the system's inputs."""
    program = picard_program(system).copy()
    beta = program.add("parameter", index=len(system.inputs))
    states = _states(program, system.size)
    program.outputs = tuple(
        plus(program, z, times(program, beta, minus(program, f, z)))
        for z, f in zip(states, program.outputs, strict=True)
    )
    return program


@lru_cache(maxsize=64)
def newton_program(system: System) -> Program:
    """Newton's step, z <- z - (I - J)^-1 (z - f) of a map and z <- z - J^-1 g of a root problem.

    A singular matrix gives infinities or NaN. Raises ValueError for more than `LARGEST_NEWTON` components.
    """
    size = system.size
    if size > LARGEST_NEWTON:
        raise ValueError(f"Newton's step is written out for at most {LARGEST_NEWTON} components, not {size}")
    values = rates_program(system).outputs
    program = jacobian_program(system).copy()  # the values keep their places in it
    slopes = [program.outputs[size * row : size * (row + 1)] for row in range(size)]
    states = _states(program, size)
    residual = list(values)
    if system.kind != "root":
        one = program.number(1.0)
        residual = [minus(program, z, f) for z, f in zip(states, values, strict=True)]
        slopes = [
            tuple(
                minus(program, one if row == column else program.number(0.0), slope)
                for column, slope in enumerate(line)
            )
            for row, line in enumerate(slopes)
        ]
    matrix = [list(line) for line in slopes]
    determinant = _determinant(program, matrix)
    outputs = []
    for column, z in enumerate(states):
        replaced = [[*line[:column], r, *line[column + 1 :]] for line, r in zip(matrix, residual, strict=True)]
        step = over(program, _determinant(program, replaced), determinant)
        outputs.append(minus(program, z, step))
    program.outputs = tuple(outputs)
    return program


def _states(program: Program, size: int) -> list[int]:
    return [program.add("state", index=index) for index in range(size)]


def _determinant(program: Program, matrix: list[list[int]]) -> int:
    """Of a matrix of places, by its first row."""
    if len(matrix) == 1:
        return matrix[0][0]
    total = program.number(0.0)
    for column, entry in enumerate(matrix[0]):
        minor = _determinant(program, [[*line[:column], *line[column + 1 :]] for line in matrix[1:]])
        share = times(program, entry, minor)
        total = minus(program, total, share) if column % 2 else plus(program, total, share)
    return total
