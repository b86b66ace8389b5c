"""The only file that compiles source. It is made of generated names, numbers and operators, never of user text."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .array_math import ARRAY
from .safe_math import SAFE

Namespace = Literal["math", "safe", "numpy"]


def _table(functions: dict[str, Callable[..., Any]]) -> dict[str, Any]:
    return {f"f_{name}": function for name, function in functions.items() if name.isidentifier()}


_NATIVE = (
    "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh",
    "exp", "log", "log10", "log2", "sqrt", "erf",
)  # fmt: skip
_CONSTANTS: dict[str, Any] = {"inf": math.inf, "nan": math.nan, "__builtins__": {}}
_NAMESPACES: dict[str, dict[str, Any]] = {
    "math": _table(SAFE) | {f"f_{name}": getattr(math, name) for name in _NATIVE} | {"f_pow": math.pow},
    "safe": _table(SAFE),
    "numpy": _table(ARRAY) | {"where": np.where},
}


def compile_function(
    name: str, arguments: Sequence[str], lines: Sequence[str], results: Sequence[str], namespace: Namespace = "math"
) -> Callable[..., tuple[Any, ...]]:
    """def name(*arguments): the lines; return the tuple of results. Equal sources give the same function."""
    body = "".join(f"    {line}\n" for line in lines)
    source = f"def {name}({', '.join(arguments)}):\n{body}    return ({', '.join(results)},)\n"
    return _compiled(name, source, namespace)


@lru_cache(maxsize=256)
def _compiled(name: str, source: str, namespace: str) -> Callable[..., tuple[Any, ...]]:
    scope: dict[str, Any] = dict(_CONSTANTS) | _NAMESPACES[namespace]
    exec(compile(source, f"<generated {name}>", "exec"), scope)
    function: Callable[..., tuple[Any, ...]] = scope[name]
    return function
