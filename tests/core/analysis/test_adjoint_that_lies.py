"""A stiff state solved backward: how far it misses its start, and what becomes of the gradient."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core import catalogue, parse
from core.analysis.adjoint_gap import adjoint_gap
from core.analysis.forward_run import ForwardRun
from core.budget import Budget
from core.formula_field import FormulaField
from core.ode_path import choose_controller
from core.presets import load_preset
from core.readings.adjoint_gap import AdjointGap


def lied(text: str, rate: float) -> AdjointGap:
    """The continuous adjoint of half the squared end state, with tolerances of 1e-9; lambda = rate."""
    system = parse(text.replace("lambda = 30", f"lambda = {rate:g}"))
    tableau = catalogue.tableau("dopri5")
    control = choose_controller(tableau, 1e-9, 1e-9, None)
    start = np.array(system.starts[0])
    return adjoint_gap(ForwardRun(FormulaField(system), tableau, control, (0.0, 1.0), start, Budget()))


@pytest.mark.parametrize(("rate", "missed"), [(5.0, 1e-7), (20.0, 0.3), (30.0, 5e3)])
def test_the_start_of_a_linear_stiff_equation_is_missed_as_experiment_9_says(rate: float, missed: float) -> None:
    found = lied("y' = -lambda*(y - cos(t))\nlambda = 30 in [1, 60]\nstart (2)\nt in [0, 1]", rate)
    assert 0.3 < found.gap[0] / missed < 3.0
    assert found.chosen.relative_error < 1e-5  # its field is linear: wrong states have the right Jacobian


@pytest.mark.parametrize(("rate", "missed"), [(5.0, 2e-8), (20.0, 0.1), (30.0, 3e3)])
def test_the_preset_says_how_far_the_start_is_missed(rate: float, missed: float) -> None:
    assert 0.5 < lied(load_preset("adjoint_lies")[0].text, rate).gap[0] / missed < 2.0


def test_the_gradient_of_the_preset_is_wrong_in_sign_and_size() -> None:
    def loss(rate: float) -> float:
        solved = solve_ivp(
            lambda _, z: [z[1], -rate * (z[1] - np.cos(z[0]))], (0, 1), [0, 2], "DOP853", rtol=1e-12, atol=1e-13
        )
        return 0.5 * float(solved.y[:, -1] @ solved.y[:, -1])

    found = lied(load_preset("adjoint_lies")[0].text, 30.0)
    right = (loss(30.1) - loss(29.9)) / 0.2
    assert right == pytest.approx(-0.00077, rel=0.01)
    assert found.discrete.gradient[0] == pytest.approx(right, rel=1e-4)
    assert found.chosen.gradient[0] == pytest.approx(0.76, rel=0.01)
    assert not found.trusted
    assert "do not trust" in found.note
