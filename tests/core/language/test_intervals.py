"""Intervals hold every value that is taken in a box."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import core
from core.language import FUNCTIONS, array_field
from core.language.intervals import enclosures, point
from core.language.rates import jacobian_program, rates_program

TEXTS = (
    "a*x - y/b + 3",
    "x*y*(x - y)",
    "x^2 + y^3 - x^4*y^5 + x^(-2) - y^-3",
    "abs(x)^1.7 + abs(y)^b",
    "2^x + exp(-y)/(1 + exp(x))",
    "sin(3*x) + cos(5*y) + tan(x/3)",
    "sin(40*x)*cos(y)",
    "asin(tanh(x)) + acos(tanh(y)) + atan(5*x)",
    "atan2(y, x) + atan2(x, y)",
    "sinh(x) - cosh(y) + tanh(x*y)",
    "asinh(x) + acosh(1 + y^2) + atanh(0.9*tanh(x))",
    "log(1 + x^2) + log10(2 + y^2) + log2(3 + x^2) + ln(1.5 + y^4)",
    "sqrt(x^2 + y^2) + norm([x, y])",
    "sign(x) + floor(2*y) + step(x - y)",
    "mod(x, 0.7) + mod(y, 3)",
    "min(x, y, 0.5) + max(x, -y)",
    "erf(x) + relu(y) + softplus(x) + sigmoid(5*y)",
    "if(x < y, x, 2*y) + if(x >= 0.3, y, 1) + if(x != y, x, y) + if(x == x, y, 0)",
    "1/(x^2 + 0.1) - x/(2 + sin(y))",
)
DRAWN = np.random.default_rng(4)


def test_the_texts_use_every_elementwise_function() -> None:
    elementwise = {name for name, function in FUNCTIONS.items() if function.kind == "elementwise"}
    complex_only = {"re", "im", "conj", "arg"}
    assert {name for name in elementwise - complex_only if not any(f"{name}(" in text for text in TEXTS)} == set()


@pytest.mark.parametrize("reach", [1e-9, 0.05, 1.0, 6.0])
@pytest.mark.parametrize("text", TEXTS)
def test_every_value_in_a_box_lies_in_the_interval(text: str, reach: float) -> None:
    system = core.parse(f"x <- {text}\ny <- x\na = 1.3\nb = 2.5")
    centres = DRAWN.uniform(-3, 3, (40, 2))
    radii = reach * DRAWN.uniform(0, 1, (40, 2))
    box = list(zip((centres - radii).T, (centres + radii).T, strict=True))
    inputs = [point(np.full(40, value)) for value in (1.3, 2.5)]
    (low, high), _ = enclosures(rates_program(system), box, inputs)
    places = centres[:, None] + radii[:, None] * DRAWN.uniform(-1, 1, (40, 60, 2))
    places[:, 0], places[:, 1] = centres - radii, centres + radii
    values = array_field(system)(0.0, places, [1.3, 2.5])[..., 0]
    known = ~np.isnan(low)
    assert known.any()
    assert not np.isnan(values[known]).any()
    assert (low[known, None] <= values[known]).all()
    assert (values[known] <= high[known, None]).all()


@pytest.mark.parametrize("text", [text for text in TEXTS if "floor" not in text and "if(" not in text])
def test_a_point_gives_an_interval_of_a_few_roundings(text: str) -> None:
    system = core.parse(f"x <- {text}\ny <- x\na = 1.3\nb = 2.5")
    places = [point(np.array([0.71])), point(np.array([0.37]))]
    (low, high), _ = enclosures(rates_program(system), places, [point(np.array([value])) for value in (1.3, 2.5)])
    if "atan2" not in text:
        assert 0.0 <= float(high[0] - low[0]) < 2e-13


def test_slopes_are_enclosed_too() -> None:
    system = core.parse("x <- tanh(2*x*y) + x^3\ny <- sin(x)/(2 + y^2)")
    box = [(np.array([0.2]), np.array([0.6])), (np.array([-0.3]), np.array([0.1]))]
    found = enclosures(jacobian_program(system), box, [])
    from core.language import array_jacobian  # noqa: PLC0415 - beside what it is compared with

    places = DRAWN.uniform([0.2, -0.3], [0.6, 0.1], (500, 2))
    slopes = array_jacobian(system)(0.0, places, []).reshape(500, 4)
    for entry, (low, high) in enumerate(found):
        assert low[0] <= slopes[:, entry].min() <= slopes[:, entry].max() <= high[0]


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("sqrt(x)", -1.0, 1.0, None),
        ("log(x)", -1.0, 1.0, None),
        ("1/x", -1.0, 1.0, (-math.inf, math.inf)),
        ("1/x", 1.0, math.inf, (0.0, 1.0)),
        ("exp(x)", 700.0, 800.0, (1.0142320547350046e304, math.inf)),
        ("tan(x)", 1.0, 2.0, (-math.inf, math.inf)),
        ("sin(x)", 0.0, 1e9, (-1.0, 1.0)),
        ("x^2", -2.0, 1.0, (0.0, 4.0)),
        ("x*(1 - x)", 0.0, 1.0, (0.0, 1.0)),  # wider than [0, 1/4]: x is taken twice
        ("log(x)", 0.0, 1.0, (-math.inf, 0.0)),
        ("x^0.5", 0.0, 4.0, (0.0, 2.0)),
    ],
)
def test_poles_edges_and_infinities(text: str, low: float, high: float, expected: tuple[float, float] | None) -> None:
    system = core.parse(f"x <- {text}")
    ((found_low, found_high),) = enclosures(rates_program(system), [(np.array([low]), np.array([high]))], [])
    if expected is None:
        assert np.isnan([found_low[0], found_high[0]]).all()
        return
    assert found_low[0] <= expected[0] + 1e-12 * abs(expected[0] if math.isfinite(expected[0]) else 0.0)
    assert found_high[0] >= expected[1] * (1 - 1e-12)
    if math.isfinite(expected[1]):
        assert found_high[0] == pytest.approx(expected[1], abs=1e-12)
    if math.isfinite(expected[0]) and expected[0] < 1e300:
        assert found_low[0] == pytest.approx(expected[0], abs=1e-12)


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("x*x", 1e200, 1e201, math.inf),  # at least the largest number, and not infinite for sure
        ("x/1e-200", 1e200, 1e201, math.inf),
        ("x + x", 1.7e308, 1.75e308, math.inf),
        ("exp(x)", 720.0, 730.0, math.inf),
    ],
)
def test_what_overflows_need_not_be_infinite(text: str, low: float, high: float, expected: float) -> None:
    system = core.parse(f"x <- {text}")
    ((found_low, found_high),) = enclosures(rates_program(system), [(np.array([low]), np.array([high]))], [])
    assert found_high[0] >= expected
    assert found_low[0] <= np.finfo(np.float64).max


def test_a_decimal_stands_for_itself_and_not_for_its_nearest_float() -> None:
    exact = {"0.1 + 0.2": Fraction(3, 10), "0.7*x": Fraction(7, 10), "1.1 - 1": Fraction(1, 10)}
    for text, value in exact.items():
        system = core.parse(f"x <- {text}")
        ((low, high),) = enclosures(rates_program(system), [point(np.array([1.0]))], [])
        assert Fraction(float(low[0])) <= value <= Fraction(float(high[0]))
        assert float(high[0] - low[0]) < 1e-14


def test_any_number_but_zero_is_a_condition_that_holds() -> None:
    system = core.parse("x <- if(x, 1, 2)")
    for low, high, expected in ((0.2, 0.5, (1, 1)), (-0.5, -0.2, (1, 1)), (0.0, 0.0, (2, 2)), (-0.5, 0.5, (1, 2))):
        (found,) = enclosures(rates_program(system), [(np.array([low]), np.array([high]))], [])
        assert (float(found[0][0]), float(found[1][0])) == expected
