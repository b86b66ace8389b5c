"""Errors of the elementary functions against many digits, over the whole range of the numbers."""

from __future__ import annotations

from collections.abc import Iterator

import mpmath
import numpy as np
import pytest

pytest.importorskip("llvmlite", reason="kernels are compiled by llvmlite")

from compiling import ELEMENTS, on_arrays

from core.kernels.elementary import OPERATIONS
from core.kernels.functions.power import power

FUNCTIONS = {
    "exp": (mpmath.exp, 0.95),
    "log": (mpmath.log, 0.8),
    "log2": (lambda v: mpmath.log(v) / mpmath.log(2), 0.51),
    "log10": (mpmath.log10, 0.51),
    "sin": (mpmath.sin, 0.8),
    "cos": (mpmath.cos, 0.8),
    "tan": (mpmath.tan, 2.0),
    "tanh": (mpmath.tanh, 2.1),
    "sinh": (mpmath.sinh, 2.1),
    "cosh": (mpmath.cosh, 1.35),
    "sigmoid": (lambda v: 1 / (1 + mpmath.exp(-v)), 2.5),
    "softplus": (lambda v: mpmath.log1p(mpmath.exp(v)) if v < 0 else v + mpmath.log1p(mpmath.exp(-v)), 2.5),
}
"""Function to the truth and the stated error in units of the last place."""
SPECIAL = [5e-324, 1e-310, 2.2250738585072014e-308, 1.0, 1 + 2**-52, 1 - 2**-53, 0.5, 709.78, 710.47, -745.1, -708.5]
HUGE = [1e22, 2.0**30, 2.0**30 + 1, 1e300, 1.7976931348623157e308]
HARD = {
    "exp": [699.0417731995933, -708.773056714129, -708.7622975475157],
    "log": [0.7070801678939475, 0.7071044281231605, 0.7071054204688169, 1.4054595232009888],
    "log2": [1.4142092127605828],
    "sin": [88.71999879858612, 8.669829475210069, 0.794749804979181],
    "cos": [-22.799037122154793, -29.08231782242379, -16.487438437041394],
    "tan": [-54922.1028796113, 20366.175845302536, -5.514177852629486, -24.352832794189453, -1044748736.0],
    "tanh": [-0.20374079653557353, 0.20364985325503987, 0.12523035030130916, 0.0077671753242611885],
    "sinh": [0.4113822366331807, 0.007786561176861084, -0.6946960870665156, -709.9597737481714],
    "cosh": [-12.152825013472517, 5.245360851287842],
    "sigmoid": [-6.237209000448261],
}
"""The worst that were found by search, of these functions or of what they were before."""


@pytest.fixture(autouse=True)
def _many_digits() -> Iterator[None]:
    with mpmath.workdps(60):
        yield


@pytest.mark.parametrize("lanes", [1, 16])
@pytest.mark.parametrize("element", ["double", "float"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_error_is_within_the_stated_one(name: str, element: str, lanes: int) -> None:
    truth, bound = FUNCTIONS[name]
    x = samples(name, element)
    found = on_arrays(OPERATIONS[name], 1, lanes, element)(x)
    assert worst_error(found, [truth(mpmath.mpf(float(value))) for value in x]) <= bound


@pytest.mark.parametrize("lanes", [1, 16])
@pytest.mark.parametrize("element", ["double", "float"])
def test_powers_are_within_one_unit(element: str, lanes: int) -> None:
    random = np.random.default_rng(5)
    base = np.concatenate([whole_range(random, element, 400), 1 + 1e-3 * random.normal(size=400), random.random(400)])
    base = np.concatenate([base, random.choice([0.5, 2.0], 400) ** (0.5 + 1e-3 * random.normal(size=400))])
    base = np.abs(base).astype(ELEMENTS[element])
    reach = 745 if element == "double" else 103
    exponent = random.uniform(-reach, reach, base.size) / np.abs(np.log(base.astype(np.float64)))
    whole = random.integers(-40, 40, 400).astype(np.float64)
    # the last are the worst that were found by search
    hard = [0.7071024909079738, 1.4142164446144652] if element == "double" else []
    base = np.concatenate([base, -random.uniform(0.3, 9.0, 400), hard]).astype(ELEMENTS[element])
    hard = [-2047.9641467364472, 2047.9879454050576] if element == "double" else []
    exponent = np.concatenate([exponent, whole, hard]).astype(ELEMENTS[element])
    found = on_arrays(power, 2, lanes, element)(base, exponent)
    pairs = zip(base.tolist(), exponent.tolist(), strict=True)
    with mpmath.workprec(200):
        assert worst_error(found, [mpmath.re(mpmath.power(a, mpmath.mpf(b))) for a, b in pairs]) <= 1.0


@pytest.mark.parametrize("lanes", [1, 16])
def test_powers_of_two_and_ten_have_exact_logarithms(lanes: int) -> None:
    twos, tens = np.arange(-1074, 1024), np.arange(23)
    assert np.array_equal(on_arrays(OPERATIONS["log2"], 1, lanes)(np.ldexp(1.0, twos)), twos)
    assert np.array_equal(on_arrays(OPERATIONS["log10"], 1, lanes)(10.0**tens), tens)


@pytest.mark.parametrize("name", ["sin", "cos", "tan", "mod", "pow", "exp", "tanh", "log"])
def test_a_lane_does_not_depend_on_the_others(name: str) -> None:
    count = 2 if name in ("mod", "pow") else 1
    x, y = np.linspace(0.1, 900.0, 64), np.linspace(0.2, 3.0, 64)
    mates = np.where(np.arange(64) % 5 == 0, 1e200, x)
    function, alone = on_arrays(OPERATIONS[name], count, 16), on_arrays(OPERATIONS[name], count, 1)
    found = function(*(mates, y)[:count])
    kept = mates == x
    assert np.array_equal(found[kept], function(*(x, y)[:count])[kept], equal_nan=True)
    assert np.array_equal(found, alone(*(mates, y)[:count]), equal_nan=True)


def whole_range(random: np.random.Generator, element: str, count: int) -> np.ndarray:
    """Numbers of all exponents and both signs."""
    least, most = (-1074, 1024) if element == "double" else (-149, 128)
    sizes = np.ldexp(random.uniform(1.0, 2.0, count), random.integers(least, most, count))
    return np.asarray(np.where(random.random(count) < 0.5, sizes, -sizes))


def samples(name: str, element: str) -> np.ndarray:
    """All exponents, the neighbourhood of 1 and of the multiples of pi/2, the ends of the range."""
    random = np.random.default_rng(len(name))
    near_one = 1 + random.normal(size=300) * 10.0 ** random.uniform(-15, -1, 300)
    turns = random.integers(1, 10000, 300) * (np.pi / 2)
    spans = [random.uniform(-size, size, 300) for size in (1.0, 20.0, 745.0, 1e6)]
    x = np.concatenate([whole_range(random, element, 800), near_one, turns, *spans, SPECIAL, HUGE, HARD.get(name, [])])
    with np.errstate(over="ignore"):
        x = x.astype(ELEMENTS[element])
    x = x[np.isfinite(x)]
    if name.startswith("log"):
        x = np.abs(x)
        return x[x > 0]
    return x if name in ("sin", "cos", "tan") else x[np.abs(x) < 1000]


def worst_error(found: np.ndarray, truth: list[mpmath.mpf]) -> float:
    """In units of the last place of the truth, rounded; infinity only where the truth is beyond the numbers."""
    largest, beyond = float(np.finfo(found.dtype).max), mpmath.mpf(float(np.finfo(found.dtype).max))
    beyond *= 1 + mpmath.mpf(2) ** -(54 if found.dtype == np.float64 else 25)
    worst = 0.0
    for value, exact in zip(found, truth, strict=True):
        if not np.isfinite(value):
            assert abs(exact) >= beyond
            assert (value > 0) == (exact > 0)
            continue
        unit = np.spacing(np.abs(found.dtype.type(min(abs(exact), mpmath.mpf(largest)))))
        worst = max(worst, float(abs(mpmath.mpf(float(value)) - exact) / mpmath.mpf(float(unit))))
    return worst
