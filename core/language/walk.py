"""Whole vectors and matrices at once: how systems too large to write out in scalars are evaluated in batches.

A value has its own axes behind those of the batch; a constant has no batch axes. The same walk serves numpy and
torch, which an `ArrayLibrary` makes alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .array_functions import STATE, ArrayLibrary, Constant, ExpressionFunctions, Values
from .functions import BUILT_IN_NUMBERS
from .shapes import Shape, Shapes
from .system import Helper, System
from .tree import Expression

LARGEST_UNROLLED = 16
"""Components of one unknown up to which scalars are faster than arrays."""
MOST_UNROLLED = 100
"""Scalar operations up to which the same holds."""


@lru_cache(maxsize=256)
def is_large(system: System) -> bool:
    """Whether whole arrays are faster than scalars for `system`; minimisations and complex numbers are scalars."""
    if system.kind == "minimise" or system.is_complex:
        return False
    if any(math.prod(state.shape) > LARGEST_UNROLLED for state in system.states):
        return True
    return scalar_operations(system) > MOST_UNROLLED


def scalar_operations(system: System) -> int:
    """How many operations on single numbers its right-hand side takes."""
    shapes = Shapes(shapes_of_names(system))
    for expression in (*(line.expression for line in system.helpers), *(line.expression for line in system.equations)):
        shapes.of(expression)
    return shapes.operations


class ArrayWalk:
    """f(t, z, params): t a number or (...), z (..., n), params by name -> (..., n), in the arrays of `library`.

    params: the parameters and the batch data, with the axes of the batch in front where they differ among its
    samples; other data of the system only where they are to be replaced.
    """

    def __init__(self, system: System, library: ArrayLibrary) -> None:
        walk = ExpressionFunctions(shapes_of_names(system), library)
        sides = [line.expression for line in system.equations]
        self._library, self._assignment = library, _Assignment(system, library, walk, sides)
        self._rates = [(line.state, walk.spread(line.expression, line.state.shape)) for line in system.equations]
        # an elementwise operation makes an array of its own, anything else may hand on one that others hold
        self._alone = len(self._rates) == 1 and system.equations[0].expression.operation in library.operations

    def __call__(self, t: Any, z: Any, params: Mapping[str, Any]) -> Any:
        return self.bound(t, params, z)(z)

    def bound(self, t: Any, params: Mapping[str, Any], like: Any) -> Callable[[Any], Any]:
        """f of z alone: t and params are converted once to arrays of the kind of `like`, and of that kind z must be."""
        library, assigned = self._library, self._assignment.bound(t, params, like)

        def field(z: Any) -> Any:
            batch, values = tuple(z.shape[:-1]), assigned(z)
            parts = []
            for state, evaluate in self._rates:
                part, shape = evaluate(values), batch + state.shape
                if self._alone and part.shape == z.shape == shape:
                    return part
                parts.append(library.expand(part, shape).reshape((*batch, math.prod(state.shape))))
            return library.join(parts)

        return field


def expression_walk(
    system: System, library: ArrayLibrary, expressions: Sequence[Expression]
) -> Callable[[Any, Any, Mapping[str, Any]], tuple[Any, ...]]:
    """The values of any expressions in the names of `system`, called like `ArrayWalk`: each with its own axes."""
    walk = ExpressionFunctions(shapes_of_names(system), library)
    assignment = _Assignment(system, library, walk, expressions)
    evaluations = [walk.evaluation(expression) for expression in expressions]

    def field(t: Any, z: Any, params: Mapping[str, Any]) -> tuple[Any, ...]:
        values = assignment.bound(t, params, z)(z)
        return tuple(evaluate(values) for evaluate in evaluations)

    return field


class _Assignment:
    """The value of every name that `expressions` need at t, z and params."""

    def __init__(
        self, system: System, library: ArrayLibrary, walk: ExpressionFunctions, expressions: Sequence[Expression]
    ) -> None:
        helpers = needed_helpers(system, expressions)
        formulas = [*expressions, *(helper.expression for helper in helpers)]
        self._used = {str(leaf.value) for formula in formulas for leaf in formula.names()}
        self._library = library
        self._helpers = [(helper.name, walk.evaluation(helper.expression)) for helper in helpers]
        ends = np.cumsum([math.prod(state.shape) for state in system.states]).tolist()
        self._states = list(zip(system.states, [0, *ends], ends, strict=False))
        stored = {item.name: item.tensor.array() for item in system.data if not item.batch and item.name in self._used}
        built_in = {name: np.array(value) for name, value in BUILT_IN_NUMBERS.items() if name in self._used}
        self._fixed = {name: Constant(array, library) for name, array in {**built_in, **stored}.items()}

    def bound(self, t: Any, params: Mapping[str, Any], like: Any) -> Callable[[Any], Values]:
        """The values at z, with this t and these params."""
        array, used = self._library.array, self._used
        fixed = {name: constant(like) for name, constant in self._fixed.items() if name not in params}
        fixed |= {name: array(value, like) for name, value in params.items() if name in used}
        if "t" in used:
            fixed["t"] = array(t, like)

        def assigned(z: Any) -> Values:
            values = {STATE: z, **fixed}
            if len(self._states) == 1 and len(self._states[0][0].shape) == 1:
                values[self._states[0][0].name] = z
            else:
                for state, begin, end in self._states:
                    values[state.name] = z[..., begin:end].reshape(z.shape[:-1] + state.shape)
            for name, evaluate in self._helpers:
                values[name] = evaluate(values)
            return values

        return assigned


def needed_helpers(system: System, expressions: Sequence[Expression]) -> list[Helper]:
    """The helpers that `expressions` use, themselves or through others, in their order."""
    used = {leaf.value for expression in expressions for leaf in expression.names()}
    found = []
    for helper in reversed(system.helpers):  # each uses only earlier ones
        if helper.name in used:
            found.append(helper)
            used.update(leaf.value for leaf in helper.expression.names())
    return found[::-1]


def shapes_of_names(system: System) -> dict[str, Shape]:
    """The shape of every name but the built-in ones."""
    names: dict[str, Shape] = {parameter.name: () for parameter in system.parameters}
    names |= {item.name: item.shape for item in system.data}
    names |= {state.name: state.shape for state in system.states}
    return names | {helper.name: helper.shape for helper in system.helpers}
