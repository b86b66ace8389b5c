"""Expressions that a text names and no equation needs: what its author wants to watch, such as an energy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .emit_python import array_objective
from .system import Equation, Helper, System
from .tree import Expression


def invariants_of(system: System) -> tuple[Helper, ...]:
    """The named numbers of a differential equation that hang on its state, and on which nothing else hangs.

    In the order of the text; none of a complex system. Of H = K + V it is H alone, as K and V are needed for it.
    """
    if system.kind != "ode" or system.is_complex:
        return ()
    needed = {str(leaf.value) for expression in _needed(system) for leaf in expression.names()}
    moving = {state.name for state in system.states}
    for helper in system.helpers:  # each uses only earlier ones
        if any(leaf.value in moving for leaf in helper.expression.names()):
            moving.add(helper.name)
    found = [helper for helper in system.helpers if not helper.shape and helper.name in moving - needed]
    return tuple(sorted(found, key=lambda helper: (helper.expression.line, helper.expression.column)))


def array_invariant(system: System, helper: Helper) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """Its value (t, z, p) on numpy arrays: z (..., n) -> (...); not finite where it has none."""
    equation = Equation(system.states[0], Expression("name", (), helper.name))
    key = f"{system.key} {helper.name}"
    return array_objective(replace(system, kind="minimise", equations=(equation,), events=(), noise=(), key=key))


def _needed(system: System) -> Iterator[Expression]:
    yield from (equation.expression for equation in (*system.equations, *system.noise))
    yield from (helper.expression for helper in system.helpers)
    for event in system.events:
        yield from (event.left, event.right, *(change.expression for change in event.changes))
