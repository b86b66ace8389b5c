"""The polynomial inside a step: that of the tableau's dense output, however few of its coefficients come from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from compiling import on_arrays

from core.catalogue import tableaus
from core.dense_output import interpolate
from core.kernels.continuation import Continuation
from core.kernels.runge_kutta import Step
from core.kernels.value import Value
from core.tableau import Tableau

DOPRI5 = tableaus()["dopri5"]
TABLEAUS = {**tableaus(), "hermite": replace(DOPRI5, dense=None, dense_order=None)}
"""Methods whose polynomial meets the slopes at both ends, and others."""


def inside(tableau: Tableau, element: str):
    """(h, theta, z, z1, k_1, ..., k_s) to the state at theta."""

    def state(h: Value, theta: Value, before: Value, after: Value, *slopes: Value) -> Value:
        step = Step((after,), tuple((slope,) for slope in slopes))
        return Continuation(tableau, h, (before,), step).at(theta)[0]

    return on_arrays(state, 4 + tableau.stages, 8, element)


@pytest.mark.parametrize(("element", "allowed"), [("double", 2e-15), ("float", 1e-6)])
@pytest.mark.parametrize("tableau", TABLEAUS.values(), ids=TABLEAUS)
def test_it_is_the_dense_output_of_the_tableau(tableau: Tableau, element: str, allowed: float) -> None:
    rng, count = np.random.default_rng(8), 500
    h, theta = rng.uniform(-0.5, 0.5, count), rng.uniform(0.0, 1.0, count)
    slopes, before = rng.normal(size=(tableau.stages, count)), rng.normal(size=count)
    after = before + h * (np.array(tableau.b, dtype=float) @ slopes)
    found = inside(tableau, element)(h, theta, before, after, *slopes)
    allowed *= max([1.0, *(abs(float(factor)) for row in tableau.dense or () for factor in row)])  # it rounds in them
    columns = before[:, None], after[:, None], slopes.T[:, :, None]
    expected = interpolate(tableau, np.zeros(count), h, *columns, theta[:, None])[:, 0, 0]
    assert np.abs(found - expected).max() <= allowed * 4.0
    ends = [inside(tableau, element)(h, np.full(count, place), before, after, *slopes) for place in (0.0, 1.0)]
    assert np.array_equal(ends[0], before.astype(ends[0].dtype))
    assert np.abs(ends[1] - after).max() <= allowed * 4.0


def test_methods_of_both_kinds_are_among_them() -> None:
    """All but Euler's method end with the slope of their last stage, and so need few of its coefficients."""
    found = set()
    for name, tableau in TABLEAUS.items():
        rows = tableau.dense or ()
        ends = [sum(power * factor for power, factor in enumerate(row, start=1)) for row in rows]
        if max(map(len, rows), default=3) > 2 and (not rows or ends == [0] * (tableau.stages - 1) + [1]):
            found.add(name)
    assert {"dopri5", "rk4", "hermite"} <= found
    assert "euler" not in found
