"""Picard's iterates against Taylor polynomials, exact integrals and iterates by another rule."""

from __future__ import annotations

from collections import deque
from math import factorial

import mpmath
import numpy as np
import pytest

from core.analysis.picard_iteration import picard_iterates
from core.codec import decode, encode
from core.experiment import Experiment, Integration
from core.readings import PicardIterates
from core.request import Request
from core.runner import frames


def found(text: str, span: tuple[float, float], count: int, quality: str = "full", focus: int = 0) -> PicardIterates:
    experiment = Experiment(text, span=span, integration=Integration(picard=count))
    request = Request(experiment, frozenset({PicardIterates}), quality=quality, focus=focus)
    last = deque(frames(request), maxlen=1).pop()
    assert not last.error
    reading = last.get(PicardIterates)
    assert reading is not None
    return reading


def test_of_exponential_growth_they_are_the_taylor_polynomials() -> None:
    reading = found("y' = y\nstart (3), (1)", (0.0, 1.0), 6, focus=1)
    assert reading.trajectory == 1
    errors = [1.718281828, 0.718281828, 0.218281828, 0.051615162, 0.009948495, 0.001615162, 0.000226273]
    assert np.abs(reading.distances - errors).max() < 1e-9
    for k, iterate in enumerate(reading.iterates[:, :, 0]):
        taylor = sum(reading.t**power / factorial(power) for power in range(k + 1))
        assert np.abs(iterate - taylor).max() < 1e-14
    assert np.abs(reading.solution[:, 0] - np.exp(reading.t)).max() < 1e-11
    assert reading.trusted
    # e - 1 = |y_0 - y|, L = 1 and T = 1
    assert reading.lipschitz == pytest.approx(1.0, abs=1e-9)
    assert reading.bounds == pytest.approx([(np.e - 1.0) / factorial(k) for k in range(7)])


def test_in_falling_time_they_are_the_mirror_image() -> None:
    there, back = found("y' = y\nstart (1)", (0.0, 1.0), 5), found("y' = -y\nstart (1)", (0.0, -1.0), 5)
    assert back.distances == pytest.approx(there.distances, rel=1e-9)
    assert back.bounds == pytest.approx(there.bounds, rel=1e-9)
    assert np.abs(back.solution[:, 0] - np.exp(-back.t)).max() < 1e-11
    assert back.trusted


@pytest.mark.parametrize("rate", ["sqrt(abs(x))", "abs(x)^(2/3)", "sign(x)"])
def test_where_uniqueness_fails_no_lipschitz_constant_is_told(rate: str) -> None:
    reading = found(f"x' = {rate}\nstart (0)", (0.0, 1.0), 4)
    assert np.isnan(reading.lipschitz)
    assert not reading.iterates[0].any()


def test_at_rest_on_a_kink_the_constant_is_that_around_it() -> None:
    assert found("x' = abs(x)\nstart (0)", (0.0, 1.0), 4).lipschitz == pytest.approx(1.0, rel=1e-9)


def test_of_a_driven_field_each_is_the_integral_of_the_one_before() -> None:
    reading = found("x' = -x + cos(t)\nstart (1)", (0.0, 20.0), 3)
    t = reading.t
    exact = np.stack(
        [
            np.ones_like(t),
            1.0 - t + np.sin(t),
            t**2 / 2.0 - t + np.sin(t) + np.cos(t),
            t**2 / 2.0 - t**3 / 6.0 + np.cos(t),
        ]
    )
    size = np.abs(exact).max(axis=1)
    assert (np.abs(reading.iterates[:, :, 0] - exact).max(axis=1) < 1e-13 * size).all()
    solution = 0.5 * (np.cos(t) + np.sin(t) + np.exp(-t))
    assert np.abs(reading.solution[:, 0] - solution).max() < 1e-10
    assert reading.distances == pytest.approx(np.abs(exact - solution).max(axis=1), rel=1e-3)
    assert (reading.distances <= reading.bounds).all()
    assert reading.lipschitz == pytest.approx(1.0, abs=1e-9)


def test_of_a_pendulum_they_are_those_of_nested_quadrature() -> None:
    # y_2 = (1 - sin(1) t^2/2, -sin(1) t), and the speed of y_3 is minus the integral of the sine of y_2's angle
    reading = found("x' = v\nv' = -sin(x)\nstart (1, 0)", (0.0, 8.0), 4)
    pull = np.sin(1.0)
    for place in (150, 400, 600):
        t = float(reading.t[place])
        assert reading.iterates[2, place] == pytest.approx([1.0 - pull * t**2 / 2.0, -pull * t], rel=1e-12)
        speed = -mpmath.quad(lambda s: mpmath.sin(1 - pull * s**2 / 2), np.linspace(0.0, t, 12).tolist())
        assert reading.iterates[3, place, 1] == pytest.approx(float(speed), abs=1e-11)
    assert (reading.distances <= reading.bounds).all()
    assert reading.accuracy.max() < 1e-12


def test_a_long_span_is_cut_into_pieces_and_a_kink_is_told() -> None:
    driven = picard_iterates(lambda t, z: np.cos(40.0 * t)[..., None] + 0.0 * z, np.zeros(1), (0.0, 50.0), 1)
    fine = [part for part in driven if part is not None][-1]
    assert len(fine.t) > 16
    assert np.abs(fine.y[1, :, :, 0] - np.sin(40.0 * fine.t) / 40.0).max() < 1e-13
    rough = found("x' = abs(t - 1.2345678)\nstart (0)", (0.0, 3.0), 1)
    assert 1e-12 < rough.accuracy[1] < 1e-6
    assert rough.known_until[1] == 3.0


def test_iterates_that_leave_the_numbers_say_until_when_they_are_known() -> None:
    reading = found("x' = x^2\nstart (1)", (0.0, 40.0), 12)
    assert reading.iterates[1, :, 0] == pytest.approx(1.0 + reading.t)
    assert reading.iterates[2, :, 0] == pytest.approx(1.0 + reading.t + reading.t**2 + reading.t**3 / 3.0)
    assert reading.known_until[3] == 40.0
    assert 1.0 < reading.known_until[12] < 40.0
    later = reading.t > reading.known_until[12]
    assert np.isnan(reading.iterates[12, later]).all()
    assert np.isfinite(reading.iterates[12, ~later]).all()
    # the solution is 1/(1 - t), which runs away at 1; up to shortly before it the iterates come to it from below
    assert 0.9 < reading.until < 1.0
    assert not reading.trusted
    known = reading.t <= reading.until
    assert reading.solution[known, 0] == pytest.approx(1.0 / (1.0 - reading.t[known]), rel=1e-8)
    assert np.isnan(reading.solution[~known]).all()
    assert (np.diff(reading.distances) < 0.0).all()


def test_a_step_of_the_field_has_no_lipschitz_constant_and_a_drag_has_iterates() -> None:
    assert np.isnan(found("x' = step(x - 1) + 1\nstart (0)", (0.0, 2.0), 2).lipschitz)
    assert found("x' = -x\nstart (1)", (0.0, 1.0), 3, quality="preview").iterates.shape == (4, 601, 1)


def test_their_number_is_kept_in_a_file() -> None:
    experiment = Experiment("x' = x", integration=Integration(picard=9))
    assert decode(encode(experiment))[0].integration.picard == 9
