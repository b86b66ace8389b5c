"""One step of an explicit Runge-Kutta method for a formula, as one generated function of Python floats.

The stages, the formula, the end of the step and its error ratio are fused into straight-line code, one function
per formula and method; parameters are arguments, so a slider compiles nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from math import nan
from typing import TYPE_CHECKING

from .language import compile_function, python_statements
from .step_rules import COARSE_SHARE, NO_ERROR

if TYPE_CHECKING:
    from fractions import Fraction

    from .language import System
    from .tableau import Tableau
    from .vector_field import VectorField

Row = tuple[float, ...]
_ARITHMETIC = (ZeroDivisionError, OverflowError, ValueError)
"""What Python's arithmetic raises where IEEE numbers would be infinite or NaN."""
_MOST_FUNCTIONS = 64
"""Kept of the latest formulas: a person's typing makes a new one with every key."""


class PythonStep:
    """The steps of `tableau` along a formula field.

    tolerances: (rtol, atol), or None for steps without an error estimate.
    """

    def __init__(self, field: VectorField, tableau: Tableau, tolerances: tuple[float, float] | None) -> None:
        if field.system is None:
            raise ValueError("steps in Python floats need a formula, not a torch callable")
        self.tableau = tableau
        rtol, atol = tolerances or (nan, nan)
        # a component that stays 0 has no error, not 0/0
        self.tolerances = rtol, max(atol, sys.float_info.min)
        self._parameters = field.parameters
        self._system, self._adaptive = field.system, tolerances is not None
        self._slope = _slope_function(self._system, safe=False)
        self._step = _step_function(self._system, tableau, self._adaptive, safe=False)

    def slope(self, t: float, z: Row) -> Row:
        """f(t, z); infinite or NaN where it is not defined."""
        try:
            return self._slope(t, *z, *self._parameters)
        except _ARITHMETIC:
            return self._safe_slope(t, *z, *self._parameters)

    def step(self, t: float, h: float, z: Row, first: Row) -> Row:
        """One step of size h from z at t, whose slope is `first`: (error, *z1, *stages) in one flat row.

        error: the error ratio, 0 without tolerances; NaN where a stage or z1 is not finite.
        z1: the n proposed states. stages: the s slopes, n numbers each.
        """
        try:
            return self._step(t, h, *self.tolerances, *z, *first, *self._parameters)
        except _ARITHMETIC:
            return self._safe_step(t, h, *self.tolerances, *z, *first, *self._parameters)

    @cached_property
    def _safe_slope(self) -> Callable[..., Row]:
        return _slope_function(self._system, safe=True)

    @cached_property
    def _safe_step(self) -> Callable[..., Row]:
        return _step_function(self._system, self.tableau, self._adaptive, safe=True)


@lru_cache(maxsize=_MOST_FUNCTIONS)
def _slope_function(system: System, safe: bool) -> Callable[..., Row]:
    """The function of f: arguments t, the n states, the parameters."""
    states, slopes, parameters = _names(system, "z"), _names(system, "k0_"), _parameter_names(system)
    lines = python_statements(
        system, time="t", states=states, parameters=parameters, outputs=slopes, safe=safe, prefix="h0_"
    )
    return compile_function("slope", ("t", *states, *parameters), lines, slopes, "safe" if safe else "math")


@lru_cache(maxsize=_MOST_FUNCTIONS)
def _step_function(system: System, tableau: Tableau, adaptive: bool, safe: bool) -> Callable[..., Row]:
    """The function of one step.

    Arguments: t, h, rtol, atol, the n states, the n first slopes, the parameters. Result: as `PythonStep.step`.
    """
    states, ends, parameters = _names(system, "z"), _names(system, "w"), _parameter_names(system)
    slopes = [_names(system, f"k{stage}_") for stage in range(tableau.stages)]
    lines = _stage_lines(system, tableau, states, slopes, safe) + _end_lines(tableau, states, ends, slopes)
    lines += _error_lines(tableau, states, ends, slopes, adaptive)
    arguments = ("t", "h", "rtol", "atol", *states, *slopes[0], *parameters)
    results = ("error", *ends, *(name for stage in slopes for name in stage))
    return compile_function("step", arguments, lines, results, "safe" if safe else "math")


def _stage_lines(
    system: System, tableau: Tableau, states: Sequence[str], slopes: Sequence[Sequence[str]], safe: bool
) -> list[str]:
    """y = z + h sum_j a_ij k_j and k_i = f(t + c_i h, y), stage by stage."""
    lines = []
    for stage in range(1, tableau.stages):
        inner = _names(system, f"y{stage}_")
        lines += _combined(tableau.a[stage], states, inner, slopes)
        lines.append(f"t{stage} = t + {float(tableau.c[stage])!r} * h")
        lines += python_statements(
            system,
            time=f"t{stage}",
            states=inner,
            parameters=_parameter_names(system),
            outputs=slopes[stage],
            safe=safe,
            prefix=f"h{stage}_",
        )
    return lines


def _end_lines(
    tableau: Tableau, states: Sequence[str], ends: Sequence[str], slopes: Sequence[Sequence[str]]
) -> list[str]:
    """z1; where a stage sits at the end of the step, its argument."""
    if tableau.end_stage is not None:
        return [f"{end} = y{tableau.end_stage}_{index}" for index, end in enumerate(ends)]
    return _combined(tableau.b, states, ends, slopes)


def _error_lines(
    tableau: Tableau,
    states: Sequence[str],
    ends: Sequence[str],
    slopes: Sequence[Sequence[str]],
    adaptive: bool,
) -> list[str]:
    """sqrt(mean_i (e_i / (atol + rtol max(|z_i|, |z1_i|)))^2) + 0, the 0 being NaN where a number is not finite.

    Of two estimates e^2 / sqrt(e^2 + 0.01 e_c^2) with the ratios e and e_c.
    """
    # a sum of finite numbers times 0 is 0 and of any others NaN: one product instead of a test per number
    numbers = " + ".join([*ends, *(name for stage in slopes for name in stage)])
    if not adaptive or tableau.error_weights is None:
        return [f"error = 0.0 * ({numbers})"]
    lines, squares, coarse = [], [], []
    for index, (state, end) in enumerate(zip(states, ends, strict=True)):
        error = _sum(tableau.error_weights, [stage[index] for stage in slopes])
        lines.append(f"m{index} = {state} if {state} >= 0.0 else -{state}")
        lines.append(f"n{index} = {end} if {end} >= 0.0 else -{end}")
        larger = f"(m{index} if m{index} > n{index} else n{index})"
        lines.append(f"q{index} = h * ({error}) / (atol + rtol * {larger})")
        squares.append(f"q{index} * q{index}")
        if tableau.coarse_error_weights is not None:
            other = _sum(tableau.coarse_error_weights, [stage[index] for stage in slopes])
            lines.append(f"r{index} = h * ({other}) / (atol + rtol * {larger})")
            coarse.append(f"r{index} * r{index}")
    lines.append(f"square = ({' + '.join(squares)}) / {float(len(states))!r}")
    if coarse:
        both = f"square + {COARSE_SHARE!r} * ({' + '.join(coarse)}) / {float(len(states))!r} + {NO_ERROR!r}"
        lines.append(f"square = square * (square / ({both}))")
    lines.append(f"error = square ** 0.5 + 0.0 * ({numbers})")
    return lines


def _combined(
    weights: Sequence[Fraction], states: Sequence[str], results: Sequence[str], slopes: Sequence[Sequence[str]]
) -> list[str]:
    """results = states + h sum_j weights_j k_j, one line per component."""
    return [
        f"{result} = {state} + h * ({_sum(weights, [stage[index] for stage in slopes[: len(weights)]])})"
        for index, (state, result) in enumerate(zip(states, results, strict=True))
    ]


def _sum(weights: Sequence[Fraction], names: Sequence[str]) -> str:
    terms = [f"{float(weight)!r} * {name}" for weight, name in zip(weights, names, strict=True) if weight]
    return " + ".join(terms) or "0.0"


def _names(system: System, prefix: str) -> list[str]:
    return [f"{prefix}{index}" for index in range(system.size)]


def _parameter_names(system: System) -> list[str]:
    return [f"p{index}" for index in range(len(system.parameters))]
