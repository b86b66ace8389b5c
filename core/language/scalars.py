"""Vectors and matrices unrolled: every system as scalar assignments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from .convolution import convolution_of
from .functions import RANDOM
from .random_constants import random_entries
from .shapes import constant_integer, is_row, sizes_after
from .system import System, component_name
from .tree import Expression, name, number

Grid = Any
"""A numpy object array of scalar expressions, shaped as the value is."""


@dataclass(frozen=True)
class Scalars:
    """helpers: (name, expression) in an order in which each uses only earlier ones, states, parameters and t;
    rates: one expression per component, or the objective. Names of components are the system's ("z[2]")."""

    helpers: tuple[tuple[str, Expression], ...]
    rates: tuple[Expression, ...]


@lru_cache(maxsize=256)
def scalars(system: System) -> Scalars:
    """`system` in scalars; constants of matrices are put where they are used."""
    known: dict[str, Grid] = {state.name: _named(state.name, state.shape) for state in system.states}
    for item in system.data:
        numbers = [number(entry) for entry in item.tensor.array().ravel().tolist()] if not item.batch else []
        known[item.name] = _named(item.name, item.shape) if item.batch else _grid(numbers, item.shape)
    helpers: list[tuple[str, Expression]] = []
    for helper in system.helpers:
        grid = unroll(helper.expression, known)
        entries: list[Expression] = grid.ravel().tolist()
        for index, place in enumerate(np.ndindex(grid.shape)):
            if not _is_constant(entries[index]):
                label = component_name(helper.name, place)
                helpers.append((label, entries[index]))
                entries[index] = name(label)
        known[helper.name] = _grid(entries, grid.shape)
    rates: list[Expression] = []
    for equation in system.equations[:1] if system.kind == "minimise" else system.equations:
        grid = unroll(equation.expression, known)
        shape = () if system.kind == "minimise" else equation.state.shape
        rates.extend(np.broadcast_to(grid, shape).ravel().tolist())
    return Scalars(tuple(helpers), tuple(rates))


def unroll(expression: Expression, known: dict[str, Grid]) -> Grid:
    """The scalar expressions of every component of `expression`."""
    operation = expression.operation
    if operation == "number":
        return _single(expression)
    if operation == "name":
        return known.get(str(expression.value), _single(expression))
    if operation == "eye":
        size = constant_integer(expression.arguments[0], "the size of a matrix")
        return _grid([[number(float(row == column)) for column in range(size)] for row in range(size)], (size, size))
    if operation in ("index", "shift", "reshape"):
        return _moved(operation, unroll(expression.arguments[0], known), sizes_after(expression, 1))
    if operation in ("ones", *RANDOM):
        sizes = tuple(constant_integer(size, "the size of a matrix") for size in expression.arguments)
        numbers = (
            np.ones(sizes) if operation == "ones" else random_entries(operation, sizes, int(expression.value or 0))
        )
        return _grid([number(entry) for entry in numbers.ravel().tolist()], sizes)
    if operation == "conv":
        return _convolved(expression, *(unroll(argument, known) for argument in expression.arguments[:2]))
    grids = [unroll(argument, known) for argument in expression.arguments]
    if operation == "list":
        return np.stack(grids)
    if operation == "transpose":
        return grids[0].T if grids[0].ndim == 2 else grids[0][None, :]
    if operation == "mul" and grids[0].ndim and grids[1].ndim and grids[0].ndim + grids[1].ndim > 2:
        return _matrix_product(expression, *grids)
    if operation in ("dot", "sum", "norm"):
        return _reduced(operation, grids)
    if operation == "softmax":
        rows = grids[0] if grids[0].ndim == 2 else grids[0][None, :]
        return _grid([_softmax(row.tolist()) for row in rows], grids[0].shape)
    if operation == "diag":
        size = len(grids[0])
        zero = number(0.0)
        return _grid([[grids[0][i] if i == j else zero for j in range(size)] for i in range(size)], (size, size))
    shape = np.broadcast_shapes(*(grid.shape for grid in grids))
    spread = [np.broadcast_to(grid, shape).ravel().tolist() for grid in grids]
    entries = [
        Expression(operation, arguments, expression.value, expression.line, expression.column)
        for arguments in zip(*spread, strict=True)
    ]
    return _grid(entries, shape)


def _moved(operation: str, grid: Grid, numbers: tuple[int, ...]) -> Grid:
    if operation == "reshape":
        return grid.reshape(numbers)
    if operation == "shift":
        return np.roll(grid, numbers[0])
    return _kept(grid[tuple(place - 1 for place in numbers)])


def _matrix_product(expression: Expression, left: Grid, right: Grid) -> Grid:
    to_scalar = right.ndim == 1 and is_row(expression.arguments[0], left.shape)
    left = left if left.ndim == 2 else left[:, None]
    columns = right if right.ndim == 2 else right[:, None]
    entries = [[_sum([_times(a, b) for a, b in zip(row, column, strict=True)]) for column in columns.T] for row in left]
    product = _grid(entries, (left.shape[0], columns.shape[1]))
    if to_scalar:
        return product.reshape(())
    return product if right.ndim == 2 else product[:, 0]


def _convolved(expression: Expression, kernel: Grid, value: Grid) -> Grid:
    found = convolution_of(expression, kernel.shape, value.shape, sizes_after(expression, 2))
    windows, rows = value.ravel()[found.places()], kernel.reshape(found.rows, -1)
    entries = [_sum([_times(a, b) for a, b in zip(row, window, strict=True)]) for row in rows for window in windows]
    return _grid(entries, found.shape)


def _reduced(operation: str, grids: list[Grid]) -> Grid:
    shape = np.broadcast_shapes(*(grid.shape for grid in grids))
    rows = [np.broadcast_to(grid, shape).ravel().tolist() for grid in grids]
    if operation == "sum":
        return _single(_sum(rows[0]))
    other = rows[1] if operation == "dot" else rows[0]
    total = _sum([_times(a, b) for a, b in zip(rows[0], other, strict=True)])
    return _single(total if operation == "dot" else Expression("sqrt", (total,)))


def _softmax(entries: list[Expression]) -> list[Expression]:
    largest = Expression("max", tuple(entries)) if len(entries) > 1 else entries[0]
    powers = [Expression("exp", (Expression("add", (entry, Expression("neg", (largest,)))),)) for entry in entries]
    total = _sum(powers)
    return [Expression("div", (power, total)) for power in powers]


def _sum(terms: list[Expression]) -> Expression:
    """Summed in halves: a long sum stays shallow."""
    present = [term for term in terms if term != number(0.0)]
    if not present:
        return number(0.0)
    while len(present) > 1:
        pairs = [Expression("add", (a, b)) for a, b in zip(present[::2], present[1::2], strict=False)]
        present = pairs + present[len(present) - len(present) % 2 :]
    return present[0]


def _times(a: Expression, b: Expression) -> Expression:
    if number(0.0) in (a, b):
        return number(0.0)
    if a == number(1.0):
        return b
    return a if b == number(1.0) else Expression("mul", (a, b))


def _is_constant(expression: Expression) -> bool:
    return expression.operation == "number" or (expression.operation == "neg" and _is_constant(expression.arguments[0]))


def _named(text: str, shape: tuple[int, ...]) -> Grid:
    return _grid([name(component_name(text, place)) for place in np.ndindex(shape)], shape)


def _single(expression: Expression) -> Grid:
    return _grid([expression], ())


def _kept(value: Any) -> Grid:
    return value if isinstance(value, np.ndarray) else _single(value)


def _grid(entries: Any, shape: tuple[int, ...]) -> Grid:
    flat = np.empty(int(np.prod(shape)), dtype=object)
    flat[:] = [entry for row in entries for entry in row] if entries and isinstance(entries[0], list) else entries
    return flat.reshape(shape)
