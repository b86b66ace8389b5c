"""Every operation of the formula tree on values: what `core.language.safe_math` is on floats."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce
from operator import add

from .functions.exponential import exp
from .functions.floating_format import multiply_add, with_sign_of
from .functions.hyperbolic import cosh, sinh, tanh
from .functions.library import called
from .functions.logarithm import log, log1p_of_fraction, log2, log10
from .functions.power import power
from .functions.remainder import mod
from .functions.trigonometric import cos, sin, tan
from .lanes import select
from .value import Value

__all__ = ["OPERATIONS", "power"]


def _chosen(mask: Value, type_of: Value) -> Value:
    """1.0 in the lanes of the mask, 0.0 in the others."""
    return select(mask, type_of.function.constant(type_of.type, 1.0), 0.0)


def _smaller(a: Value, b: Value) -> Value:
    return select(b.is_nan(), b, select(b < a, b, a))


def _larger(a: Value, b: Value) -> Value:
    return select(b.is_nan(), b, select(b > a, b, a))


def _sign(a: Value) -> Value:
    size = _chosen(a.differs(0.0), a)
    return select(a.is_nan(), a, select(a.equals(0.0), 0.0, with_sign_of(size, a)))


def _step(a: Value) -> Value:
    return select(a.is_nan(), a, _chosen(a >= 0.0, a))


def _relu(a: Value) -> Value:
    return select(a < 0.0, 0.0, a)


def _softplus(a: Value) -> Value:
    """log(1 + e^a) without overflow. Largest error 2.5 ulp."""
    return _relu(a) + log1p_of_fraction(exp(-abs(a)))


def _sigmoid(a: Value) -> Value:
    """1 / (1 + e^-a) without overflow. Largest error 2.5 ulp."""
    small = exp(-abs(a))
    share = small / (small + 1.0)
    return select(a >= 0.0, 1.0 - share, multiply_add(-small, share, small))


def _floor(a: Value) -> Value:
    return a.function.intrinsic("floor", a) + 0.0  # of -0.0 it is 0.0


def _compared(name: str) -> Callable[[Value, Value], Value]:
    return lambda a, b: _chosen(getattr(a, name)(b), a)


OPERATIONS: dict[str, Callable[..., Value]] = {
    "add": lambda *terms: reduce(add, terms),
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "pow": power,
    "<": _compared("__lt__"),
    ">": _compared("__gt__"),
    "<=": _compared("__le__"),
    ">=": _compared("__ge__"),
    "==": _compared("equals"),
    "!=": _compared("differs"),
    "if": lambda condition, yes, no: select(condition.differs(0.0), yes, no),
    "min": lambda *values: reduce(_smaller, values),
    "max": lambda *values: reduce(_larger, values),
    "mod": mod,
    "abs": abs,
    "sign": _sign,
    "floor": _floor,
    "step": _step,
    "relu": _relu,
    "softplus": _softplus,
    "sigmoid": _sigmoid,
    "sqrt": lambda a: a.function.intrinsic("sqrt", a),
    "exp": exp,
    "log": log,
    "log2": log2,
    "log10": log10,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
}
OPERATIONS |= {
    name: partial(called, name) for name in ("asin", "acos", "atan", "atan2", "asinh", "acosh", "atanh", "erf")
}
"""Operation of the tree to function of values."""
