"""The non-stiff problems of DETEST (T. E. Hull and others, SIAM J. Numer. Anal. 9 (1972) 603), but those of class C.

Errors and evaluations beside those of SciPy's method of the same class at the same tolerances.
"""

from __future__ import annotations

import json
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
