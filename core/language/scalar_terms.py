"""Sums, products and functions of scalar expressions without useless zeros and ones."""

from __future__ import annotations

from .safe_math import SAFE
from .tree import Expression, number

ZERO = number(0.0)
ONE = number(1.0)


def is_number(a: Expression, value: float) -> bool:
    """Whether `a` is the constant `value`."""
    return a.operation == "number" and a.value == value


def applied(operation: str, *arguments: Expression) -> Expression:
    """The operation on `arguments`; a number where they all are."""
    if all(argument.operation == "number" for argument in arguments):
        return number(float(SAFE[operation](*(argument.value for argument in arguments))))
    return Expression(operation, arguments)


def negative(a: Expression) -> Expression:
    """-a"""
    return a.arguments[0] if a.operation == "neg" else applied("neg", a)


def plus(a: Expression, b: Expression) -> Expression:
    """a + b"""
    if is_number(a, 0.0):
        return b
    return a if is_number(b, 0.0) else applied("add", a, b)


def minus(a: Expression, b: Expression) -> Expression:
    """a - b"""
    return plus(a, negative(b))


def times(a: Expression, b: Expression) -> Expression:
    """a b, with a sign in front of the whole."""
    if is_number(a, 0.0) or is_number(b, 0.0):
        return ZERO
    if is_number(a, 1.0):
        return b
    if is_number(b, 1.0):
        return a
    for sign, other in ((a, b), (b, a)):
        if is_number(sign, -1.0):
            return negative(other)
        if sign.operation == "neg":
            return negative(times(sign.arguments[0], other))
    return applied("mul", a, b)


def over(a: Expression, b: Expression) -> Expression:
    """a / b"""
    if is_number(b, 1.0) or (is_number(a, 0.0) and not is_number(b, 0.0)):
        return a
    return negative(over(a.arguments[0], b)) if a.operation == "neg" else applied("div", a, b)


def choice(condition: Expression, a: Expression, b: Expression) -> Expression:
    """a where the condition holds, else b."""
    return a if a == b else applied("if", condition, a, b)
