"""Random complex formulas with the value that Python's own complex arithmetic gives, and how well it is determined."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st

EPSILON = 2.0**-52
NEAREST = 1e-3
"""How near to a branch cut or to 0, relative to its size, the argument of a function with a cut may lie."""


class OutOfReachError(Exception):
    """A value too near to a branch cut, too large or too small to compare."""


@dataclass(frozen=True)
class Measured:
    """A value and what rounding may have made of it: every operation is allowed its own and its arguments' error."""

    value: complex
    error: float

    @classmethod
    def of(cls, value: complex, *inherited: float) -> Measured:
        if not 1e-60 < abs(value) < 1e60 and value != 0:
            raise OutOfReachError
        return cls(value, sum(inherited) + 4 * EPSILON * abs(value))


@dataclass(frozen=True)
class Formula:
    """The text, and its value where names have theirs."""

    text: str
    value: Callable[[Mapping[str, complex]], Measured]


def leaf(text: str) -> Formula:
    known = {"i": 1j, "2": 2, "0.5": 0.5, "pi": math.pi, "3i": 3j}
    return Formula(text, lambda names: Measured.of({**known, **names}[text]))


def _sum(sign: float) -> Callable[[Measured, Measured], Measured]:
    return lambda a, b: Measured.of(a.value + sign * b.value, a.error, b.error)


def _product(a: Measured, b: Measured) -> Measured:
    return Measured.of(a.value * b.value, abs(a.value) * b.error, abs(b.value) * a.error)


def _quotient(a: Measured, b: Measured) -> Measured:
    if b.value == 0:
        raise OutOfReachError
    value = a.value / b.value
    return Measured.of(value, a.error / abs(b.value), abs(value / b.value) * b.error)


PAIRS = {"+": _sum(1.0), "-": _sum(-1.0), "*": _product, "/": _quotient}


def _away_from_the_cut(z: complex) -> None:
    if abs(z) < NEAREST or (z.real <= 0 and abs(z.imag) < NEAREST * abs(z)):
        raise OutOfReachError


def _smooth(function: Callable[[complex], complex], slope: Callable[[complex], complex], cut: bool = False):
    def applied(a: Measured) -> Measured:
        if cut:
            _away_from_the_cut(a.value)
        try:
            value, steepness = function(a.value), abs(slope(a.value))
        except (OverflowError, ZeroDivisionError, ValueError):
            raise OutOfReachError from None
        return Measured.of(value, steepness * (a.error + 4 * EPSILON * abs(a.value)))

    return applied


def power(exponent: float):
    return _smooth(lambda z: z**exponent, lambda z: exponent * z ** (exponent - 1), cut=True)


FUNCTIONS = {
    "exp": _smooth(cmath.exp, cmath.exp),
    "log": _smooth(cmath.log, lambda z: 1 / z, cut=True),
    "log10": _smooth(cmath.log10, lambda z: 1 / z, cut=True),
    "log2": _smooth(lambda z: cmath.log(z) / math.log(2), lambda z: 2 / z, cut=True),
    "sqrt": _smooth(cmath.sqrt, lambda z: 0.5 / cmath.sqrt(z), cut=True),
    "sin": _smooth(cmath.sin, cmath.cos),
    "cos": _smooth(cmath.cos, cmath.sin),
    "tan": _smooth(cmath.tan, lambda z: 1 / cmath.cos(z) ** 2),
    "sinh": _smooth(cmath.sinh, cmath.cosh),
    "cosh": _smooth(cmath.cosh, cmath.sinh),
    "tanh": _smooth(cmath.tanh, lambda z: 1 / cmath.cosh(z) ** 2),
    "abs": _smooth(abs, lambda _z: 1),
    "re": _smooth(lambda z: complex(z).real, lambda _z: 1),
    "im": _smooth(lambda z: complex(z).imag, lambda _z: 1),
    "conj": _smooth(lambda z: complex(z).conjugate(), lambda _z: 1),
    "arg": _smooth(cmath.phase, lambda z: 1 / z, cut=True),
}
POWERS = (2, 3, 5, 8, 11, -1, -3, 0.5, -0.3, 1.7)


def _called(name: str, inner: Formula) -> Formula:
    # a value known to be real keeps to the real functions, whose domains the cut leaves to it
    return Formula(f"{name}({inner.text})", lambda names: FUNCTIONS[name](inner.value(names)))


def _paired(sign: str, left: Formula, right: Formula) -> Formula:
    return Formula(
        f"({left.text}) {sign} ({right.text})", lambda names: PAIRS[sign](left.value(names), right.value(names))
    )


def _raised(base: Formula, exponent: float) -> Formula:
    return Formula(f"({base.text})^({exponent})", lambda names: power(exponent)(base.value(names)))


def _exponentiated(base: Formula, exponent: Formula) -> Formula:
    def value(names: Mapping[str, complex]) -> Measured:
        return FUNCTIONS["exp"](_product(exponent.value(names), FUNCTIONS["log"](base.value(names))))

    return Formula(f"({base.text})^({exponent.text})", value)


def _grown(inner: st.SearchStrategy[Formula]) -> st.SearchStrategy[Formula]:
    return st.one_of(
        st.builds(_called, st.sampled_from(list(FUNCTIONS)), inner),
        st.builds(_paired, st.sampled_from("+-*/"), inner, inner),
        st.builds(_raised, inner, st.sampled_from(POWERS)),
        st.builds(_exponentiated, inner, inner),
    )


formulas = st.recursive(st.sampled_from(["z", "w", "k", "2", "0.5", "i", "3i", "pi"]).map(leaf), _grown, max_leaves=10)
