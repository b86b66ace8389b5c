"""From Euler's method to the differential equation to the equilibrium: against exact answers."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core.experiment import Experiment, Integration
from core.readings import DepthLimit
from core.request import Request
from core.runner import frames


def depth(text: str, span: tuple[float, float], *starts: tuple[float, ...], focus: int = 0, **settings) -> DepthLimit:
    experiment = Experiment(text, span=span, starts=starts, **settings)
    *_, last = frames(Request(experiment, frozenset({DepthLimit}), focus=focus))
    assert not last.error
    found = last.get(DepthLimit)
    assert found is not None
    return found


def errors(found: DepthLimit, *layers: int) -> list[float]:
    return [float(found.error[found.layers.tolist().index(count)]) for count in layers]


def states(found: DepthLimit, layers: int) -> tuple[np.ndarray, np.ndarray]:
    part = found.network(found.layers.tolist().index(layers))
    return found.t[part], found.z[part]


def test_of_exponential_growth_the_errors_are_the_exact_ones() -> None:
    # starts of a batch: the one that is looked at is shown
    found = depth("y' = y", (0.0, 1.0), (5.0,), (1.0,), focus=1)
    assert (found.trajectory, found.components, found.span) == (1, ("y",), (0.0, 1.0))
    assert errors(found, 10, 20, 40) == pytest.approx([0.124539368359, 0.064984123315, 0.033217990069], abs=1e-10)
    exact = [abs(math.e - (1.0 + 1.0 / count) ** count) for count in found.layers.tolist()]
    assert found.error == pytest.approx(exact, abs=1e-11)
    t, z = states(found, 8)
    assert t == pytest.approx(np.arange(9) / 8, abs=1e-15)
    assert z[:, 0] == pytest.approx(1.125 ** np.arange(9), rel=1e-14)
    assert found.gap[found.network(7)] == pytest.approx(np.exp(t) - z[:, 0], abs=1e-11)
    assert found.order.order == pytest.approx(1.0, abs=0.02)
    assert found.curve_z[:, 0] == pytest.approx(np.exp(found.curve_t), rel=1e-9)
    assert found.rest is None
    assert 0.0 < found.accuracy < 1e-10
    assert "grew beyond every finite number" in found.rest_note


def test_a_linear_system_rests_where_its_matrix_says() -> None:
    # z' = A (z - z*), z* = (2, -1), eigenvalues of A -0.5 +- 2i: z(t) - z* = e^(-t/2) R(2t) (z0 - z*)
    text = "x' = -0.5*(x - 2) + 2*(y + 1)\ny' = -2*(x - 2) - 0.5*(y + 1)"
    found = depth(text, (0.0, 4.0), (0.0, 0.0), dtype="float32", integration=Integration(method="rk4", step=0.1))
    rest = found.rest
    assert rest is not None
    assert (rest.point, rest.label, rest.polished) == (pytest.approx([2.0, -1.0], abs=1e-14), "stable spiral", True)
    assert sorted(rest.eigenvalues.imag) == pytest.approx([-2.0, 2.0])
    start = math.hypot(2.0, 1.0)
    assert found.end_from_rest == pytest.approx(start * math.exp(-2.0), rel=1e-11)
    assert rest.settled == pytest.approx(2.0 * math.log(1000.0), abs=0.5)
    # a layer turns and shrinks as 1 + h lambda does
    factor = np.abs(1.0 + 4.0 / found.layers * complex(-0.5, 2.0))
    assert found.from_rest == pytest.approx(start * factor**found.layers, rel=1e-9)
    assert rest.amplification(found.step(7)) == pytest.approx(abs(complex(0.75, 1.0)))
    assert found.further_t[0] == 4.0
    away = np.hypot(found.further_z[:, 0] - 2.0, found.further_z[:, 1] + 1.0)
    assert away == pytest.approx(start * np.exp(-0.5 * found.further_t), abs=1e-7)
    assert away[-1] < 1e-3 * start


def test_a_field_that_depends_on_time_is_taken_at_every_layers_own_time() -> None:
    # y = e^-t + sin t, from t0 = 1
    start = math.exp(-1.0) + math.sin(1.0)
    found = depth("y' = cos(t) + sin(t) - y", (1.0, 4.0), (start,))
    z, h = start, 3.0 / 6.0
    for k in range(6):
        t = 1.0 + k * h
        z += h * (math.cos(t) + math.sin(t) - z)
    assert states(found, 6)[1][-1, 0] == pytest.approx(z, rel=1e-14)
    assert errors(found, 6) == pytest.approx([abs(z - math.exp(-4.0) - math.sin(4.0))], abs=1e-10)
    assert found.order.order == pytest.approx(1.0, abs=0.1)
    assert found.rest is None
    assert "depends on time" in found.rest_note


def test_too_thick_layers_of_a_stiff_decay_swing_wider_and_wider() -> None:
    found = depth("y' = -50*y", (0.0, 1.0), (1.0,))
    _, z = states(found, 20)  # 1 + h lambda = -1.5
    assert z[:, 0] == pytest.approx((-1.5) ** np.arange(21), rel=1e-13)
    assert errors(found, 20) == pytest.approx([1.5**20 - math.exp(-50.0)], rel=1e-12)
    assert found.rest.amplification(found.step(19)) == pytest.approx(1.5)
    assert found.rest.amplification(found.step(found.layers.tolist().index(64))) < 1.0
    assert found.rest.point == pytest.approx([0.0], abs=1e-15)


def test_backward_in_time_it_rests_where_it_came_from() -> None:
    found = depth("y' = y*(1 - y)", (0.0, -2.0), (0.25,))
    assert (found.step(1), found.rest.point[0]) == (-1.0, pytest.approx(0.0, abs=1e-12))
    assert found.curve_z[-1, 0] == pytest.approx(1.0 / (1.0 + 3.0 * math.exp(2.0)), rel=1e-11)


def test_what_comes_to_no_rest_says_so() -> None:
    cycle = depth("x' = y\ny' = (1 - x^2)*y - x", (0.0, 8.0), (2.0, 0.0))
    assert cycle.rest is None
    assert "still moves" in cycle.rest_note
    exact = solve_ivp(
        lambda _, z: [z[1], (1.0 - z[0] ** 2) * z[1] - z[0]], (0.0, 32.0), [2.0, 0.0], "DOP853", rtol=1e-11, atol=1e-12
    )
    assert cycle.further_z[-1] == pytest.approx(exact.y[:, -1], abs=1e-5)
    assert cycle.further_t[-1] == 32.0
    blow = depth("x' = x^2", (0.0, 2.0), (1.0,))
    assert np.isnan(blow.error).all()
    assert 0.99 < blow.curve_t[-1] < 1.01
    assert blow.note.startswith("the solution is not known to the end: it needed a step smaller")
    assert not blow.order.found


def test_equilibria_side_by_side_are_told_from_one_alone() -> None:
    # x + y stays: the equilibria are the line x = y
    found = depth("x' = y - x\ny' = x - y", (0.0, 3.0), (1.0, 0.0))
    assert found.rest.point == pytest.approx([0.5, 0.5], abs=1e-6)
    assert not found.rest.polished
    # 0 is met algebraically, without a rate
    slow = depth("x' = -x^3", (0.0, 3.0), (1.0,))
    assert (slow.rest.label, slow.rest.polished) == ("degenerate", True)
    assert abs(slow.rest.point[0]) < 1e-9


def test_a_start_at_rest_stays_and_one_without_a_slope_goes_nowhere() -> None:
    still = depth("y' = -y", (0.0, 1.0), (0.0,))
    assert (still.error == 0.0).all()
    assert (still.rest.point[0], still.rest.settled, still.end_from_rest, len(still.further_t)) == (0.0, 0.0, 0.0, 0)
    assert "rounding" in str(still.order)
    nowhere = depth("x' = sqrt(-1 - x^2)", (0.0, 1.0), (1.0,))
    assert (nowhere.curve_t.tolist(), nowhere.curve_z.tolist()) == ([0.0], [[1.0]])
    assert "not a finite number" in nowhere.note
    assert np.isnan(nowhere.gap[nowhere.network(3)][1:]).all()


def test_of_many_components_a_few_are_kept_and_all_are_counted() -> None:
    found = depth("z' = -z\nz in R^60", (0.0, 1.0), (1.0,) * 60)
    assert found.z.shape == (len(found.t), 12)
    assert found.places == tuple(range(0, 60, 5))
    assert errors(found, 10) == pytest.approx([math.sqrt(60.0) * (math.exp(-1.0) - 0.9**10)], rel=1e-9)


def test_the_runs_end_while_the_layers_still_blow_up() -> None:
    found = depth("x' = -x^3", (0.0, 10.0), (10.0,))
    part = found.network(0)
    assert found.z[part, 0].tolist() == [10.0, -9990.0]
    assert np.isnan(found.error[9])  # 10 layers leave every finite number
    assert found.curve_z[-1, 0] == pytest.approx(1.0 / math.sqrt(0.01 + 20.0), rel=1e-9)


def test_a_drag_has_it_at_once_and_without_a_start_the_reason_is_told() -> None:
    experiment = Experiment("y' = -y", span=(0.0, 2.0), starts=((1.0,),))
    *_, last = frames(Request(experiment, frozenset({DepthLimit}), quality="preview"))
    assert errors(last.get(DepthLimit), 2) == pytest.approx([math.exp(-2.0)], abs=1e-9)
    *_, last = frames(Request(Experiment("y' = -y", span=(0.0, 2.0), starts=()), frozenset({DepthLimit})))
    assert last.get(DepthLimit) is None
    assert "no trajectory" in last.absent[DepthLimit]
