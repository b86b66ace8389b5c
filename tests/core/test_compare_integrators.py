"""The race of integration methods: orders, exact errors, the reference's credibility, and failures in words."""

from __future__ import annotations

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from ode_problems import BLOW_UP, GROWTH, LORENZ, OSCILLATING_GROWTH, VAN_DER_POL

import core
from core import catalogue
from core.analysis.reference_trajectory import candidates

PLAIN = ("euler", "rk4", "dopri5")
EULER = (0.124539368359, 0.064984123315, 0.033217990069, 0.016796887706)
"""e - y(1) of y' = y by 10, 20, 40, 80 equal steps."""
METHODS = {name: catalogue.integrator(name) for name in (*PLAIN, "heun_2", "ssprk_3", "tsit5", "sdirk4", "radau5")}
"""Of every kind some; the orders of all are tested where their steps are."""
LEAST, MOST = 1, 6
"""Declared orders that double precision shows on these problems."""


def order_of(text: str, start: list[float], end: float, method: str, path: str = "auto") -> float:
    race = core.compare_integrators(core.parse(text), start, (0.0, end), [method], path=path)
    assert race.reference.trusted
    return race.runs[0].fit.order


@pytest.mark.parametrize("method", [name for name, one in METHODS.items() if LEAST <= one.order <= MOST])
@pytest.mark.parametrize(
    ("text", "start", "end"),
    [(GROWTH, [1.0], 1.0), (VAN_DER_POL, [0.5, 0.5], 1.0), (OSCILLATING_GROWTH, [1.0], 1.0)],
    ids=["growth", "van der pol", "with time"],
)
def test_every_method_shows_its_declared_order(text: str, start: list[float], end: float, method: str) -> None:
    allowed = 0.3 if method == "tsit5" else 0.15  # its leading error is so small that the next one shows
    assert order_of(text, start, end, method) == pytest.approx(METHODS[method].order, abs=allowed)


@pytest.mark.parametrize("method", PLAIN)
def test_python_floats_show_the_same_order(method: str) -> None:
    declared = catalogue.tableau(method).order
    assert order_of(VAN_DER_POL, [0.5, 0.5], 1.0, method, "python") == pytest.approx(declared, abs=0.15)


def test_the_errors_of_growth_are_those_of_the_exact_solution() -> None:
    race = core.compare_integrators(core.parse(GROWTH), [1.0], (0.0, 1.0), ["euler"], step=0.1)
    run = race.runs[0]
    assert run.end_error == pytest.approx(EULER[0], abs=1e-10)
    exact = np.abs(run.z[:, 0] - np.exp(run.t))
    assert run.error == pytest.approx(exact, abs=1e-10)  # at every step, through the reference's interpolant
    assert len(run.t) == 11
    assert not run.adaptive
    counts = np.round(1.0 / run.fixed.setting)
    assert run.fixed.error == pytest.approx(math.e - (1.0 + 1.0 / counts) ** counts, abs=1e-9)
    assert list(run.fixed.evaluations) == list(counts)
    assert not len(run.tolerances)


def test_tolerances_are_what_an_adaptive_method_varies() -> None:
    race = core.compare_integrators(core.parse(VAN_DER_POL), [2.0, 0.0], (0.0, 10.0), ["dopri5", "rk4"])
    adaptive, equal = race.runs
    assert adaptive.adaptive
    assert adaptive.work is adaptive.tolerances
    assert equal.work is equal.fixed
    work = adaptive.work
    assert work.setting[0] == pytest.approx(0.1)
    assert (np.diff(work.setting) < 0).all()
    fine = work.setting <= 1e-4
    assert (np.diff(work.evaluations[fine]) > 0).all()
    assert (np.diff(work.error[fine]) < 0).all()
    assert work.error[-1] < 1e-9
    held = core.compare_integrators(core.parse(VAN_DER_POL), [2.0, 0.0], (0.0, 10.0), ["dopri5"], fixed=True).runs[0]
    assert not held.adaptive
    assert held.rejected == 0


def test_a_chaotic_reference_is_not_believed() -> None:
    race = core.compare_integrators(core.parse(LORENZ), [1.0, 1.0, 1.0], (0.0, 50.0), ["dopri5", "rk4"], step=0.01)
    reference = race.reference
    assert reference.outcome.success
    assert not reference.trusted
    assert 20.0 < reference.good_until < 40.0
    assert "cannot be trusted" in str(reference)
    for run in race.runs:
        assert str(run.fit) == "no order: the reference cannot be trusted"
        assert math.isnan(run.end_error)
        assert np.isnan(run.error[run.t > reference.good_until]).all()
        assert np.isfinite(run.error[run.t < 0.9 * reference.good_until]).all()
        assert np.isnan(run.work.error).all()


def test_the_reference_meets_the_known_lorenz_trajectory() -> None:
    race = core.compare_integrators(core.parse(LORENZ), [1.0, 1.0, 1.0], (0.0, 10.0), ["dopri5"])
    known = np.array([-4.902687541135, -3.743872921803, 24.690858102791])
    distance = float(np.linalg.norm(race.reference.z[-1] - known))
    assert distance < race.reference.end_gap < 1e-6  # its own estimate holds
    assert race.reference.trusted


def test_a_solution_that_blows_up_has_no_reference() -> None:
    race = core.compare_integrators(core.parse(BLOW_UP), [1.0], (0.0, 2.0), ["dopri5", "euler"])
    assert not race.reference.trusted
    assert str(race.reference).startswith("no reference: ")
    assert "singularity" in str(race.reference)
    assert not any(run.outcome.success for run in race.runs)


def test_an_unstable_step_is_told_and_not_drawn() -> None:
    stiff = core.parse("x' = -1000*(x - cos(t))")
    race = core.compare_integrators(stiff, [1.0], (0.0, 2.0), ["rk4"], step=0.01)
    run = race.runs[0]
    assert run.outcome.name == "nonfinite_state"
    assert math.isnan(run.end_error)
    assert race.reference.trusted
    unstable = run.fixed.setting > 1.01 * 2.78529356340528e-3
    assert unstable.any()
    assert not (run.fixed.error[unstable] < 1e-3).any()


@pytest.mark.parametrize(("text", "start"), [("x' = sqrt(-1 - x^2)", 1.0), ("x' = 1/x", 0.0)])
def test_a_field_without_numbers_ends_the_race_at_once(text: str, start: float) -> None:
    race = core.compare_integrators(core.parse(text), [start], (0.0, 1.0), PLAIN)
    assert str(race.reference).startswith("no reference: ")
    for run in race.runs:
        assert run.outcome.name in ("nonfinite_rhs", "nonfinite_state")
        assert not run.fit.found


def test_an_exact_solution_leaves_no_order() -> None:
    race = core.compare_integrators(core.parse("x' = 0"), [1.0], (0.0, 1.0), PLAIN)
    assert {str(run.fit) for run in race.runs} == {"no order: its errors are those of rounding, or of the reference"}
    assert {run.end_error for run in race.runs} == {0.0}


def test_single_precision_ends_at_its_own_rounding() -> None:
    race = core.compare_integrators(core.parse(GROWTH), [1.0], (0.0, 1.0), ["rk4"], dtype="float32")
    errors = race.runs[0].fixed.error
    assert 1e-9 < np.nanmin(errors) < 1e-5


def test_a_torch_callable_races_too() -> None:
    field = core.field(lambda z: -z, 1)
    race = core.compare_integrators(field, [1.0], (0.0, 1.0), ["rk4"])
    assert race.runs[0].fit.order == pytest.approx(4.0, abs=0.15)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"methods": ["rk5"]}, "there is no integration method 'rk5'"),
        ({"methods": []}, "methods names no integration method"),
        ({"start": [[1.0], [2.0]]}, "one start"),
        ({"start": [float("nan")]}, "finite numbers"),
        ({"t": (1.0, 0.0)}, "ends after it begins"),
        ({"rtol": 0.0}, "rtol"),
        ({"step": -1.0, "methods": ["euler"]}, "step"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(change: dict[str, object], words: str) -> None:
    question: dict[str, object] = {"start": [1.0], "t": (0.0, 1.0), "methods": ["dopri5"], **change}
    with pytest.raises(ValueError, match=words):
        core.compare_integrators(core.parse(GROWTH), **question)  # type: ignore[arg-type]


def test_parameters_of_a_callable_are_refused() -> None:
    with pytest.raises(TypeError, match="bind them in the callable"):
        core.compare_integrators(core.field(lambda z: -z, 1), [1.0], params={"a": 1.0})


def test_references_are_of_the_highest_order_and_implicit_ones_of_the_fewest_stages() -> None:
    question: Any = SimpleNamespace(embedded=[one for one in catalogue.integrators().values() if one.adaptive])
    assert [method.name for method in candidates(question.embedded)] == ["dop853", "dormand_prince_8", "radau5", "bdf"]
