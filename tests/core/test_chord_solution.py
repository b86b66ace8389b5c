"""The chord method written out gives the numbers of the solver, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

import core
from core.bound_field import field_in_numpy, field_in_torch
from core.chord_solution import solve_by_chord
from core.formula_field import FormulaField
from core.root_solvers.chord import Chord
from core.stage_equation import one_stage
from core.stage_solution import solve_by

FIELD = FormulaField(core.parse("x' = y\ny' = 20(1 - x^2) y - x + sin(t)"))
STARTS = np.array([[2.0, 0.0], [1e3, 1e3], [np.nan, 0.0], [0.5, -3.0], [1e200, 1.0], [0.0, 0.0]])
WIDTHS = np.array([0.1, 0.5, 0.1, 1e-6, 0.2, 0.0])
"""The third has no guess, the fifth overflows."""


@pytest.mark.parametrize("tolerance", [1e-1, 1e-9])
@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_every_number_is_that_of_the_solver(path: str, tolerance: float) -> None:
    bound = field_in_numpy(FIELD) if path == "numpy" else field_in_torch(FIELD, "cpu", "float64")
    placed: Any = np.asarray if path == "numpy" else torch.as_tensor
    base, t, width = placed(STARTS), placed(np.linspace(0.0, 1.0, 6)), placed(WIDTHS)[:, None]
    problem = one_stage(bound, t, base, width)
    arguments = problem, width * bound.slope(t, base), base, 1e-6 + 1e-3 * abs(base), tolerance
    with np.errstate(all="ignore"):
        ours, theirs = solve_by_chord(*arguments), solve_by(Chord(), *arguments)
    for name in ("z", "solved", "calls", "iterations"):
        mine, other = (np.asarray(getattr(found, name)) for found in (ours, theirs))
        assert np.array_equal(mine, other, equal_nan=mine.dtype.kind == "f"), name
    assert np.asarray(ours.solved)[[0, 3]].all()
    assert not np.asarray(ours.solved)[[2, 4]].any()
