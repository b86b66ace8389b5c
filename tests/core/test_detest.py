"""The non-stiff problems of DETEST (T. E. Hull and others, SIAM J. Numer. Anal. 9 (1972) 603).

Errors and evaluations beside those of SciPy's method of the same class at the same tolerances.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import core
from core.formula_field import FormulaField

PEERS = {"bogacki_shampine_3": "RK23", "dopri5": "RK45", "dop853": "DOP853"}
RADIUS = "(x^2 + y^2)"
ORBIT = f"x' = u\ny' = v\nu' = -x/{RADIUS}^1.5\nv' = -y/{RADIUS}^1.5"


def _orbit(eccentricity: float) -> tuple[str, tuple[float, ...]]:
    return ORBIT, (1 - eccentricity, 0.0, 0.0, ((1 + eccentricity) / (1 - eccentricity)) ** 0.5)


def _chain(rates: Sequence[int]) -> tuple[str, tuple[float, ...]]:
    """y_1 decays into y_2, and so on, with these rates."""
    names = [f"y_{place}" for place in range(1, len(rates) + 2)]
    gains = ["0", *(f"{rate}*{name}" for rate, name in zip(rates, names, strict=False))]
    losses = [*(f"{rate}*{name}" for rate, name in zip(rates, names, strict=False)), "0"]
    lines = [f"{name}' = {gain} - {loss}" for name, gain, loss in zip(names, gains, losses, strict=True)]
    return "\n".join(lines), (1.0, *(0.0,) * len(rates))


def _tridiagonal(size: int) -> tuple[str, tuple[float, ...]]:
    names = ["0", *(f"y_{place}" for place in range(1, size + 1)), "0"]
    rows = zip(names, names[1:], names[2:], strict=False)
    lines = [f"{here}' = {left} - 2*{here} + {right}" for left, here, right in rows]
    return "\n".join(lines), (1.0, *(0.0,) * (size - 1))


MASSES = (0.000954786104043, 0.000285583733151, 0.0000437273164546, 0.0000517759138449, 0.00000277777777778)
PLACES = (
    3.42947415189, 3.35386959711, 1.35494901715, 6.64145542550, 5.97156957878, 2.18231499728, 11.2630437207,
    14.6952576794, 6.27960525067, -30.1552268759, 1.65699966404, 1.43785752721, -21.1238353380, 28.4465098142,
    15.3882659679,
)  # fmt: skip
SPEEDS = (
    -0.557160570446, 0.505696783289, 0.230578543901, -0.415570776342, 0.365682722812, 0.169143213293, -0.325325669158,
    0.189706021964, 0.0877265322780, -0.0240476254170, -0.287659532608, -0.117219543175, -0.176860753121,
    -0.216393453025, -0.0148647893090,
)  # fmt: skip


def _planets() -> tuple[str, tuple[float, ...]]:
    """Five outer planets around the sun, which rests."""
    lines = [f"p_{j} in R^3\nv_{j} in R^3\na_{j} = p_{j}/norm(p_{j})^3" for j in range(5)]
    lines += [f"p_{j}' = v_{j}" for j in range(5)]
    for j in range(5):
        pulls = [f"{MASSES[k]!r}*((p_{k} - p_{j})/norm(p_{k} - p_{j})^3 - a_{k})" for k in range(5) if k != j]
        lines.append(f"v_{j}' = 2.95912208286*(-{1.00000597682 + MASSES[j]:.17g}*a_{j} + {' + '.join(pulls)})")
    return "\n".join(lines), PLACES + SPEEDS


PROBLEMS: dict[str, tuple[str, tuple[float, ...]]] = {
    "A1": ("y' = -y", (1.0,)),
    "A2": ("y' = -y^3/2", (1.0,)),
    "A3": ("y' = y*cos(t)", (1.0,)),
    "A4": ("y' = y/4*(1 - y/20)", (1.0,)),
    "A5": ("y' = (y - t)/(y + t)", (4.0,)),
    "B1": ("x' = 2*(x - x*y)\ny' = -(y - x*y)", (1.0, 3.0)),
    "B2": ("x' = -x + y\ny' = x - 2 y + z\nz' = y - z", (2.0, 0.0, 1.0)),
    "B3": ("x' = -x\ny' = x - y^2\nz' = y^2", (1.0, 0.0, 0.0)),
    "B4": (f"x' = -y - x*z/sqrt{RADIUS}\ny' = x - y*z/sqrt{RADIUS}\nz' = x/sqrt{RADIUS}", (3.0, 0.0, 0.0)),
    "B5": ("x' = y*z\ny' = -x*z\nz' = -0.51 x*y", (0.0, 1.0, 1.0)),
    "C1": _chain([1] * 9),
    "C2": _chain(range(1, 10)),
    "C3": _tridiagonal(10),
    "C4": _tridiagonal(51),
    "C5": _planets(),
    **{f"D{place}": _orbit(eccentricity) for place, eccentricity in enumerate((0.1, 0.3, 0.5, 0.7, 0.9), start=1)},
    "E1": ("x' = y\ny' = -(y/(t + 1) + (1 - 0.25/(t + 1)^2)*x)", (0.6713967071418030, 0.09540051444747446)),
    "E2": ("x' = y\ny' = (1 - x^2)*y - x", (2.0, 0.0)),
    "E3": ("x' = y\ny' = x^3/6 - x + 2 sin(2.78535 t)", (0.0, 0.0)),
    "E4": ("x' = y\ny' = 0.032 - 0.4 y^2", (30.0, 0.0)),
    "E5": ("x' = y\ny' = sqrt(1 + y^2)/(25 - t)", (0.0, 0.0)),
}
ENDS = json.loads((Path(__file__).parents[1] / "reference" / "detest.json").read_text())["ends"]


def _compared(name: str, method: str, rtol: float) -> tuple[float, float, float, float]:
    """Our error at the end and SciPy's, and our evaluations and its."""
    text, start = PROBLEMS[name]
    system, exact = core.parse(text), np.array([float(number) for number in ENDS[name]])
    run = core.integrate(system, start, (0.0, 20.0), method, rtol=rtol, atol=rtol)
    field = FormulaField(system).array()
    peer = solve_ivp(field, (0.0, 20.0), start, method=PEERS[method], rtol=rtol, atol=rtol)
    assert run.outcome.success
    error, theirs = (float(np.abs(end - exact).max()) for end in (run.z[-1], peer.y[:, -1]))
    return error, theirs, float(run.stats.evaluations), float(peer.nfev)


@pytest.mark.parametrize("method", list(PEERS))
@pytest.mark.parametrize("name", list(PROBLEMS))
def test_errors_and_evaluations_are_of_the_size_of_scipys(name: str, method: str) -> None:
    largest = max(abs(float(number)) for number in ENDS[name])
    for rtol in (1e-3, 1e-6) if method == "bogacki_shampine_3" else (1e-3, 1e-6, 1e-9):
        error, theirs, evaluations, calls = _compared(name, method, rtol)
        luck = rtol * (1.0 + largest)  # an error of SciPy's below it says nothing about ours
        assert error <= 20.0 * max(theirs, luck), (rtol, error, theirs)
        assert evaluations <= 2.0 * calls, (rtol, evaluations, calls)


@pytest.mark.parametrize("method", list(PEERS))
@pytest.mark.parametrize("rtol", [1e-3, 1e-6])
def test_over_all_problems_errors_are_no_larger_than_scipys(method: str, rtol: float) -> None:
    found = [_compared(name, method, rtol) for name in PROBLEMS]
    assert np.exp(np.mean([np.log(error / theirs) for error, theirs, *_ in found])) <= 1.4
