"""What the parser does at each rule of the grammar that makes a statement: one function per rule."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lark import Token

from .errors import refusal
from .greek import normal_name
from .statements import (
    LATER,
    Change,
    Data,
    Definition,
    Derivative,
    Extent,
    FixedPoint,
    Flow,
    Interval,
    Later,
    Learn,
    Minimise,
    Module,
    Name,
    NamedStart,
    Root,
    Slider,
    Space,
    Span,
    Starts,
    Statement,
    Unknowns,
    View,
    When,
)
from .system import PARTS
from .tree import Expression

_Option = tuple[str, Any]


def _lines(*lines: Statement) -> list[Statement]:
    return list(lines)


def _declared(token: Token) -> Name:
    return Name(normal_name(token), token.line or 1, token.column or 1)


def _derivative(token: Token, prime: Token, _equal: Token, rate: Expression) -> Derivative:
    if len(prime) > 1:
        raise refusal(
            prime,
            f"{token}{prime} is a second or higher derivative",
            f"give the velocity a name: {token}' = v, v' = ...",
        )
    return Derivative(_declared(token), rate)


def _leibniz(token: Token, _equal: Token, rate: Expression) -> Derivative:
    text = token[1 : token.index("/")].strip()
    return Derivative(Name(normal_name(text), token.line or 1, (token.column or 1) + token.index(text, 1)), rate)


def _definition(token: Token, _equal: Token, value: Expression, *options: _Option) -> Definition:
    given = dict(options)
    if len(given) < len(options):
        raise refusal(token, f"{token} says the same thing about its slider twice", "keep one of them")
    return Definition(_declared(token), value, Slider(**given))


def _ranged_definition(
    token: Token, equal: Token, value: Expression, _in: Token, interval: Interval, *options: _Option
) -> Definition:
    return _definition(token, equal, value, ("interval", interval), *options)


def _range(_bracket: Token, lower: Expression, upper: Expression) -> Interval:
    return Interval(lower, upper)


def _span(token: Token, _in: Token, interval: Interval) -> Span:
    return Span(_declared(token), interval)


def _space(*parts: Token) -> Space:
    *names, _in, space = parts
    sizes = tuple(int(size[:9]) for size in re.findall("[0-9]+", space))
    return Space(tuple(_declared(token) for token in names), "C" if space[0] in "Cℂ" else "R", sizes)


def _starts(_word: Token, *points: Expression) -> Starts:
    return Starts(tuple(point.arguments if point.operation == "tuple" else (point,) for point in points))


def _binding(token: Token, _equal: Token, value: Expression) -> Definition:
    return Definition(_declared(token), value)


def _named_start(_word: Token, *values: Definition) -> NamedStart:
    return NamedStart(values)


def _extent(token: Token, interval: Interval) -> Extent:
    return Extent(_declared(token), (), interval)


def _indexed_extent(token: Token, _bracket: Token, *parts: Any) -> Extent:
    *places, interval = parts
    return Extent(_declared(token), tuple(places), interval)


def _second_extent(interval: Interval) -> Extent:
    return Extent(None, (), interval)


def _part_extent(part: Token, *of: Any) -> Extent:
    tokens, interval = [each for each in of[:-1] if getattr(each, "type", "") != "OPEN"], of[-1]
    if part not in PARTS:
        raise refusal(part, f"{part} is no part of a complex unknown", "write re z [-1, 1] or im z [-1, 1]")
    places = tuple(each for each in tokens[1:] if isinstance(each, Expression))
    return Extent(_declared(tokens[0]), places, interval, str(part))


def _view(_word: Token, *extents: Extent) -> View:
    return View(extents)


def _fixed_point(token: Token, _arrow: Token, value: Expression) -> FixedPoint:
    return FixedPoint(_declared(token), value)


def _root(number: Token, _equal: Token, value: Expression) -> Root:
    if float(number) != 0.0:
        raise refusal(number, f"an equation to be solved begins with 0, not {number}", "write 0 = ...")
    return Root(value, number.line or 1, number.column or 1)


def _unknowns(word: Token, *parts: Any) -> Unknowns:
    verb, line, column = ("over" if word.type == "OVER" else "solve"), word.line or 1, word.column or 1
    if isinstance(parts[-1], Definition):
        names = tuple(part.name for part in parts)
        return Unknowns(verb, names, tuple(part.value for part in parts), None, line, column)
    space = _space(*parts)
    return Unknowns(verb, space.names, (), space, line, column)


def _minimise(word: Token, value: Expression) -> Minimise:
    return Minimise(value, word.line or 1, word.column or 1)


def _data(token: Token, _equal: Token, _word: Token, text: Token, *batch: Token) -> Data:
    return Data(_declared(token), text[1:-1], bool(batch))


def _learn(_word: Token, token: Token, _equal: Token, value: Expression) -> Learn:
    return Learn(_declared(token), value)


def _module(token: Token, _equal: Token, _word: Token, text: Token) -> Module:
    file, colon, attribute = text[1:-1].partition(":")
    return Module(_declared(token), file, attribute if colon else str(token))


def _learnt_module(_learn: Token, token: Token, equal: Token, word: Token, text: Token) -> Module:
    return replace(_module(token, equal, word, text), learnt=True)


def _change(token: Token, _equal: Token, value: Expression) -> Change:
    return Change(_declared(token), (), value)


def _indexed_change(token: Token, _bracket: Token, *parts: Any) -> Change:
    *index, _equal, value = parts
    return Change(_declared(token), tuple(index), value)


def _event(word: Token, left: Expression, *parts: Any) -> When:
    """The parts: an equals sign and the right side, or neither; the direction, if any; a colon; what follows."""
    colon = next(at for at, part in enumerate(parts) if getattr(part, "type", "") == "COLON")
    condition, changes, end = parts[:colon], parts[colon + 1 :], parts[colon]
    right = next((part for part in condition if isinstance(part, Expression)), None)
    way = str(condition[-1]) if condition and getattr(condition[-1], "type", "") == "WAY" else ""
    stops = [part for part in changes if isinstance(part, Token)]
    if stops and len(changes) > 1:
        raise refusal(stops[0], "an event that ends the trajectory changes nothing after it", "keep stop alone")
    return When(
        left,
        right,
        {"rising": 1, "falling": -1}.get(way, 0),
        tuple(part for part in changes if isinstance(part, Change)),
        word.line or 1,
        word.column or 1,
        (end.line or 1, end.column or 1),
    )


def _flow(word: Token, base: Expression) -> Flow:
    return Flow(base, word.line or 1, word.column or 1)


def _later(verb: str) -> Callable[..., Later]:
    def build(*parts: Any) -> Later:
        tokens = [part for part in parts if isinstance(part, Token)]
        place = next(token for token in tokens if token.type not in ("NAME", "EQUAL"))
        return Later(verb, place.line or 1, place.column or 1)

    return build


STATEMENT_RULES: dict[str, Callable[..., Any]] = {
    "start": _lines,
    "derivative": _derivative,
    "leibniz": _leibniz,
    "definition": _definition,
    "ranged_definition": _ranged_definition,
    "range": _range,
    "log": lambda _word: ("log", True),
    "step": lambda _word, number: ("step", float(number)),
    "unit": lambda _word, text: ("unit", text[1:-1]),
    "description": lambda text: ("description", text[1:-1]),
    "interval": _span,
    "space": _space,
    "starts": _starts,
    "binding": _binding,
    "named_start": _named_start,
    "extent": _extent,
    "indexed_extent": _indexed_extent,
    "second_extent": _second_extent,
    "part_extent": _part_extent,
    "view": _view,
    "fixed_point": _fixed_point,
    "root": _root,
    "solve": _unknowns,
    "over": _unknowns,
    "minimise": _minimise,
    "change": _change,
    "indexed_change": _indexed_change,
    "stop": lambda word: word,
    "event": _event,
    "flow": _flow,
    "data": _data,
    "learn": _learn,
    "module": _module,
    "learnt_module": _learnt_module,
    **{verb: _later(verb) for verb in LATER},
}
"""Rule of the grammar to the function that takes its parts."""
