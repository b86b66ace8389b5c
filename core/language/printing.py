"""An expression as text that parses to the same tree."""

from __future__ import annotations

from .functions import COMPARISONS, RANDOM
from .system import OWN
from .tree import Expression

_SIGNS = {"mul": ("*", 2), "div": ("/", 2), "pow": ("^", 4)}


def to_text(expression: Expression) -> str:
    """`expression` with the fewest brackets that keep its tree."""
    return _text(expression, 0)


def number_text(value: float) -> str:
    """The shortest decimal that reads back as `value`; whole numbers without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _text(expression: Expression, binding: int) -> str:
    text, own = _bare(expression)
    return f"({text})" if own < binding else text


def _bare(expression: Expression) -> tuple[str, int]:
    """The text without brackets around it, and how strongly it binds."""
    operation, arguments = expression.operation, expression.arguments
    if operation == "number":
        return number_text(float(expression.value or 0.0)), 6
    if operation == "name":
        return str(expression.value), 6
    if operation == "add":
        return _text(arguments[0], 1) + "".join(map(_term, arguments[1:])), 1
    if operation in _SIGNS:
        return _pair(*_SIGNS[operation], *arguments), _SIGNS[operation][1]
    if operation == "neg":
        return f"-{_text(arguments[0], 3)}", 3
    if operation in COMPARISONS:
        return f"{_text(arguments[0], 1)} {operation} {_text(arguments[1], 1)}", 0
    if operation == "list":
        return f"[{_listed(arguments)}]", 6
    if operation == "index":
        return f"{_text(arguments[0], 6)}[{_listed(arguments[1:])}]", 6
    if operation == "transpose":
        return f"{_text(arguments[0], 6)}^T", 5
    if operation == OWN:
        return f"{expression.value}({_listed(arguments)})", 6
    seed = f", seed {number_text(float(expression.value or 0.0))}" if operation in RANDOM else ""
    return f"{operation}({_listed(arguments)}{seed})", 6


def _pair(sign: str, strength: int, left: Expression, right: Expression) -> str:
    if sign == "^":  # leans to the right, and a sign may follow it
        return f"{_text(left, 5)}^{_text(right, 3)}"
    return f"{_text(left, strength)} {sign} {_text(right, strength + 1)}"


def _term(term: Expression) -> str:
    if term.operation == "neg":
        return f" - {_text(term.arguments[0], 2)}"
    return f" + {_text(term, 2)}"


def _listed(arguments: tuple[Expression, ...]) -> str:
    return ", ".join(_text(argument, 0) for argument in arguments)
