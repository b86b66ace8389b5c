"""Gronwall's cone against known norms, a case where it is an equality, and SciPy's trajectories."""

from __future__ import annotations

from collections import deque

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core.experiment import Experiment, Integration
from core.frame import Frame
from core.readings import GronwallCone
from core.request import Request
from core.runner import frames

TIGHT = {"rtol": 1e-11, "atol": 1e-13, "method": "dop853"}


def last(text: str, span: tuple[float, float], focus: int = 0, dtype: str = "float64", **choice) -> Frame:
    experiment = Experiment(text, span=span, integration=Integration(**choice), dtype=dtype)
    frame = deque(frames(Request(experiment, frozenset({GronwallCone}), focus=focus)), maxlen=1).pop()
    assert not frame.error
    return frame


def cone(text: str, span: tuple[float, float], focus: int = 0, dtype: str = "float64", **choice) -> GronwallCone:
    found = last(text, span, focus, dtype, **choice).get(GronwallCone)
    assert found is not None
    return found


def linear(matrix: np.ndarray) -> str:
    (a, b), (c, d) = matrix.tolist()
    return f"x' = {a!r}*x + {b!r}*y\ny' = {c!r}*x + {d!r}*y\nstart (1, 0), (1.25, 0.5), (0, 2)"


def test_of_a_linear_system_the_rates_are_those_of_its_matrix() -> None:
    matrix = np.array([[-1.0, 4.0], [0.25, -0.5]])
    found = cone(linear(matrix), (0.0, 3.0), **TIGHT)
    assert (found.first, found.second) == (0, 1)
    assert found.lipschitz == pytest.approx(np.linalg.norm(matrix, 2), rel=1e-13)
    low, high = np.linalg.eigvalsh((matrix + matrix.T) / 2.0)
    assert (found.growth, -found.decay) == (pytest.approx(high, rel=1e-13), pytest.approx(low, rel=1e-13))
    values, vectors = np.linalg.eig(matrix)
    parts = np.linalg.solve(vectors, [0.25, 0.5])
    exact = np.linalg.norm((vectors * parts) @ np.exp(np.outer(values, found.t)), axis=0)
    assert found.distance == pytest.approx(exact, rel=1e-9)
    bounds = found.bounds()
    assert list(bounds) == ["lower", "lower_sharp", "upper_sharp", "upper"]
    ordered = [bounds["lower"], bounds["lower_sharp"], found.distance, bounds["upper_sharp"], bounds["upper"]]
    assert (np.diff(ordered, axis=0) >= -1e-9 * found.distance).all()
    assert np.isnan(found.leaves(1e-6, 0.0))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_of_a_turn_that_shrinks_both_logarithmic_norms_are_equalities(dtype: str) -> None:
    # normal, J = -0.3 I + a turn: |J|_2 = |-0.3 + 1i|, mu(J) = -mu(-J) = -0.3, and every distance shrinks as e^(-0.3 t)
    choice = TIGHT if dtype == "float64" else {}
    found = cone(linear(np.array([[-0.3, 1.0], [-1.0, -0.3]])), (0.0, 10.0), 2, dtype, **choice)
    assert (found.first, found.second) == (2, 0)
    assert (found.growth, found.decay) == (pytest.approx(-0.3), pytest.approx(0.3))
    assert found.lipschitz == pytest.approx(np.hypot(0.3, 1.0))
    rough = 1e-9 if dtype == "float64" else 1e-4
    assert found.distance == pytest.approx(np.sqrt(5.0) * np.exp(-0.3 * found.t), rel=rough)
    assert found.bounds()["upper_sharp"] == pytest.approx(found.bounds()["lower_sharp"])
    assert found.distance == pytest.approx(found.bounds()["upper_sharp"], rel=rough)


def test_of_a_driven_pendulum_the_largest_norm_lies_between_the_trajectories() -> None:
    # J = [[0, 1], [-cos x, -0.2]]: its norm is largest where |cos x| is, at x = 0, which no trajectory meets at t = 0
    text = "x' = v\nv' = -sin(x) - 0.2*v + 0.3*cos(t)\nstart (-1, 0), (1, 0.2)"
    found = cone(text, (0.0, 8.0), **TIGHT)
    steepest = np.linalg.norm([[0.0, 1.0], [-1.0, -0.2]], 2)
    assert found.lipschitz == pytest.approx(steepest, rel=1e-3)
    assert found.lipschitz <= steepest * (1.0 + 1e-12)
    assert (found.times, found.places) == (401, 9)

    def rate(t: float, z: np.ndarray) -> list[float]:
        return [z[1], -np.sin(z[0]) - 0.2 * z[1] + 0.3 * np.cos(t)]

    runs = [
        solve_ivp(rate, (0.0, 8.0), z, "DOP853", found.t, rtol=1e-12, atol=1e-13).y for z in ([-1.0, 0.0], [1.0, 0.2])
    ]
    assert found.distance == pytest.approx(np.linalg.norm(runs[1] - runs[0], axis=0), rel=1e-8)
    assert np.isnan(found.leaves(1e-6, 0.0))


def test_in_falling_time_growth_and_decay_change_places() -> None:
    found = cone("x' = -x\nstart (1), (2)", (1.0, 0.0), **TIGHT)
    assert (found.growth, found.decay) == pytest.approx((1.0, -1.0))
    assert found.distance[-1] == pytest.approx(np.e, rel=1e-9)
    assert np.isnan(found.leaves(1e-6, 0.0))


def test_a_method_that_is_not_stable_leaves_the_cone() -> None:
    # solutions of x' = -20 x come together; Euler's factor of a step of 0.12 is -1.4
    found = cone("x' = -20*x\nstart (1), (2)", (0.0, 3.0), method="euler", step=0.12)
    assert (found.lipschitz, found.growth, found.decay) == pytest.approx((20.0, -20.0, 20.0))
    # by its chord the distance is 1 - 20 t in the first step, below e^(-20 t) at once
    assert 0.0 < found.leaves(0.01, 1e-12) < 0.02
    assert found.method == "Euler 1"


def test_it_goes_as_far_as_both_trajectories_and_says_where_there_is_none() -> None:
    found = cone("x' = x^2\nstart (1), (0.5)", (0.0, 4.0))
    assert 0.9 < found.t[-1] < 1.01
    assert np.isfinite(found.distance).all()
    many = ", ".join(["1"] * 65)
    for text, why in (
        ("x' = -x\nstart (1)", "two trajectories are needed"),
        ("x' = -x\nstart (1), (1)", "the same start"),
        (f"z' = -z\nz in R^65\nstart ({many}), ({many})", "up to 64 components"),
    ):
        assert why in last(text, (0.0, 1.0)).absent[GronwallCone]
