"""Implicit methods on long vectors: no whole matrix is formed, and the answer is the exact one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import core
from core import formula_field

SIZE = 250
HEAT = core.parse(f"z' = ({SIZE}/(2 pi))^2*(shift(z, 1) - 2z + shift(z, -1))\nz in R^{SIZE}")
FRONT = (
    "z' = {stiff}*D*(shift(z, 1) - 2z + shift(z, -1)) + z*(1 - z)*(z - a)*(1 + sin(t)/2)\nz in R^{size}\nD = 1\na = 0.2"
)
ANGLES = 2.0 * np.pi * np.arange(SIZE) / SIZE
START = np.cos(ANGLES) + 0.5 * np.cos(4.0 * ANGLES)


def _exact(t: float) -> np.ndarray:
    """Of the heat equation on the grid: every wave dies at its own rate."""
    rates = [(SIZE / np.pi * np.sin(np.pi * crests / SIZE)) ** 2 for crests in (1, 4)]
    return np.cos(ANGLES) * np.exp(-rates[0] * t) + 0.5 * np.cos(4.0 * ANGLES) * np.exp(-rates[1] * t)


@pytest.fixture
def _without_whole_matrices(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any) -> Any:
        raise AssertionError("a whole matrix was asked for")

    monkeypatch.setattr(formula_field, "array_jacobian", refuse)


@pytest.mark.usefixtures("_without_whole_matrices")
@pytest.mark.parametrize("method", ["bdf", "radau5", "kvaerno3", "rodas4", "auto"])
def test_a_fine_grid_takes_no_whole_matrix_and_errs_as_little_as_a_coarse_one(method: str) -> None:
    run = core.integrate(HEAT, START, (0.0, 1.0), method, rtol=1e-5, atol=1e-8)
    assert run.outcome.success
    assert run.z[-1] == pytest.approx(_exact(1.0), abs=2e-5)
    assert "with matrices of 5 diagonals in place of 250" in str(run.outcome)


@pytest.mark.usefixtures("_without_whole_matrices")
@pytest.mark.parametrize("method", ["radau5", "sdirk4"])
def test_fixed_steps_take_none_either(method: str) -> None:
    run = core.integrate(HEAT, START, (0.0, 1.0), method, step=0.05)
    assert run.outcome.success
    assert run.z[-1] == pytest.approx(_exact(1.0), abs=1e-4)


@pytest.mark.parametrize("method", ["bdf", "radau5", "rodas5p"])
def test_the_same_steps_are_taken_with_whole_matrices(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    system = core.parse(FRONT.format(stiff=30, size=60))
    starts = 1.0 / (1.0 + np.exp(np.random.default_rng(0).uniform(-2.0, 2.0, (3, 60))))
    by_entries = core.integrate(system, starts, (0.0, 0.02), method, rtol=1e-6)
    monkeypatch.setattr(formula_field.FormulaField, "sparse_jacobian", lambda _self: None)
    whole = core.integrate(system, starts, (0.0, 0.02), method, rtol=1e-6)
    assert by_entries.stats.evaluations.tolist() == whole.stats.evaluations.tolist()
    assert by_entries.z == pytest.approx(whole.z, rel=1e-9, nan_ok=True)
    assert "diagonals" not in str(whole.outcome[0])


@pytest.mark.parametrize("method", ["bdf", "radau5", "rodas4"])
def test_mates_do_not_change_a_sample(method: str) -> None:
    system = core.parse(FRONT.format(stiff=30, size=60))
    starts = 1.0 / (1.0 + np.exp(np.random.default_rng(0).uniform(-2.0, 2.0, (9, 60))))
    starts[3, 5] = 1e200  # a mate whose field overflows
    together = core.integrate(system, starts, (0.0, 1.0), method, rtol=1e-4)
    assert not together.outcome[3].success
    for sample in (0, 8):
        alone = core.integrate(system, starts[sample], (0.0, 1.0), method, rtol=1e-4)
        assert np.array_equal(alone.z, together.z[sample][together.mask[sample]])
        assert alone.outcome == together.outcome[sample]
