"""The classical systems once more, number by number in mpmath: what F is at a point, to as many digits as wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from mpmath import mp, mpf

Numbers = Sequence[Any]


def rosenbrock(x: Numbers) -> list[Any]:
    return [1 - x[0], 10 * (x[1] - x[0] ** 2)]


def powell_singular(x: Numbers) -> list[Any]:
    return [x[0] + 10 * x[1], mp.sqrt(5) * (x[2] - x[3]), (x[1] - 2 * x[2]) ** 2, mp.sqrt(10) * (x[0] - x[3]) ** 2]


def powell_badly_scaled(x: Numbers) -> list[Any]:
    return [10000 * x[0] * x[1] - 1, mp.exp(-x[0]) + mp.exp(-x[1]) - mpf("1.0001")]


def wood(x: Numbers) -> list[Any]:
    one, two = x[1] - x[0] ** 2, x[3] - x[2] ** 2
    b, d = x[1] - 1, x[3] - 1
    return [
        -200 * x[0] * one - (1 - x[0]),
        200 * one + mpf("20.2") * b + mpf("19.8") * d,
        -180 * x[2] * two - (1 - x[2]),
        180 * two + mpf("20.2") * d + mpf("19.8") * b,
    ]


def helical_valley(x: Numbers) -> list[Any]:
    if x[0] == 0:
        turn = mpf(0.25) if x[1] >= 0 else mpf(-0.25)
    else:
        turn = mp.atan(x[1] / x[0]) / (2 * mp.pi) + (0 if x[0] > 0 else mpf(0.5))
    return [10 * (x[2] - 10 * turn), 10 * (mp.sqrt(x[0] ** 2 + x[1] ** 2) - 1), x[2]]


def watson(x: Numbers) -> list[Any]:
    size, answer = len(x), [mpf(0)] * len(x)
    for i in range(1, 30):
        t = mpf(i) / 29
        derivative = sum(j * t ** (j - 1) * x[j] for j in range(1, size))
        value = sum(t**j * x[j] for j in range(size))
        for k in range(size):
            answer[k] += t ** (k - 1) * (k - 2 * t * value) * (derivative - value**2 - 1)
    last = x[1] - x[0] ** 2 - 1
    answer[0] += x[0] * (1 - 2 * last)
    answer[1] += last
    return answer


def chebyquad(x: Numbers) -> list[Any]:
    size = len(x)
    answer = []
    for k in range(1, size + 1):
        # T_k at y in every real y: cos(k arccos y), by its own recurrence
        total = mpf(0)
        for number in x:
            y = 2 * number - 1
            old, new = mpf(1), y
            for _ in range(k - 1):
                old, new = new, 2 * y * new - old
            total += new
        answer.append(total / size + (mpf(1) / (k * k - 1) if k % 2 == 0 else 0))
    return answer


def brown_almost_linear(x: Numbers) -> list[Any]:
    size, product = len(x), mpf(1)
    for number in x:
        product *= number
    return [*(number + sum(x) - (size + 1) for number in x[:-1]), product - 1]


def discrete_boundary_value(x: Numbers) -> list[Any]:
    h = mpf(1) / (len(x) + 1)
    padded = [0, *x, 0]
    return [
        2 * padded[k] - padded[k - 1] - padded[k + 1] + h**2 * (padded[k] + k * h + 1) ** 3 / 2
        for k in range(1, len(x) + 1)
    ]


def discrete_integral_equation(x: Numbers) -> list[Any]:
    size = len(x)
    h = mpf(1) / (size + 1)
    cubes = [(x[j - 1] + j * h + 1) ** 3 for j in range(1, size + 1)]
    answer = []
    for k in range(1, size + 1):
        left = sum(j * h * cubes[j - 1] for j in range(1, k + 1))
        right = sum((1 - j * h) * cubes[j - 1] for j in range(k + 1, size + 1))
        answer.append(x[k - 1] + h * ((1 - k * h) * left + k * h * right) / 2)
    return answer


def trigonometric(x: Numbers) -> list[Any]:
    size = len(x)
    total = sum(mp.cos(number) for number in x)
    return [size - total + k * (1 - mp.cos(number)) - mp.sin(number) for k, number in enumerate(x, 1)]


def variably_dimensioned(x: Numbers) -> list[Any]:
    total = sum(k * (number - 1) for k, number in enumerate(x, 1))
    return [number - 1 + k * total * (1 + 2 * total**2) for k, number in enumerate(x, 1)]


def broyden_tridiagonal(x: Numbers) -> list[Any]:
    padded = [0, *x, 0]
    return [(3 - 2 * padded[k]) * padded[k] - padded[k - 1] - 2 * padded[k + 1] + 1 for k in range(1, len(x) + 1)]


def broyden_banded(x: Numbers) -> list[Any]:
    size = len(x)
    answer = []
    for k in range(size):
        near = [j for j in range(max(0, k - 5), min(size, k + 2)) if j != k]
        answer.append(x[k] * (2 + 5 * x[k] ** 2) + 1 - sum(x[j] * (1 + x[j]) for j in near))
    return answer


def freudenstein_roth(x: Numbers) -> list[Any]:
    y = x[1]
    return [x[0] - 13 + ((5 - y) * y - 2) * y, x[0] - 29 + ((y + 1) * y - 14) * y]


def bratu(x: Numbers) -> list[Any]:
    h = mpf(1) / (len(x) + 1)
    padded = [0, *x, 0]
    return [
        2 * padded[k] - padded[k - 1] - padded[k + 1] - mpf(7) / 2 * h**2 * mp.exp(padded[k])
        for k in range(1, len(x) + 1)
    ]


def chandrasekhar(x: Numbers) -> list[Any]:
    return [x[i] - 1 / (1 - mp.fdot(row, x)) for i, row in enumerate(_chandrasekhar_weights(len(x), mp.dps))]


@cache
def _chandrasekhar_weights(size: int, _digits: int) -> list[list[Any]]:
    """c (i - 1/2) / (2 n (i + j - 1)) in row i = 1, ..., n, to the digits in force."""
    c = mpf("0.9999")
    return [[c / (2 * size) * (i + mpf(0.5)) / (i + j + 1) for j in range(size)] for i in range(size)]


FORMULAS: dict[str, Callable[[Numbers], list[Any]]] = {
    "Rosenbrock": rosenbrock,
    "Powell singular": powell_singular,
    "Powell badly scaled": powell_badly_scaled,
    "Wood": wood,
    "helical valley": helical_valley,
    "Watson": watson,
    "Chebyquad": chebyquad,
    "Brown almost-linear": brown_almost_linear,
    "discrete boundary value": discrete_boundary_value,
    "discrete integral equation": discrete_integral_equation,
    "trigonometric": trigonometric,
    "variably dimensioned": variably_dimensioned,
    "Broyden tridiagonal": broyden_tridiagonal,
    "Broyden banded": broyden_banded,
    "Kepler": lambda x: [x[0] - mpf("0.999") * mp.sin(x[0]) - mpf("0.01")],
    "Lambert W": lambda x: [x[0] * mp.exp(x[0]) - 1000],
    "twentieth root of one": lambda x: [x[0] ** 20 - 1],
    "steep arctangent": lambda x: [mp.atan(10 * x[0])],
    "Newton's two-cycle": lambda x: [x[0] ** 3 - 2 * x[0] + 2],
    "Freudenstein and Roth": freudenstein_roth,
    "Bratu": bratu,
    "Chandrasekhar": chandrasekhar,
    "no root": lambda x: [x[0] ** 2 + 1],
}


def exact_norm(name: str, point: Sequence[float]) -> float:
    """|F| at the very numbers of `point`, to 40 digits before it is rounded."""
    with mp.workdps(40):
        return float(mp.norm(FORMULAS[name]([mpf(float(number)) for number in point])))
