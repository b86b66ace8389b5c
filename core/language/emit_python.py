"""Plain Python source from a program: straight-line code on floats or, vectorised, on numpy arrays."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np

from .array_math import NUMPY
from .compile_python import compile_function
from .functions import COMPARISONS
from .large_derivatives import has_long_vectors, large_jacobian, large_time_slope
from .program import LEAVES, Node, Program, lowered, whole_power
from .rates import (
    curvature_program,
    directional_program,
    entries_program,
    jacobian_program,
    linearised_program,
    parameter_slope_program,
    rates_program,
    time_slope_program,
)
from .system import System
from .walk import ArrayWalk, is_large
from .walk_inputs import walk_inputs

Mode = Literal["math", "safe", "numpy"]
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_MOST_NESTED = 12
"""Deeper expressions are split: Python's own parser has a limit, and so has a reader."""


def python_statements(
    system: System,
    *,
    time: str,
    states: Sequence[str],
    parameters: Sequence[str],
    outputs: Sequence[str],
    safe: bool = False,
    prefix: str = "h",
) -> list[str]:
    """Lines that assign f's components to `outputs`, given names for t, the states and the parameters.

    prefix: begins every intermediate name. safe: functions that give NaN and infinity where native ones raise;
    for the namespace "safe" of `compile_function`, otherwise for "math".
    """
    writer = _Writer(rates_program(system), time, states, parameters, prefix, "safe" if safe else "math")
    return writer.lines(outputs)


def program_lines(
    program: Program, states: Sequence[str], parameters: Sequence[str], outputs: Sequence[str], mode: Mode
) -> list[str]:
    """The same for any program, with t called t."""
    return _Writer(program, "t", states, parameters, "h", mode).lines(outputs)


class _Writer:
    """Writes a program's nodes as expressions; a value that is used twice gets a name."""

    def __init__(
        self, program: Program, time: str, states: Sequence[str], parameters: Sequence[str], prefix: str, mode: Mode
    ) -> None:
        self._program, self._mode, self._prefix = program, mode, prefix
        self._inputs = {"state": states, "parameter": parameters, "time": [time]}
        self._text: dict[int, str] = {}
        self._nested: dict[int, int] = {}
        self._lines: list[str] = []

    def lines(self, outputs: Sequence[str]) -> list[str]:
        """All assignments, those of `outputs` last."""
        for place, count in enumerate(self._program.uses()):
            if count:
                self._write(place, count)
        results = [self._text[place] for place in self._program.outputs]
        return [*self._lines, *(f"{name} = {text}" for name, text in zip(outputs, results, strict=True))]

    def _write(self, place: int, count: int) -> None:
        node = self._program.nodes[place]
        self._nested[place] = 1 + max((self._nested[argument] for argument in node.arguments), default=0)
        if node.operation in LEAVES:
            self._text[place] = self._leaf(node)
            return
        whole = whole_power(self._program, node)
        text = self._product(node.arguments[0], whole) if whole is not None else self._operation(node)
        if count > 1 or self._nested[place] > _MOST_NESTED:
            text = self._named(place, text)
        self._text[place] = text

    def _named(self, place: int, text: str) -> str:
        name = f"{self._prefix}{place}"
        if self._text.get(place) != name:
            self._lines.append(f"{name} = {text}")
            self._nested[place] = 1
        return name

    def _leaf(self, node: Node) -> str:
        if node.operation == "number":
            if math.isfinite(node.value):
                return f"({node.value!r})" if node.value < 0 else repr(node.value)
            return "nan" if node.value != node.value else ("inf" if node.value > 0 else "(-inf)")
        return self._inputs[node.operation][node.index]

    def _product(self, place: int, exponent: int) -> str:
        base = self._text[place]
        if not base.isidentifier():  # evaluated once
            base = self._text[place] = self._named(place, base)
        product = " * ".join([base] * abs(exponent))
        return f"({product})" if exponent > 0 else self._quotient("1.0", f"({product})")

    def _quotient(self, above: str, below: str) -> str:
        return f"({above} / {below})" if self._mode == "math" else f"f_div({above}, {below})"

    def _operation(self, node: Node) -> str:
        operation, texts = node.operation, [self._text[argument] for argument in node.arguments]
        if operation == "div":
            return self._quotient(*texts)
        if operation in _SIGNS:
            return f"({texts[0]} {_SIGNS[operation]} {texts[1]})"
        if operation == "neg":
            return f"(-{texts[0]})"
        if operation in COMPARISONS:
            test = f"{texts[0]} {operation} {texts[1]}"
            return f"where({test}, 1.0, 0.0)" if self._mode == "numpy" else f"(1.0 if {test} else 0.0)"
        if operation == "if":
            condition, yes, no = texts
            if self._mode == "numpy":
                return f"where({condition} != 0.0, {yes}, {no})"
            return f"({yes} if {condition} != 0.0 else {no})"
        return f"f_{operation}({', '.join(texts)})"


@lru_cache(maxsize=256)
def python_field(system: System) -> Callable[[float, Sequence[float], Sequence[float]], tuple[float, ...]]:
    """f(t, z, p) on floats. Never raises an arithmetic error: NaN or infinity stands where f has no value."""
    fast, safe = (_function("rates", rates_program(system), system, mode) for mode in ("math", "safe"))

    def field(t: float, z: Sequence[float], p: Sequence[float]) -> tuple[float, ...]:
        try:
            return fast(t, *z, *p)
        except (ArithmeticError, ValueError):
            return safe(t, *z, *p)

    return field


@lru_cache(maxsize=256)
def array_field(system: System) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """f(t, z, p) on numpy arrays: t a number or (...), z (..., n) -> (..., n). Never raises an arithmetic error.

    p: a number or an array (...) for every one of the system's `inputs`.
    """
    if is_large(system):
        return lambda t, z, p: _walked(system, t, p)(z)
    return _array_rates(system)


def bound_array_field(system: System, t: Any, p: Sequence[Any]) -> Callable[[np.ndarray], np.ndarray]:
    """f of z alone as `array_field` has it, for many calls with the same t and p."""
    if is_large(system):
        return _walked(system, t, p)
    function = _array_rates(system)
    return lambda z: function(t, z, p)


@lru_cache(maxsize=256)
def _array_rates(system: System) -> Callable[[Any, np.ndarray, Sequence[Any]], np.ndarray]:
    return _vectorised(_function("rates", rates_program(system), system, "numpy"), (system.size,))


@lru_cache(maxsize=256)
def array_jacobian(system: System) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """df/dz (t, z, p) on numpy arrays, exact: z (..., n) -> (..., n, n)."""
    if has_long_vectors(system):
        return large_jacobian(system)
    function = _function("jacobian", jacobian_program(system), system, "numpy")
    return _vectorised(function, (system.size, system.size))


@lru_cache(maxsize=256)
def array_entries(
    system: System, rows: tuple[int, ...], columns: tuple[int, ...]
) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """Of df/dz (t, z, p) the entries at those places alone, on numpy arrays, exact: z (..., n) -> (..., entries)."""
    program = entries_program(system, rows, columns)
    return _vectorised(_function("entries", program, system, "numpy"), (len(rows),))


@lru_cache(maxsize=256)
def array_curvature(system: System) -> Callable[[np.ndarray, np.ndarray, Sequence[float]], np.ndarray]:
    """The derivative of df/dz along v (z, v, p) on numpy arrays, exact: z, v (..., n) -> (..., n, n)."""
    function = _function("curvature", curvature_program(system), system, "numpy", system.size)
    vectorised = _vectorised(function, (system.size, system.size))

    def curvature(z: np.ndarray, v: np.ndarray, p: Sequence[float]) -> np.ndarray:
        return vectorised(0.0, z, [*p, *np.moveaxis(np.asarray(v), -1, 0)])

    return curvature


@lru_cache(maxsize=256)
def array_directional(system: System, order: int) -> Callable[[np.ndarray, np.ndarray, Sequence[float]], np.ndarray]:
    """d^order/ds^order f(z + s v) at s = 0 (z, v, p) on numpy arrays, exact: z, v (..., n) -> (..., n)."""
    function = _function("directional", directional_program(system, order), system, "numpy", system.size)
    vectorised = _vectorised(function, (system.size,))

    def directional(z: np.ndarray, v: np.ndarray, p: Sequence[float]) -> np.ndarray:
        return vectorised(0.0, z, [*p, *np.moveaxis(np.asarray(v), -1, 0)])

    return directional


@lru_cache(maxsize=256)
def array_parameter_slope(system: System, name: str) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """df/dp (t, z, p) of the parameter called `name` on numpy arrays, exact: z (..., n) -> (..., n)."""
    function = _function("parameter_slope", parameter_slope_program(system, name), system, "numpy")
    return _vectorised(function, (system.size,))


@lru_cache(maxsize=256)
def array_linearised(system: System, name: str) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """f, df/dz row by row and df/dp in one (t, z, p), exact: z (..., n) -> (..., n + n^2 + n)."""
    function = _function("linearised", linearised_program(system, name), system, "numpy")
    return _vectorised(function, (system.size * (system.size + 2),))


@lru_cache(maxsize=256)
def array_time_slope(system: System) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """df/dt (t, z, p), the state held, on numpy arrays, exact: z (..., n) -> (..., n)."""
    if has_long_vectors(system):
        return large_time_slope(system)
    function = _function("time_slope", time_slope_program(system), system, "numpy")
    return _vectorised(function, (system.size,))


@lru_cache(maxsize=256)
def array_objective(system: System) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    """The objective of a minimisation, called like the others: z (..., n) -> (...)."""
    function = _vectorised(_function("objective", lowered(system), system, "numpy"), (1,))

    def field(t: Any, z: np.ndarray, p: Sequence[float]) -> np.ndarray:
        return np.asarray(function(t, z, p)[..., 0])

    return field


def _as_float(value: Any) -> np.ndarray:
    return np.asarray(value, dtype=np.float64)


@lru_cache(maxsize=256)
def _array_walk(system: System) -> ArrayWalk:
    return ArrayWalk(system, NUMPY)


def _walked(system: System, t: Any, p: Sequence[Any]) -> Callable[[np.ndarray], np.ndarray]:
    walk = _array_walk(system).bound(t, walk_inputs(system, p), np.empty(0))

    def field(z: np.ndarray) -> np.ndarray:
        z = np.asarray(z, dtype=np.float64)
        if not isinstance(t, float):
            z = np.broadcast_to(z, (*np.broadcast_shapes(np.shape(t), z.shape[:-1]), system.size))
        with np.errstate(all="ignore"):
            rates: np.ndarray = walk(z)
        return rates

    return field


def _vectorised(
    function: Callable[..., tuple[Any, ...]], shape: tuple[int, ...]
) -> Callable[[Any, np.ndarray, Sequence[float]], np.ndarray]:
    def field(t: Any, z: np.ndarray, p: Sequence[float]) -> np.ndarray:
        z = np.asarray(z, dtype=np.float64)
        batch = z.shape[:-1]
        if not isinstance(t, float) and np.shape(t) != batch:
            batch = np.broadcast_shapes(np.shape(t), batch)
        out = np.empty((*batch, math.prod(shape)))
        columns = [z[..., index] for index in range(z.shape[-1])]  # a loop calls this: moveaxis is a third of its time
        with np.errstate(all="ignore"):
            for index, column in enumerate(function(t, *columns, *map(_as_float, p))):
                out[..., index] = column
        return out.reshape(*out.shape[:-1], *shape)

    return field


def _function(name: str, program: Program, system: System, mode: Mode, more: int = 0) -> Callable[..., tuple[Any, ...]]:
    """more: parameters that the program has beside the system's inputs."""
    states = [f"z{index}" for index in range(system.size)]
    parameters = [f"p{index}" for index in range(len(system.inputs) + more)]
    results = [f"r{index}" for index in range(len(program.outputs))]
    lines = program_lines(program, states, parameters, results, mode)
    return compile_function(name, ["t", *states, *parameters], lines, results, mode)
