"""Every operation on numpy arrays; call under errstate(all="ignore")."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .array_functions import ArrayLibrary


def _sigmoid(a: Any) -> Any:
    small = np.exp(-np.abs(a))
    return np.where(a >= 0, 1.0, small) / (1.0 + small)


def _softplus(a: Any) -> Any:
    return np.maximum(a, 0.0) + np.log1p(np.exp(-np.abs(a)))


_erf = np.vectorize(math.erf, otypes=[np.float64])

ARRAY: dict[str, Callable[..., Any]] = {
    "div": np.divide,
    "pow": np.power,
    "neg": np.negative,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "atan2": np.arctan2,
    "asinh": np.arcsinh,
    "acosh": np.arccosh,
    "atanh": np.arctanh,
    "mod": np.mod,
    "min": np.minimum,
    "max": np.maximum,
    "step": lambda a: np.where(np.isnan(a), a, np.where(a >= 0, 1.0, 0.0)),
    "erf": _erf,
    "relu": lambda a: np.maximum(a, 0.0),
    "softplus": _softplus,
    "sigmoid": _sigmoid,
}
_SAME_NAME = (
    "sin", "cos", "tan", "sinh", "cosh", "tanh", "exp", "log", "log10", "log2", "sqrt", "abs", "sign", "floor",
)  # fmt: skip
ARRAY |= {name: getattr(np, name) for name in _SAME_NAME}

NUMPY = ArrayLibrary(
    operations=ARRAY
    | {
        "add": np.add,
        "sub": np.subtract,
        "mul": np.multiply,
        "if": lambda condition, a, b: np.where(condition != 0.0, a, b),
        "<": lambda a, b: np.where(a < b, 1.0, 0.0),
        ">": lambda a, b: np.where(a > b, 1.0, 0.0),
        "<=": lambda a, b: np.where(a <= b, 1.0, 0.0),
        ">=": lambda a, b: np.where(a >= b, 1.0, 0.0),
        "==": lambda a, b: np.where(a == b, 1.0, 0.0),
        "!=": lambda a, b: np.where(a != b, 1.0, 0.0),
    },
    array=lambda value, _like: np.asarray(value, dtype=np.float64),
    kind=lambda _array: None,
    stack=np.stack,
    join=lambda parts: np.concatenate(parts, axis=-1),
    broadcast=np.broadcast_arrays,
    expand=np.broadcast_to,
    roll=lambda array, places: np.roll(array, places, axis=-1),
    largest=lambda array: np.max(array, axis=-1),
    take=lambda array, places: array[..., places],
)
