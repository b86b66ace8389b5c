"""Orbit diagrams: the logistic map's cascade, and what runs away."""

from __future__ import annotations

import numpy as np
import pytest
from plane_frames import LOGISTIC, orbit_diagram, pictures, request

from core.readings import OrbitDiagram
from core.request import Viewport


def at(found: OrbitDiagram, value: float) -> int:
    return int(np.abs(found.values - value).argmin())


@pytest.fixture(scope="module")
def cascade() -> OrbitDiagram:
    """Columns whose centres are the multiples of 0.005."""
    return orbit_diagram(LOGISTIC, Viewport("r", "x", (2.4975, 4.2025), (0.0, 1.0), (341, 400)))


def test_periods_are_those_of_the_logistic_map(cascade: OrbitDiagram) -> None:
    known = {2.9: 1, 3.2: 2, 3.5: 4, 3.55: 8, 3.83: 3, 3.845: 6, 3.74: 5, 4.0: 0, 4.1: -1}
    assert {r: int(cascade.period[at(cascade, r)]) for r in known} == known


def test_the_first_doubling_is_at_three_and_the_second_at_one_and_root_six(cascade: OrbitDiagram) -> None:
    for before, after, place in ((1, 2, 3.0), (2, 4, 1 + np.sqrt(6))):
        assert cascade.period[at(cascade, place - 0.01)] == before
        assert cascade.period[at(cascade, place + 0.01)] == after


def test_columns_hold_the_points_of_their_cycles(cascade: OrbitDiagram) -> None:
    dy = cascade.y[1] - cascade.y[0]
    for r in (2.9, 3.2):
        column = cascade.visits[:, at(cascade, r)]
        root = np.sqrt((r - 3) * (r + 1)) if r > 3 else None
        points = [1 - 1 / r] if root is None else [(r + 1 - root) / (2 * r), (r + 1 + root) / (2 * r)]
        rows = np.flatnonzero(column)
        assert np.abs(cascade.y[rows] - points).max() <= dy / 2 + 1e-12
        assert column.sum() == cascade.kept
        assert np.ptp(column[rows]) == 0


def test_chaos_at_four_has_its_density(cascade: OrbitDiagram) -> None:
    column = cascade.visits[:, at(cascade, 4.0)]
    assert column.sum() == cascade.kept == 8_000
    # 1 / (pi sqrt(x (1 - x))): a third of the visits lies below sin^2(pi / 6) = 1/4
    assert column[cascade.y < 0.25].sum() / cascade.kept == pytest.approx(1 / 3, abs=0.03)


def test_what_runs_away_is_marked_and_not_counted(cascade: OrbitDiagram) -> None:
    away = cascade.period == -1
    assert np.array_equal(away, cascade.values > 4.0 + 1e-9)
    assert cascade.visits[:, away].sum() == 0


def test_passes_become_finer_and_longer() -> None:
    view = Viewport("r", "x", (2.5, 4.0), (0.0, 1.0), (300, 200))
    found = pictures(request(LOGISTIC, OrbitDiagram, view))
    assert [(one.step, one.kept) for one in found] == [(4, 300), (1, 1_000), (1, 8_000)]
    assert np.array_equal(found[0].values, found[-1].values[::4])
    assert found[0].visits.shape == (200, 75)
    assert [(one.parameter, one.component) for one in found] == [("r", "x")] * 3


def test_a_component_of_a_larger_map() -> None:
    henon = "x <- 1 - a*x^2 + y\ny <- 0.3*x\na = 1.4 in [0, 1.5]\nstart (0.1, 0.1)"
    found = orbit_diagram(henon, Viewport("a", "y", (0.2, 1.0), (-0.5, 0.5), (80, 200)))
    a = found.values[at(found, 0.3)]
    column = found.visits[:, at(found, 0.3)]
    assert found.period[at(found, 0.3)] == 1
    x = (-0.7 + np.sqrt(0.49 + 4 * a)) / (2 * a)
    assert found.y[column.argmax()] == pytest.approx(0.3 * x, abs=0.5 / 200)
    # the fixed point doubles at a = 3 (1 - 0.3)^2 / 4
    assert found.period[at(found, 0.3675 - 0.02)] == 1
    assert found.period[at(found, 0.3675 + 0.02)] == 2


def test_only_a_parameter_over_a_component_has_a_diagram() -> None:
    for axes in (("x", "r"), ("r", "q"), ("x", "x")):
        view = Viewport(*axes, (2.5, 4.0), (0.0, 1.0), (30, 20))
        assert pictures(request(LOGISTIC, OrbitDiagram, view)) == []
