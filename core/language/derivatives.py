"""Symbolic derivatives of programs, node by node."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

from .functions import COMPARISONS
from .program import Program


def slopes_of(program: Program) -> list[dict[int, int]]:
    """By place the derivatives that are not zero, by state, in one pass: arguments come before what uses them.

    Adds the nodes that they need to `program`.
    """
    zero = program.number(0.0)
    needed = program.uses()
    slopes: list[dict[int, int]] = []
    for place, node in enumerate(program.nodes[: max(program.outputs) + 1]):
        found: dict[int, int] = {}
        if node.operation == "state":
            found[node.index] = program.number(1.0)
        elif needed[place]:
            inner = [slopes[argument] for argument in node.arguments]
            for state in sorted(set().union(*inner)):
                slope = _derive(program, place, [known.get(state, zero) for known in inner])
                if slope != zero:
                    found[state] = slope
        slopes.append(found)
    return slopes


def slopes_by_parameter(program: Program, index: int) -> list[int]:
    """By place the derivative by the parameter `index`, in one pass; adds the nodes that it needs to `program`."""
    return _slopes_along(program, {("parameter", index): program.number(1.0)})


def slopes_by_time(program: Program) -> list[int]:
    """By place the derivative by t while the state stays, in one pass; adds the nodes that it needs to `program`."""
    return _slopes_along(program, {("time", 0): program.number(1.0)})


def slopes_along(program: Program, direction: Sequence[int]) -> list[int]:
    """By place the derivative along a direction of the state, whose components stand at these places, in one pass; adds
    the nodes that it needs to `program`."""
    return _slopes_along(program, {("state", index): place for index, place in enumerate(direction)})


def _slopes_along(program: Program, seeds: Mapping[tuple[str, int], int]) -> list[int]:
    """seeds: the derivatives of the leaves, by operation and index; those of other leaves are 0."""
    zero = program.number(0.0)
    needed = program.uses()
    slopes: list[int] = []
    for place, node in enumerate(program.nodes[: max(program.outputs) + 1]):
        inner = [slopes[argument] for argument in node.arguments]
        slope = seeds.get((node.operation, node.index), zero)
        if slope == zero and needed[place] and any(part != zero for part in inner):
            slope = _derive(program, place, inner)
        slopes.append(slope)
    return slopes


def pulled_back(program: Program, weights: Sequence[int]) -> dict[int, int]:
    """By place of a state or parameter that is not a dead end, d/d it of sum_i weights_i output_i, in reverse mode.

    weights: the place of a factor for every output. Adds the nodes that they need to `program`.
    """
    zero = program.number(0.0)
    found: dict[int, int] = {}
    for place, weight in zip(program.outputs, weights, strict=True):
        found[place] = plus(program, found.get(place, zero), weight)
    for place in range(max(program.outputs), -1, -1):
        arguments = program.nodes[place].arguments
        if place not in found or not arguments:
            continue
        weight = found.pop(place)
        for position, argument in enumerate(arguments):
            # a rule is linear in the slopes of the arguments: the weight in one of their places gives its share
            inner = [weight if other == position else zero for other in range(len(arguments))]
            share = _derive(program, place, inner)
            if share != zero:
                found[argument] = plus(program, found.get(argument, zero), share)
    return found


def _derive(program: Program, place: int, inner: list[int]) -> int:
    node = program.nodes[place]
    if node.operation in _RULES:
        return _RULES[node.operation](program, place, node.arguments, inner)
    return times(program, _OUTER[node.operation](program, place, node.arguments[0]), inner[0])


def plus(p: Program, a: int, b: int) -> int:
    """a + b without zeros."""
    if p.is_number(a, 0.0):
        return b
    return a if p.is_number(b, 0.0) else p.add("add", a, b)


def minus(p: Program, a: int, b: int) -> int:
    """a - b without zeros."""
    if p.is_number(b, 0.0):
        return a
    return p.add("neg", b) if p.is_number(a, 0.0) else p.add("sub", a, b)


def times(p: Program, a: int, b: int) -> int:
    """a b without zeros and ones, its constants in one: (3 x) (2 y) is 6 (x y), the same node as (6 x) y."""
    if p.is_number(a, 0.0) or p.is_number(b, 0.0):
        return p.number(0.0)
    (first, x), (second, y) = _constant(p, a), _constant(p, b)
    factor = first * second
    if (x is not None and y is not None and factor == 1.0) or not 1e-100 < abs(factor) < 1e100:
        return p.add("mul", a, b)
    rest = x if y is None else y if x is None else p.add("mul", *sorted((x, y)))
    if rest is None or factor == 1.0:
        return p.number(factor) if rest is None else rest
    return p.add("mul", p.number(factor), rest)


def _constant(p: Program, place: int) -> tuple[float, int | None]:
    """A node as a constant and what it multiplies, if anything."""
    node = p.nodes[place]
    if node.operation == "number":
        return node.value, None
    if node.operation == "mul" and p.nodes[node.arguments[0]].operation == "number":
        return p.nodes[node.arguments[0]].value, node.arguments[1]
    return 1.0, place


def over(p: Program, a: int, b: int) -> int:
    """a / b without zeros above and ones below."""
    if p.is_number(a, 0.0) or p.is_number(b, 1.0):
        return a
    return p.add("div", a, b)


Rule = Callable[[Program, int, tuple[int, ...], list[int]], int]


def _product(p: Program, _place: int, a: tuple[int, ...], d: list[int]) -> int:
    return plus(p, times(p, d[0], a[1]), times(p, a[0], d[1]))


def _quotient(p: Program, place: int, a: tuple[int, ...], d: list[int]) -> int:
    return over(p, minus(p, d[0], times(p, place, d[1])), a[1])


def _power(p: Program, place: int, a: tuple[int, ...], d: list[int]) -> int:
    base, exponent = a
    slope = p.number(0.0)
    if not p.is_number(d[0], 0.0):
        lower = p.add("sub", exponent, p.number(1.0))
        power = base if p.is_number(lower, 1.0) else p.add("pow", base, lower)
        slope = times(p, times(p, exponent, power), d[0])
    if not p.is_number(d[1], 0.0):
        slope = plus(p, slope, times(p, times(p, place, p.add("log", base)), d[1]))
    return slope


def _angle(p: Program, _place: int, a: tuple[int, ...], d: list[int]) -> int:
    y, x = a
    length = p.add("add", p.add("mul", x, x), p.add("mul", y, y))
    return over(p, minus(p, times(p, x, d[0]), times(p, y, d[1])), length)


def _modulo(p: Program, _place: int, a: tuple[int, ...], d: list[int]) -> int:
    return minus(p, d[0], times(p, p.add("floor", p.add("div", *a)), d[1]))


def _choice(comparison: str) -> Rule:
    def rule(p: Program, _place: int, a: tuple[int, ...], d: list[int]) -> int:
        return p.add("if", p.add(comparison, *a), *d)

    return rule


def _zero(p: Program, _place: int, _a: tuple[int, ...], _d: list[int]) -> int:
    return p.number(0.0)


INDIFFERENT = (*COMPARISONS, "floor", "sign", "step")
"""Operations whose derivative is 0 wherever they have one."""
_RULES: dict[str, Rule] = {
    "add": lambda p, _place, _a, d: plus(p, d[0], d[1]),
    "sub": lambda p, _place, _a, d: minus(p, d[0], d[1]),
    "neg": lambda p, _place, _a, d: p.add("neg", d[0]),
    "mul": _product,
    "div": _quotient,
    "pow": _power,
    "atan2": _angle,
    "mod": _modulo,
    "min": _choice("<="),
    "max": _choice(">="),
    "if": lambda p, _place, a, d: p.add("if", a[0], d[1], d[2]),
    **dict.fromkeys(INDIFFERENT, _zero),
}


def _reciprocal(p: Program, place: int) -> int:
    return p.add("div", p.number(1.0), place)


def _one_minus(p: Program, place: int) -> int:
    return p.add("sub", p.number(1.0), place)


def _square(p: Program, place: int) -> int:
    return p.add("mul", place, place)


_OUTER: dict[str, Callable[[Program, int, int], int]] = {
    # operation: the outer derivative from (program, place of the value, place of the argument)
    "sin": lambda p, _v, a: p.add("cos", a),
    "cos": lambda p, _v, a: p.add("neg", p.add("sin", a)),
    "tan": lambda p, v, _a: p.add("add", p.number(1.0), _square(p, v)),
    "asin": lambda p, _v, a: _reciprocal(p, p.add("sqrt", _one_minus(p, _square(p, a)))),
    "acos": lambda p, _v, a: p.add("neg", _reciprocal(p, p.add("sqrt", _one_minus(p, _square(p, a))))),
    "atan": lambda p, _v, a: _reciprocal(p, p.add("add", p.number(1.0), _square(p, a))),
    "sinh": lambda p, _v, a: p.add("cosh", a),
    "cosh": lambda p, _v, a: p.add("sinh", a),
    "tanh": lambda p, v, _a: _one_minus(p, _square(p, v)),
    "asinh": lambda p, _v, a: _reciprocal(p, p.add("sqrt", p.add("add", _square(p, a), p.number(1.0)))),
    "acosh": lambda p, _v, a: _reciprocal(p, p.add("sqrt", p.add("sub", _square(p, a), p.number(1.0)))),
    "atanh": lambda p, _v, a: _reciprocal(p, _one_minus(p, _square(p, a))),
    "exp": lambda _p, v, _a: v,
    "log": lambda p, _v, a: _reciprocal(p, a),
    "log10": lambda p, _v, a: p.add("div", p.number(1.0 / math.log(10.0)), a),
    "log2": lambda p, _v, a: p.add("div", p.number(1.0 / math.log(2.0)), a),
    "sqrt": lambda p, v, _a: p.add("div", p.number(0.5), v),
    "abs": lambda p, _v, a: p.add("sign", a),
    "erf": lambda p, _v, a: p.add("mul", p.number(2.0 / math.sqrt(math.pi)), p.add("exp", p.add("neg", _square(p, a)))),
    "relu": lambda p, _v, a: p.add(">", a, p.number(0.0)),
    "softplus": lambda p, _v, a: p.add("sigmoid", a),
    "sigmoid": lambda p, v, _a: p.add("mul", v, _one_minus(p, v)),
}
