"""What the parser does at each rule of the grammar that makes an expression: one function per rule.

They run while the parser reads, bottom up, so that no text can exhaust the stack.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from lark import Token

from .errors import Place, refusal
from .functions import FUNCTIONS, RANDOM
from .greek import normal_name
from .tree import Expression

MOST_DEPTH = 100
_OPERATIONS = {"*": "mul", "·": "mul", "×": "mul", "⋅": "mul", "@": "mul", "/": "div", "^": "pow", "**": "pow"}
_COMPARISONS = {"≤": "<=", "≥": ">=", "≠": "!="}


def _node(
    operation: str, arguments: tuple[Expression, ...], place: Place, value: float | str | None = None
) -> Expression:
    node = Expression(operation, arguments, value, place.line, place.column)
    if node.depth > MOST_DEPTH:
        message = f"the formula is nested more than {MOST_DEPTH} levels deep"
        raise refusal(place, message, "give inner parts a name on a line of their own")
    return node


def _number(token: Token) -> Expression:
    value = float(token)
    if math.isinf(value):
        raise refusal(token, "the number is too large", "use one below 1.8e308")
    return _node("number", (), token, value)


def _name(token: Token) -> Expression:
    return _node("name", (), token, normal_name(token))


def _add(first: Expression, *terms: Expression) -> Expression:
    # a chain of + and - is one node, so that a long sum is not a deep one
    before = first.arguments if first.operation == "add" else (first,)
    return _node("add", (*before, *terms), before[0])


def _term(_sign: Token, term: Expression) -> Expression:
    return term


def _subtracted(sign: Token, term: Expression) -> Expression:
    return _node("neg", (term,), sign)


def _binary(left: Expression, operator: Token, right: Expression) -> Expression:
    return _node(_OPERATIONS[operator], (left, right), operator)


def _juxtaposed(left: Expression, right: Expression) -> Expression:
    return _node("mul", (left, right), right)


def _comparison(left: Expression, operator: Token, right: Expression) -> Expression:
    return _node(_COMPARISONS.get(operator, str(operator)), (left, right), operator)


def _negative(sign: Token, inner: Expression) -> Expression:
    return _node("neg", (inner,), sign)


def _positive(_sign: Token, inner: Expression) -> Expression:
    return inner


def _group(_bracket: Token, inner: Expression) -> Expression:
    return inner


def _tuple(bracket: Token, *entries: Expression) -> Expression:
    return _node("tuple", entries, bracket)


def _list(bracket: Token, *entries: Expression) -> Expression:
    return _node("list", entries, bracket)


def _index(inner: Expression, _bracket: Token, *places: Expression) -> Expression:
    return _node("index", (inner, *places), inner)


def _transpose(inner: Expression, sign: Token) -> Expression:
    return _node("transpose", (inner,), sign)


def _seed(_word: Token, number: Token) -> Token:
    if not number.isdecimal() or len(number) > 9:
        raise refusal(number, "a seed is a whole number of at most nine digits", "write seed 1")
    return number


def _call(word: Token, _bracket: Token, *arguments: Expression | Token) -> Expression:
    function = FUNCTIONS[word]
    inner = tuple(argument for argument in arguments if isinstance(argument, Expression))
    seeds = [float(argument) for argument in arguments if isinstance(argument, Token)]
    if not function.fewest <= len(inner) <= function.most:
        wanted = str(function.fewest) if function.fewest == function.most else f"{function.fewest} to {function.most}"
        noun = "argument" if function.most == 1 else "arguments"
        raise refusal(word, f"{word} takes {wanted} {noun}, not {len(inner)}", function.help)
    if len(seeds) > (word in RANDOM):
        raise refusal(word, f"{word} takes {'one seed' if word in RANDOM else 'no seed'}", function.help)
    value = sum(seeds) if word in RANDOM else None
    return _node("log" if word == "ln" else str(word), inner, word, value)


EXPRESSION_RULES: dict[str, Callable[..., Any]] = {
    "number": _number,
    "name": _name,
    "add": _add,
    "term": _term,
    "subtracted": _subtracted,
    "binary": _binary,
    "juxtaposed": _juxtaposed,
    "comparison": _comparison,
    "negative": _negative,
    "positive": _positive,
    "group": _group,
    "tuple": _tuple,
    "list": _list,
    "index": _index,
    "transpose": _transpose,
    "seed": _seed,
    "call": _call,
}
"""Rule of the grammar to the function that takes its parts."""
