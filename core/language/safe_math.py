"""Every operation on Python floats as IEEE arithmetic has it: NaN and infinities instead of exceptions."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce
from operator import add
from typing import Any


def guarded(function: Callable[..., float]) -> Callable[..., float]:
    """`function` with a NaN outside its domain and infinity past its range."""

    def call(*arguments: float) -> float:
        try:
            return function(*arguments)
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    return call


def divide(a: float, b: float) -> float:
    """a / b; a signed infinity for a non-zero number over 0, NaN for 0/0."""
    if b == 0.0:
        return math.nan if a == 0.0 or a != a else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def power(a: float, b: float) -> float:
    """a^b; NaN for a fractional power of a negative number."""
    try:
        return math.pow(a, b)
    except OverflowError:
        return -math.inf if a < 0 and b % 2 == 1 else math.inf
    except ValueError:
        if a == 0.0:  # a negative power of 0
            return math.copysign(math.inf, a) if b % 2 == 1 else math.inf
        return math.nan


def logarithm(a: float) -> float:
    """ln a; -infinity at 0."""
    return -math.inf if a == 0.0 else guarded(math.log)(a)


def modulo(a: float, b: float) -> float:
    """a - b floor(a / b)."""
    return math.nan if b == 0.0 or math.isinf(a) else a % b


def sign(a: float) -> float:
    """-1, 0 or 1; NaN stays NaN."""
    return a if a != a else float((a > 0) - (a < 0))


def softplus(a: float) -> float:
    """log(1 + e^a) without overflow."""
    return a if a != a else max(a, 0.0) + math.log1p(math.exp(-abs(a)))


def sigmoid(a: float) -> float:
    """1 / (1 + e^-a) without overflow."""
    if a >= 0:
        return 1.0 / (1.0 + math.exp(-a))
    small = math.exp(a)
    return small / (1.0 + small)


def smallest(*values: float) -> float:
    """The smallest value; NaN where one is NaN."""
    return math.nan if any(value != value for value in values) else min(values)


def largest(*values: float) -> float:
    """The largest value; NaN where one is NaN."""
    return math.nan if any(value != value for value in values) else max(values)


def hyperbolic_sine(a: float) -> float:
    """sinh a; a signed infinity past the range."""
    try:
        return math.sinh(a)
    except OverflowError:
        return math.copysign(math.inf, a)


_OWN: dict[str, Callable[..., Any]] = {
    "add": lambda *terms: reduce(add, terms),
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": divide,
    "pow": power,
    "neg": lambda a: -a,
    "<": lambda a, b: float(a < b),
    ">": lambda a, b: float(a > b),
    "<=": lambda a, b: float(a <= b),
    ">=": lambda a, b: float(a >= b),
    "==": lambda a, b: float(a == b),
    "!=": lambda a, b: float(a != b),
    "if": lambda condition, a, b: a if condition != 0 else b,
    "log": logarithm,
    "log10": lambda a: -math.inf if a == 0.0 else guarded(math.log10)(a),
    "log2": lambda a: -math.inf if a == 0.0 else guarded(math.log2)(a),
    "sinh": hyperbolic_sine,
    "atanh": lambda a: math.copysign(math.inf, a) if abs(a) == 1.0 else guarded(math.atanh)(a),
    "abs": abs,
    "sign": sign,
    "floor": lambda a: float(math.floor(a)) if math.isfinite(a) else a,
    "mod": modulo,
    "min": smallest,
    "max": largest,
    "step": lambda a: a if a != a else float(a >= 0.0),
    "relu": lambda a: largest(a, 0.0),
    "softplus": softplus,
    "sigmoid": sigmoid,
}
_FROM_MATH = (
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "cosh", "tanh", "asinh", "acosh", "exp", "sqrt", "erf",
)  # fmt: skip
SAFE: dict[str, Callable[..., Any]] = _OWN | {name: guarded(getattr(math, name)) for name in _FROM_MATH}
"""Operation of the tree to function of floats."""
