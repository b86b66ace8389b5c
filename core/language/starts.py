"""Where trajectories and iterations begin: start lines as flat points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeVar

from .complex_rules import may_have_imaginary_part
from .complex_values import ComplexValues, real_norms
from .constants import constant_entries, evaluated
from .errors import refusal
from .functions import BUILT_IN_NUMBERS
from .names import IMAGINARY, unit_refusal
from .scalars import unroll
from .shapes import Shapes
from .statements import NamedStart, Starts
from .system import State
from .tree import Expression

Point = tuple[float, ...]
Numbers = TypeVar("Numbers", Point, tuple[complex, ...])
_EACH = "give one for each unknown, in the order of the equations; several points as (1, 0), (2, 0)"
_EACH_PART = "give one for each part, (1, 0.5), or one for each unknown, (1 + 0.5i), in the order of the equations"


def declared_starts(lines: Sequence[Starts | NamedStart], states: Sequence[State]) -> tuple[Point, ...]:
    """Starting points, flattened in the order of `states`. Raises FormulaError."""
    points: list[Point] = []
    for line in lines:
        if isinstance(line, NamedStart):
            points.append(_named_point(line, states))
        else:
            points += [_point(entries, states) for entries in line.points]
    return tuple(points)


def _point(entries: Sequence[Expression], states: Sequence[State]) -> Point:
    """One number for every component, or with complex unknowns one for every entry of an unknown."""
    may_be_complex = _any_complex(states)
    numbers = [number for entry in entries for number in start_entries(entry, may_be_complex)]
    size = sum(len(state.components) for state in states)
    if len(numbers) == sum(math.prod(state.shape) for state in states):
        rest = iter(numbers)
        return tuple(
            part
            for state in states
            for _ in range(math.prod(state.shape))
            for part in _parts(next(rest), state, entries[0])
        )
    point = tuple(number.real for number in numbers)
    if len(point) == size and any(number.imag for number in numbers):
        cure = "give every complex unknown one number, (1 + 0.5i), or its two parts, (1, 0.5)"
        raise refusal(entries[0], "this start mixes complex numbers with the parts of others", cure)
    return _checked(point, size, entries[0], "a start", _EACH_PART if may_be_complex else _EACH)


def _named_point(line: NamedStart, states: Sequence[State]) -> Point:
    known = {state.name: state for state in states}
    values: dict[str, Point] = {}
    for part in line.values:
        name = part.name.text
        if name not in known:
            raise refusal(part.name, f"{name} is no unknown", f"use {', '.join(known)}")
        if name in values:
            raise refusal(part.name, f"the start of {name} is given twice", "keep one of the two")
        values[name] = _point_of(part.value, known[name], _any_complex(states))
    missing = [name for name in known if name not in values]
    if missing:
        place = line.values[0].name
        raise refusal(place, f"the start does not say where {missing[0]} begins", f"add {missing[0]} = 0")
    return tuple(number for name in known for number in values[name])


def _point_of(value: Expression, state: State, may_be_complex: bool) -> Point:
    numbers = start_entries(value, may_be_complex)
    cure = _EACH
    if state.is_complex:
        cure = f"write one complex number, {state.name} = 1 + 0.5i" if not state.shape else "write [1 + 0.5i, 2, ...]"
    _checked(numbers, math.prod(state.shape), value, f"the start of {state.name}", cure)
    return tuple(part for number in numbers for part in _parts(number, state, value))


def _parts(number: complex, state: State, place: Expression) -> Point:
    if state.is_complex:
        return number.real, number.imag
    if number.imag:
        raise refusal(place, f"{state.name} is real, and its start is complex", f"declare it with {state.name} in C")
    return (number.real,)


def _any_complex(states: Sequence[State]) -> bool:
    return any(state.is_complex for state in states)


def start_entries(expression: Expression, may_be_complex: bool) -> tuple[complex, ...]:
    """The numbers of a start, row by row. Raises FormulaError."""
    what = "a start"
    units = [leaf for leaf in expression.names() if leaf.value == IMAGINARY]
    if units and not may_be_complex:
        raise unit_refusal(units[0])
    if not units:
        return constant_entries(expression, what)
    for leaf in expression.names():
        if leaf.value not in (*BUILT_IN_NUMBERS, IMAGINARY):
            cure = "write a number such as 2, 0.5 or 1 + 2i"
            raise refusal(leaf, f"{what} must be a number, without {leaf.value}", cure)
    may_have_imaginary_part(expression, {IMAGINARY})  # refuses what has no complex meaning
    Shapes({}).of(expression)
    entries = [_complex_number(entry) for entry in unroll(real_norms(expression), {}).flat]
    if not all(math.isfinite(entry.real) and math.isfinite(entry.imag) for entry in entries):
        raise refusal(expression, f"{what} is not a finite number", "use a smaller number")
    return tuple(entries)


def _complex_number(entry: Expression) -> complex:
    values = ComplexValues({})
    value = values.value(entry)
    known = dict(BUILT_IN_NUMBERS)
    for label, part in values.helpers:
        known[label] = evaluated(part, known)
    return complex(evaluated(value.re, known), evaluated(value.im, known))


def _checked(point: Numbers, size: int, place: Expression, what: str, cure: str) -> Numbers:
    if len(point) != size:
        raise refusal(place, f"{what} has {size} number{'' if size == 1 else 's'}, not {len(point)}", cure)
    return point
