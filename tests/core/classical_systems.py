"""Classical square systems F(z) = 0 in torch: the fourteen of MINPACK, and nine traps.

The fourteen: J. J. More, B. S. Garbow, K. E. Hillstrom, ACM TOMS 7 (1981) 17, in the form of MINPACK's set for
nonlinear equations (for Wood and Watson that is a gradient). Written twice: here in batches for torch, in
`classical_formulas` number by number for mpmath. Both were compared with MINPACK's `vecfcn` and with J. Burkardt's
`test_nonlin`, and are checked against the norms in MINPACK's reference output for its `hybrj` test.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch

import core
from core.callable_map import layer
from core.formula_map import FormulaMap

Tensor = Any
REFERENCE = Path(__file__).resolve().parent.parent / "reference" / "classical_roots.json"
FACTORS = (1.0, 10.0, 100.0)
"""By which the standard start is multiplied."""


@dataclass(frozen=True)
class Classical:
    """F(z) = 0.

    equations: F on tensors, z (S, n) -> (S, n). start: the standard one. text: the same as a formula, where it is
    short: it gives the numpy path and symbolic derivatives. rooted: whether there is a root. share: of a tolerance, so
    that |F| is below it at no point that is far from every root.
    """

    name: str
    start: tuple[float, ...]
    equations: Callable[[Tensor], Tensor]
    text: str = ""
    rooted: bool = True
    share: float = 1.0

    @property
    def starts(self) -> np.ndarray:
        """The standard start and its multiples (3, n); of the start 0, the constant vectors 10 and 100."""
        start = np.array(self.start)
        if start.any():
            return np.outer(FACTORS, start)
        return np.array([start, start + FACTORS[1], start + FACTORS[2]])

    @property
    def in_torch(self) -> Any:
        """The layer z = z - F(z) of the torch function."""
        return layer(lambda z: z - self.equations(z), len(self.start))

    @property
    def mapping(self) -> Any:
        """The layer, of the formula where there is one."""
        return FormulaMap(core.parse(self.text)) if self.text else self.in_torch


def _columns(*columns: Tensor) -> Tensor:
    return torch.stack(columns, dim=1)


def _places(z: Tensor) -> Tensor:
    """1, ..., n."""
    return torch.arange(1, z.shape[1] + 1, dtype=z.dtype, device=z.device)


def _before(z: Tensor) -> Tensor:
    """z[k - 1], with 0 before the first."""
    return torch.nn.functional.pad(z[:, :-1], (1, 0))


def _after(z: Tensor) -> Tensor:
    """z[k + 1], with 0 after the last."""
    return torch.nn.functional.pad(z[:, 1:], (0, 1))


def rosenbrock(z: Tensor) -> Tensor:
    x, y = z.T
    return _columns(1 - x, 10 * (y - x**2))


def powell_singular(z: Tensor) -> Tensor:
    a, b, c, d = z.T
    return _columns(a + 10 * b, math.sqrt(5) * (c - d), (b - 2 * c) ** 2, math.sqrt(10) * (a - d) ** 2)


def powell_badly_scaled(z: Tensor) -> Tensor:
    x, y = z.T
    return _columns(10000 * x * y - 1, torch.exp(-x) + torch.exp(-y) - 1.0001)


def wood(z: Tensor) -> Tensor:
    a, b, c, d = z.T
    one, two = b - a**2, d - c**2
    return _columns(
        -200 * a * one - (1 - a),
        200 * one + 20.2 * (b - 1) + 19.8 * (d - 1),
        -180 * c * two - (1 - c),
        180 * two + 20.2 * (d - 1) + 19.8 * (b - 1),
    )


def helical_valley(z: Tensor) -> Tensor:
    x, y, height = z.T
    angle = torch.atan2(y, x)
    angle = torch.where((x < 0) & (y < 0), angle + 2 * math.pi, angle)
    return _columns(10 * (height - 10 * angle / (2 * math.pi)), 10 * (torch.sqrt(x**2 + y**2) - 1), height)


def watson(z: Tensor) -> Tensor:
    t = torch.arange(1, 30, dtype=z.dtype, device=z.device)[:, None] / 29
    powers = torch.arange(z.shape[1], dtype=z.dtype, device=z.device)
    basis = t**powers
    slope = powers * t ** (powers - 1)
    value = z @ basis.T
    fault = z @ slope.T - value**2 - 1
    total = fault @ slope - 2 * (fault * value) @ basis
    last = z[:, 1] - z[:, 0] ** 2 - 1
    first = z[:, 0] * (1 - 2 * last)
    return torch.cat([total[:, :1] + first[:, None], total[:, 1:2] + last[:, None], total[:, 2:]], dim=1)


def chebyquad(z: Tensor) -> Tensor:
    size = z.shape[1]
    x = 2 * z - 1
    polynomials = [torch.ones_like(x), x]
    for _ in range(size - 1):
        polynomials.append(2 * x * polynomials[-1] - polynomials[-2])
    integrals = z.new_tensor([1 / (1 - k**2) if k % 2 == 0 else 0.0 for k in range(1, size + 1)])
    return torch.stack(polynomials[1:], dim=1).sum(2) / size - integrals


def brown_almost_linear(z: Tensor) -> Tensor:
    most = z[:, :-1] + z.sum(1, keepdim=True) - (z.shape[1] + 1)
    return torch.cat([most, z.prod(1, keepdim=True) - 1], dim=1)


def discrete_boundary_value(z: Tensor) -> Tensor:
    h = 1 / (z.shape[1] + 1)
    return 2 * z - _before(z) - _after(z) + h**2 * (z + h * _places(z) + 1) ** 3 / 2


def discrete_integral_equation(z: Tensor) -> Tensor:
    h = 1 / (z.shape[1] + 1)
    t = h * _places(z)
    green = torch.minimum(t[:, None], t) * (1 - torch.maximum(t[:, None], t))
    return z + h * ((z + t + 1) ** 3) @ green / 2


def trigonometric(z: Tensor) -> Tensor:
    cosine, size = torch.cos(z), z.shape[1]
    return size - cosine.sum(1, keepdim=True) + _places(z) * (1 - cosine) - torch.sin(z)


def variably_dimensioned(z: Tensor) -> Tensor:
    k = _places(z)
    total = (k * (z - 1)).sum(1, keepdim=True)
    return z - 1 + k * total * (1 + 2 * total**2)


def broyden_tridiagonal(z: Tensor) -> Tensor:
    return (3 - 2 * z) * z - _before(z) - 2 * _after(z) + 1


def broyden_banded(z: Tensor) -> Tensor:
    k = _places(z)
    apart = k[:, None] - k
    band = ((apart <= 5) & (apart >= -1) & (apart != 0)).to(z.dtype)
    return z * (2 + 5 * z**2) + 1 - (z * (1 + z)) @ band.T


_ROSENBROCK = "0 = 1 - x\n0 = 10*(y - x^2)\nsolve x = -1.2, y = 1"
_SINGULAR = (
    "0 = a + 10*b\n0 = sqrt(5)*(c - d)\n0 = (b - 2*c)^2\n0 = sqrt(10)*(a - d)^2\nsolve a = 3, b = -1, c = 0, d = 1"
)
_BADLY_SCALED = "0 = 10000*x*y - 1\n0 = exp(-x) + exp(-y) - 1.0001\nsolve x = 0, y = 1"
_WOOD = """0 = -200*a*(b - a^2) - (1 - a)
0 = 200*(b - a^2) + 20.2*(b - 1) + 19.8*(d - 1)
0 = -180*c*(d - c^2) - (1 - c)
0 = 180*(d - c^2) + 20.2*(d - 1) + 19.8*(b - 1)
solve a = -3, b = -1, c = -3, d = -1"""
_GRID = tuple(k / 11 * (k / 11 - 1) for k in range(1, 11))

MORE_GARBOW_HILLSTROM = (
    Classical("Rosenbrock", (-1.2, 1.0), rosenbrock, _ROSENBROCK),
    Classical("Powell singular", (3.0, -1.0, 0.0, 1.0), powell_singular, _SINGULAR),
    Classical("Powell badly scaled", (0.0, 1.0), powell_badly_scaled, _BADLY_SCALED, share=0.1),
    Classical("Wood", (-3.0, -1.0, -3.0, -1.0), wood, _WOOD),
    Classical("helical valley", (-1.0, 0.0, 0.0), helical_valley),
    Classical("Watson", (0.0,) * 6, watson),
    Classical("Chebyquad", tuple(k / 8 for k in range(1, 8)), chebyquad),
    Classical("Brown almost-linear", (0.5,) * 10, brown_almost_linear),
    Classical("discrete boundary value", _GRID, discrete_boundary_value),
    Classical("discrete integral equation", _GRID, discrete_integral_equation),
    Classical("trigonometric", (0.1,) * 10, trigonometric),
    Classical("variably dimensioned", tuple(1 - k / 10 for k in range(1, 11)), variably_dimensioned),
    Classical("Broyden tridiagonal", (-1.0,) * 10, broyden_tridiagonal),
    Classical("Broyden banded", (-1.0,) * 10, broyden_banded),
)


def bratu(z: Tensor) -> Tensor:
    h = 1 / (z.shape[1] + 1)
    return 2 * z - _before(z) - _after(z) - 3.5 * h**2 * torch.exp(z)


def chandrasekhar(z: Tensor) -> Tensor:
    size = z.shape[1]
    mu = (_places(z) - 0.5) / size
    weight = 0.9999 / (2 * size) * mu[:, None] / (mu[:, None] + mu)
    return z - 1 / (1 - z @ weight.T)


def freudenstein_roth(z: Tensor) -> Tensor:
    x, y = z.T
    return _columns(x + y * (y * (5 - y) - 2) - 13, x + y * (y * (1 + y) - 14) - 29)


_FREUDENSTEIN_ROTH = "0 = x + y*(y*(5 - y) - 2) - 13\n0 = x + y*(y*(1 + y) - 14) - 29\nsolve x = 0.5, y = -2"

TRAPS = (
    # at the pericentre of a long ellipse: mean anomaly 0.01, where 1 - e cos E is 1e-3, so that Newton leaps away
    Classical(
        "Kepler", (0.01,), lambda z: z - 0.999 * torch.sin(z) - 0.01, "0 = E - 0.999*sin(E) - 0.01\nsolve E = 0.01"
    ),
    Classical("Lambert W", (1.0,), lambda z: z * torch.exp(z) - 1000, "0 = z*exp(z) - 1000\nsolve z = 1"),
    Classical("twentieth root of one", (0.5,), lambda z: z**20 - 1, "0 = z^20 - 1\nsolve z = 0.5"),
    Classical("steep arctangent", (3.0,), lambda z: torch.atan(10 * z), "0 = atan(10*z)\nsolve z = 3"),
    # Newton cycles between 0 and 1
    Classical("Newton's two-cycle", (0.0,), lambda z: z**3 - 2 * z + 2, "0 = z^3 - 2*z + 2\nsolve z = 0"),
    Classical("Freudenstein and Roth", (0.5, -2.0), freudenstein_roth, _FREUDENSTEIN_ROTH),
    # u'' + 3.5 exp(u) = 0 between 0 and 1 on 24 points: two roots near a fold, with none from 3.511 on instead of 3.5
    Classical("Bratu", (0.0,) * 24, bratu),
    # midpoint rule on 24 points: C. T. Kelley, Iterative Methods for Linear and Nonlinear Equations (1995), ch. 5
    Classical("Chandrasekhar", (1.0,) * 24, chandrasekhar),
    Classical("no root", (1.0,), lambda z: z**2 + 1, "0 = z^2 + 1\nsolve z = 1", rooted=False),
)

CLASSICAL = {system.name: system for system in (*MORE_GARBOW_HILLSTROM, *TRAPS)}


@cache
def references() -> dict[str, Any]:
    """What is known of each system: "roots" as digits, "which" they are, published "norms" and a "published" root."""
    known: dict[str, Any] = json.loads(REFERENCE.read_text(encoding="utf-8"))["systems"]
    return known


@cache
def roots(name: str) -> np.ndarray:
    """The known roots (R, n); none where there are infinitely many, or is none."""
    digits = references().get(name, {}).get("roots", [])
    return np.array(digits, dtype=np.float64).reshape(-1, len(CLASSICAL[name].start))


def distance(name: str, point: np.ndarray) -> float:
    """From the nearest known root; NaN where none is. Chebyquad's numbers may come in any order."""
    known = roots(name)
    point = np.sort(point) if name == "Chebyquad" else point
    return float(np.linalg.norm(known - point, axis=1).min()) if len(known) else math.nan
