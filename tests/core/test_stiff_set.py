"""Implicit methods on the stiff problems of the literature: errors and evaluations beside those of SciPy's method of
the same class at the same tolerances, which is given the exact Jacobian as ours are."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp
from stiff_problems import PROBLEMS

import core
from core import catalogue
from core.formula_field import FormulaField

PEERS = {
    "radau5": "Radau", "auto": "Radau", "bdf": "BDF", "sdirk4": "Radau",
    "rosenbrock23": "Radau", "rodas4": "Radau", "rodas5p": "Radau",
    "kvaerno3": "Radau", "kvaerno4": "Radau", "kvaerno5": "Radau",
}  # fmt: skip
REFERENCE = json.loads((Path(__file__).parents[1] / "reference" / "stiff.json").read_text())["problems"]
SHORT = ("robertson_40", "robertson_4e5", "hires", "e5", "oscillating", "heat")
CASES = [
    *((name, method, 1e-3) for name in PROBLEMS for method in ("radau5", "bdf", "auto")),
    *((name, "sdirk4", 1e-3) for name in ("robertson_1e11", "hires", "orego", "e5", "oscillating", "heat")),
    *((name, f"kvaerno{order}", 1e-3) for name in ("robertson_1e11", "hires") for order in (3, 4, 5)),
    *((name, method, 1e-3) for name in ("robertson_1e11", "hires", "e5") for method in ("rosenbrock23", "rodas4")),
    *((name, "rodas5p", 1e-3) for name in PROBLEMS),
    *((name, "rodas5p", 1e-6) for name in ("robertson_40", "hires")),
    *((name, method, 1e-6) for name in SHORT for method in ("radau5", "bdf", "auto")),
    *((name, "radau5", 1e-6) for name in ("robertson_1e11", "orego", "van_der_pol_1e6")),
    *((name, method, 1e-9) for name in ("robertson_40", "e5") for method in ("radau5", "bdf", "auto")),
]
"""What takes thousands of steps is tried by one method only at 1e-6, and by none at 1e-9. Methods of one family are
tried on a few problems, one of them on all. (On the long waves of OREGO Rosenbrock 2(3), of order 2, is 100 times what
one step may err away at 1e-3.)"""


def _end(name: str, key: str = "end") -> np.ndarray:
    return np.array([float(number) for number in REFERENCE[name][key]])


def _units(name: str, end: np.ndarray, rtol: float) -> float:
    """The largest error in what the tolerances allow in one step."""
    exact = _end(name)
    return float((np.abs(end - exact) / (rtol * (PROBLEMS[name].atol + np.abs(exact)))).max())


@cache
def _peer(name: str, method: str, rtol: float) -> tuple[float, int]:
    """SciPy's error and evaluations."""
    problem = PROBLEMS[name]
    field = FormulaField(core.parse(problem.text))
    jacobian = field.jacobian()
    found = solve_ivp(
        field.array(),
        (0.0, problem.end),
        problem.start,
        method,
        rtol=rtol,
        atol=rtol * problem.atol,
        jac=lambda t, z: jacobian(t, z[None])[0],
    )
    assert found.success
    return _units(name, found.y[:, -1], rtol), found.nfev


@pytest.mark.parametrize("name", list(PROBLEMS))
def test_both_sources_of_a_reference_agree(name: str) -> None:
    assert _end(name) == pytest.approx(_end(name, "check"), rel=1e-8, abs=1e-20)
    assert len(_end(name)) == len(PROBLEMS[name].start)


@pytest.mark.parametrize(("name", "method", "rtol"), CASES)
def test_errors_and_evaluations_are_of_the_size_of_scipys(name: str, method: str, rtol: float) -> None:
    problem = PROBLEMS[name]
    system = core.parse(problem.text)
    run = core.integrate(system, problem.start, (0.0, problem.end), method, rtol=rtol, atol=rtol * problem.atol)
    theirs, calls = _peer(name, PEERS[method], rtol)
    assert run.outcome.success
    assert run.t[-1] == problem.end
    assert _units(name, run.z[-1], rtol) <= 20.0 * max(theirs, 1.0)
    # until it calls a problem stiff, `auto` tries up to 20 explicit steps of 6 evaluations
    assert run.stats.evaluations <= 2 * calls + (120 if method == "auto" else 0)


@pytest.mark.parametrize("method", ["radau5", "bdf"])
def test_over_all_problems_they_need_fewer_evaluations_than_scipys(method: str) -> None:
    """A solution of the equations of a step is not evaluated once more."""
    shares = []
    for name in SHORT:
        problem = PROBLEMS[name]
        run = core.integrate(
            core.parse(problem.text), problem.start, (0.0, problem.end), method, rtol=1e-3, atol=1e-3 * problem.atol
        )
        shares.append(run.stats.evaluations / _peer(name, PEERS[method], 1e-3)[1])
    assert np.exp(np.mean(np.log(shares))) < 1.0


class _Counted(FormulaField):
    """A field that counts on how many states it was asked."""

    states = 0

    def array(self) -> Any:
        slope = super().array()

        def counted(t: Any, z: np.ndarray) -> np.ndarray:
            self.states += len(z)
            return slope(t, z)

        return counted


@pytest.mark.parametrize("method", [name for name, each in catalogue.integrators().items() if each.stiff])
def test_no_evaluation_is_made_that_is_not_counted(method: str) -> None:
    field = _Counted(core.parse("x' = y\ny' = 5 (1 - x^2) y - x"))
    lanes = 8  # a lone sample is computed with seven copies of itself
    step = None if catalogue.integrator(method).adaptive else 0.01
    run = core.integrate(field, [2.0, 0.0], (0.0, 5.0), method, step=step, rtol=1e-4)
    assert run.outcome.success
    assert field.states == lanes * run.stats.evaluations


def test_an_explicit_method_claims_nothing_that_it_has_not_reached() -> None:
    problem = PROBLEMS["robertson_1e11"]
    budget = core.Budget(steps=2000)
    run = core.integrate(core.parse(problem.text), problem.start, (0.0, problem.end), "dopri5", budget=budget)
    assert run.outcome.name == "max_steps"
    assert run.t[-1] < 1e3
