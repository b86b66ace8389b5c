"""Newton's method that begins where a few plain iterations lead."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.analysis.swept_map import program_iteration
from core.experiment import Experiment, RootFinding
from core.request import Request
from core.runner import make_context

LAYER = "z <- tanh(2*z + x)\nx = 0.3\nstart (-1.2)"


@pytest.mark.parametrize("path", ["numpy", "torch"])
def test_it_begins_at_the_image_of_the_start(path: str) -> None:
    ahead = core.solve(core.parse(LAYER), (-1.2,), "newton", plain_steps=3, path=path)
    z = -1.2
    for _ in range(3):
        z = float(np.tanh(2.0 * z + 0.3))
    assert float(ahead.history.z[0, 0]) == pytest.approx(z, abs=1e-15)
    after = core.solve(core.parse(LAYER), (float(ahead.history.z[0, 0]),), "newton", path=path)
    assert ahead.history.z.tolist() == after.history.z.tolist()
    assert ahead.outcome == after.outcome
    assert ahead.stats.evaluations == after.stats.evaluations + 3
    assert ahead.stats.jacobians == after.stats.jacobians


def test_none_is_newtons_method_itself() -> None:
    plain = core.solve(core.parse(LAYER), (-1.2,), "newton")
    none = core.solve(core.parse(LAYER), (-1.2,), "newton", plain_steps=0)
    assert plain.history.z.tolist() == none.history.z.tolist()
    assert plain.stats.evaluations == none.stats.evaluations


def test_a_sample_goes_no_further_than_the_map_has_numbers() -> None:
    found = core.solve(core.parse("z <- log(z)/2 + 1"), [(0.5,), (-1.0,)], "newton", plain_steps=2)
    assert found.outcome[0].success
    assert not found.outcome[1].success
    assert float(found.z[1, 0]) == -1.0
    alone = core.solve(core.parse("z <- log(z)/2 + 1"), (0.5,), "newton", plain_steps=2)
    assert float(found.z[0, 0]) == float(alone.z[0])


def test_basins_of_it_are_those_of_the_solver_and_not_of_newtons_program() -> None:
    for steps, there in ((0, True), (2, False)):
        choice = RootFinding("newton", options={"newton": {"plain_steps": steps}})
        context = make_context(Request(Experiment("z <- z^2 + 0.1\nz in C", root=choice), frozenset()))
        assert (program_iteration(context) is not None) is there
