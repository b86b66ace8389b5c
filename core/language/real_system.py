"""A system with complex unknowns as one of real scalars, their real and imaginary parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from .complex_values import ComplexValue, ComplexValues, real_norms
from .scalars import scalars
from .system import PARTS, Equation, Helper, State, System, component_name
from .tree import Expression, name


def real_system(system: System) -> System:
    """`system` with the same components as real scalars; itself where nothing in it is complex.

    Its helpers are parts of the typed ones and of intermediate results. Their names hold spaces and dots, which keep
    them apart from what a person can write.
    """
    return _real_system(system) if system.is_complex else system


@lru_cache(maxsize=256)
def _real_system(system: System) -> System:
    unrolled = scalars(_with_real_norms(system))
    values = ComplexValues(_unknowns(system))
    for label, expression in unrolled.helpers:
        value = values.value(expression)
        if value.is_real:
            values.known[label] = ComplexValue(values.named(label, value.re))
        else:
            re, im = values.named(f"re {label}", value.re), values.named(f"im {label}", value.im)
            values.known[label] = ComplexValue(re, im)
    sides: list[Expression] = []
    complex_components = [state.is_complex for state in system.states for _ in np.ndindex(*state.shape)]
    for expression, is_complex in zip(unrolled.rates, complex_components, strict=True):
        value = values.value(expression)
        sides += [value.re, value.im] if is_complex else [value.re]
    states = [State(*names, (), 0) for names in zip(system.components, system.symbols, strict=True)]
    helpers = _needed(values.helpers, sides)
    return replace(
        system,
        states=tuple(states),
        helpers=tuple(Helper(label, label, (), part) for label, part in helpers),
        equations=tuple(Equation(state, side) for state, side in zip(states, sides, strict=True)),
        key=f"the parts of {system.key}",
    )


def _unknowns(system: System) -> dict[str, ComplexValue]:
    """The parts of every complex component."""
    places = ((state, place) for state in system.states if state.is_complex for place in np.ndindex(*state.shape))
    labels = [component_name(state.name, place) for state, place in places]
    return {label: ComplexValue(*(name(f"{part} {label}") for part in PARTS)) for label in labels}


def _needed(helpers: Sequence[tuple[str, Expression]], sides: Sequence[Expression]) -> list[tuple[str, Expression]]:
    """The helpers that `sides` use, directly or through others."""
    used = {leaf.value for side in sides for leaf in side.names()}
    kept = []
    for label, part in reversed(helpers):
        if label in used:
            kept.append((label, part))
            used.update(leaf.value for leaf in part.names())
    return kept[::-1]


def _with_real_norms(system: System) -> System:
    return replace(
        system,
        helpers=tuple(replace(helper, expression=real_norms(helper.expression)) for helper in system.helpers),
        equations=tuple(replace(line, expression=real_norms(line.expression)) for line in system.equations),
    )
