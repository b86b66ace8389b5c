"""What the compiled functions give at zeros of both signs, at infinities, at NaN and at the ends of the range."""

from __future__ import annotations

import math
from itertools import product

import numpy as np
import pytest

pytest.importorskip("llvmlite", reason="kernels are compiled by llvmlite")

from compiling import ELEMENTS, on_arrays

from core.kernels.elementary import OPERATIONS
from core.kernels.functions.power import power

INF, NAN = math.inf, math.nan
AT = (0.0, -0.0, INF, -INF, NAN)
LIMITS = {
    "exp": (1.0, 1.0, INF, 0.0, NAN),
    "log": (-INF, -INF, INF, NAN, NAN),
    "log2": (-INF, -INF, INF, NAN, NAN),
    "log10": (-INF, -INF, INF, NAN, NAN),
    "sin": (0.0, -0.0, NAN, NAN, NAN),
    "cos": (1.0, 1.0, NAN, NAN, NAN),
    "tan": (0.0, -0.0, NAN, NAN, NAN),
    "sinh": (0.0, -0.0, INF, -INF, NAN),
    "cosh": (1.0, 1.0, INF, INF, NAN),
    "tanh": (0.0, -0.0, 1.0, -1.0, NAN),
    "sigmoid": (0.5, 0.5, 1.0, 0.0, NAN),
    "sqrt": (0.0, -0.0, INF, NAN, NAN),
    "asin": (0.0, -0.0, NAN, NAN, NAN),
    "atanh": (0.0, -0.0, NAN, NAN, NAN),
    "asinh": (0.0, -0.0, INF, -INF, NAN),
    "acosh": (NAN, NAN, INF, NAN, NAN),
    "erf": (0.0, -0.0, 1.0, -1.0, NAN),
    "abs": (0.0, 0.0, INF, INF, NAN),
    "neg": (-0.0, 0.0, -INF, INF, NAN),
    "relu": (0.0, -0.0, INF, 0.0, NAN),
    "sign": (0.0, 0.0, 1.0, -1.0, NAN),
    "step": (1.0, 1.0, 1.0, 0.0, NAN),
    "floor": (0.0, 0.0, INF, -INF, NAN),
}
EVERYWHERE = list(product(ELEMENTS, (1, 16)))


def same(found: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Equal with their signs, or both no numbers."""
    return (np.isnan(found) & np.isnan(wanted)) | ((found == wanted) & (np.signbit(found) == np.signbit(wanted)))


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
@pytest.mark.parametrize("name", LIMITS)
def test_limits(name: str, element: str, lanes: int) -> None:
    found = on_arrays(OPERATIONS[name], 1, lanes, element)(np.array(AT))
    assert same(found, np.array(LIMITS[name], dtype=ELEMENTS[element])).all(), found


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
@pytest.mark.parametrize("name", ["sin", "tan", "sinh", "tanh"])
def test_the_smallest_numbers_are_kept(name: str, element: str, lanes: int) -> None:
    kind = np.finfo(ELEMENTS[element])
    tiny = np.array([kind.smallest_subnormal, kind.tiny, kind.tiny * (1 - kind.epsneg), 3 * kind.smallest_subnormal])
    tiny = np.concatenate([tiny, -tiny])
    assert np.array_equal(on_arrays(OPERATIONS[name], 1, lanes, element)(tiny), tiny)


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
def test_where_exponentials_leave_the_range(element: str, lanes: int) -> None:
    edges = {"double": (709.782712893384, -745.1332191019411), "float": (88.72283172607422, -103.97207641601562)}
    top, bottom = map(ELEMENTS[element], edges[element])
    above, below = np.nextafter(top, ELEMENTS[element](INF)), np.nextafter(bottom, ELEMENTS[element](-INF))
    found = on_arrays(OPERATIONS["exp"], 1, lanes, element)(np.array([top, above, bottom, below, 1e30, -1e30]))
    assert np.isfinite(found[0])
    assert found[0] > 0.999 * np.finfo(found.dtype).max
    assert found[2] == np.finfo(found.dtype).smallest_subnormal
    assert found[[1, 3, 4, 5]].tolist() == [INF, 0.0, INF, 0.0]


def power_by_the_standard(base: float, exponent: float) -> float:
    """The special values of C99, annex F.9.4.4; the others as Python has them."""
    whole = math.isfinite(exponent) and exponent == math.floor(exponent)
    odd = whole and exponent % 2 == 1
    if exponent == 0.0 or base == 1.0 or (base == -1.0 and math.isinf(exponent)):
        return 1.0
    if math.isnan(base) or math.isnan(exponent):
        return NAN
    if math.isinf(exponent):
        return INF if (abs(base) > 1.0) == (exponent > 0.0) else 0.0
    if base == 0.0 or math.isinf(base):
        size = 0.0 if (base == 0.0) == (exponent > 0.0) else INF
        return math.copysign(size, base) if odd else size
    if base < 0.0 and not whole:
        return NAN
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -INF if base < 0.0 and odd else INF


POWERS = (
    0.0, INF, NAN, 1.0, 2.0, 3.0, 0.5, 1.5, 0.999, 1.001, 65.0, 1e30, 1e-30, 2.0**23 - 1, 2.0**24 + 2, 2.0**22 + 0.5,
    5e-324, 2.0**53 - 1, 2.0**53 + 2, 2.0**51 + 0.5, 1e300,
)  # fmt: skip


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
def test_powers_have_the_special_values_of_the_c_standard(element: str, lanes: int) -> None:
    kind = ELEMENTS[element]
    with np.errstate(over="ignore"):
        numbers = [float(kind(sign * size)) for size in POWERS for sign in (1.0, -1.0)]
        pairs = list(product(numbers, numbers))
        wanted = np.array([power_by_the_standard(*pair) for pair in pairs]).astype(kind)
    base, exponent = map(np.array, zip(*pairs, strict=True))
    found = on_arrays(power, 2, lanes, element)(base, exponent)
    with np.errstate(invalid="ignore"):
        near = np.abs(found - wanted) <= np.spacing(np.abs(np.where(np.isfinite(wanted), wanted, 1.0)))
    right = same(found, wanted) | (near & np.isfinite(wanted) & (np.signbit(found) == np.signbit(wanted)))
    assert right.all(), [(pairs[k], float(found[k]), float(wanted[k])) for k in np.flatnonzero(~right)[:5]]


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
@pytest.mark.parametrize("exponent", [0, 1, -1, 2, -2, 3, -3, 4, 5, -5, 0.5, -0.5, 1 / 3, 64, INF, -INF, NAN])
def test_constant_exponents_have_them_too(exponent: float, element: str, lanes: int) -> None:
    kind = ELEMENTS[element]
    bases = np.array([*AT, 1.0, -1.0, 2.0, -2.0])
    found = on_arrays(lambda base: power(base, exponent), 1, lanes, element)(bases)
    wanted = np.array([power_by_the_standard(base, float(kind(exponent))) for base in bases]).astype(kind)
    with np.errstate(invalid="ignore"):
        near = np.abs(found - wanted) <= np.spacing(np.abs(wanted))
    assert (same(found, wanted) | near).all(), found


@pytest.mark.parametrize(("element", "lanes"), EVERYWHERE)
def test_remainders_are_those_of_python(element: str, lanes: int) -> None:
    numbers = [0.0, -0.0, INF, -INF, NAN, 1.0, -1.0, 0.3, -0.3, 7.5, -7.5, 1e30, -1e30, 1e-30, 2.0**23 + 1]
    with np.errstate(over="ignore"):
        pairs = list(product(map(float, np.array(numbers, dtype=ELEMENTS[element])), repeat=2))
    wanted = [NAN if b == 0.0 or math.isinf(a) or math.isnan(a) else a % b for a, b in pairs]
    found = on_arrays(OPERATIONS["mod"], 2, lanes, element)(*map(np.array, zip(*pairs, strict=True)))
    right = same(found, np.array(wanted).astype(ELEMENTS[element]))
    assert right.all(), [(pairs[k], float(found[k]), wanted[k]) for k in np.flatnonzero(~right)[:5]]
