"""Every explicit method: how fast its error, its estimate and its dense output fall with the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import mpmath
import numpy as np
import ode_problems as known
import pytest

import core
from core.catalogue import tableaus
from core.tableau import Row, Tableau

METHODS = tuple(tableaus())
IN_TORCH = ("bogacki_shampine_3", "fehlberg_45", "dop853", "verner_6")
"""Methods of every shape of tableau: with and without an extra stage, an own dense output and two estimates."""
BELOW_ROUNDING = ("verner_7", "verner_8", "dormand_prince_8")
"""Their leading error is so small that the next ones rule a nonlinear problem until the error is below rounding."""

OSCILLATOR, FORCED = "x' = y\ny' = -x", "y' = -y + cos(t)"
STARTS = {
    OSCILLATOR: np.array([[1.0, 0.0], [0.3, -1.0], [-2.0, 0.5]]),
    FORCED: np.array([[1.0], [0.5], [-2.0]]),
    known.LOTKA_VOLTERRA: np.array([[1.0, 2.0], [1.5, 1.0], [0.7, 0.6]]),
    known.LORENZ: np.array([[1.0, 1.0, 1.0], [2.0, 1.0, 0.5], [-3.0, 2.0, 20.0]]),
}
ENDS = {OSCILLATOR: 6.0, FORCED: 6.0, known.LOTKA_VOLTERRA: 4.0, known.LORENZ: 0.5}
COARSEST = {1: 600, 2: 96, 3: 48, 4: 32, 5: 64, 6: 36, 7: 16, 8: 12}
"""Steps of the coarsest run, by order: four runs whose errors lie above rounding and follow a power of the step."""
COARSEST_OF = {"fehlberg_45": 64, "tsit5": 160, "verner_8": 8}
FALLS_FASTER = ("dormand_prince_8",)
"""Of which that is so on every problem: 40 digits show the order, and float64 that the error falls no slower."""


def _exact(text: str, times: np.ndarray) -> np.ndarray:
    """The solutions (B, T, n) from `STARTS`."""
    start, t = STARTS[text][:, None], times[None, :, None]
    if text == OSCILLATOR:
        x, y = start[..., :1], start[..., 1:]
        return np.concatenate([x * np.cos(t) + y * np.sin(t), y * np.cos(t) - x * np.sin(t)], axis=2)
    if text == FORCED:
        return (start - 0.5) * np.exp(-t) + 0.5 * (np.cos(t) + np.sin(t))
    return core.integrate(
        core.parse(text), STARTS[text], (0.0, times[-1]), "dop853", at=times, rtol=3e-14, atol=1e-15
    ).z


def _slope(steps: Sequence[float], errors: Sequence[float]) -> float:
    return float(np.polyfit(np.log(np.array(steps, dtype=float)), np.log(errors), 1)[0])


def _observed(name: str, text: str, path: str) -> tuple[float, list[float]]:
    """The fitted order of the largest error at four times, and the errors."""
    end, coarsest = ENDS[text], COARSEST_OF.get(name, COARSEST[tableaus()[name].order])
    times = end * np.arange(1, 5) / 4
    exact, steps, errors = _exact(text, times), [], []
    for factor in (1.0, 1.5, 2.0, 3.0):
        count = round(coarsest * factor / 4) * 4
        steps.append(end / count)
        run = core.integrate(core.parse(text), STARTS[text], (0.0, end), name, step=steps[-1], at=times, path=path)
        errors.append(np.abs(run.z - exact).max())
    return _slope(steps, errors), errors


@pytest.mark.kernel
@pytest.mark.parametrize("text", [OSCILLATOR, FORCED, known.LOTKA_VOLTERRA], ids=["linear", "with time", "nonlinear"])
@pytest.mark.parametrize("name", METHODS)
def test_the_error_of_a_batch_falls_with_the_order(name: str, text: str) -> None:
    if text is known.LOTKA_VOLTERRA and name in BELOW_ROUNDING:
        pytest.skip("seen in 40 digits below")
    if text is known.LOTKA_VOLTERRA and name == "tsit5":  # whose leading error is large enough on a stronger field
        text = known.LORENZ
    slope, errors = _observed(name, text, "kernel")
    if name in FALLS_FASTER:
        assert slope > tableaus()[name].order - 0.15, errors
        return
    assert slope == pytest.approx(tableaus()[name].order, abs=0.15), errors


@pytest.mark.parametrize("name", IN_TORCH)
def test_it_does_in_torch_too(name: str) -> None:
    slope, errors = _observed(name, FORCED, "torch")
    assert slope == pytest.approx(tableaus()[name].order, abs=0.15), errors


def _exactly(numbers: Row) -> list[mpmath.mpf]:
    return [mpmath.mpf(number.numerator) / number.denominator for number in numbers]


def _stages(tableau: Tableau, t: mpmath.mpf, h: mpmath.mpf, z: mpmath.mpf) -> list[mpmath.mpf]:
    """The slopes of one step of z' = cos(t) z^2, in the digits in force."""
    slopes: list[mpmath.mpf] = []
    for numbers, node in zip(tableau.a, _exactly(tableau.c), strict=True):
        inner = z + h * mpmath.fdot(_exactly(numbers), slopes)
        slopes.append(mpmath.cos(t + node * h) * inner * inner)
    return slopes


def _solution(t: mpmath.mpf) -> mpmath.mpf:
    """That from 1 at t = 0.3."""
    return 1 / (1 - mpmath.sin(t) + mpmath.sin(mpmath.mpf("0.3")))


@pytest.mark.parametrize("name", [*BELOW_ROUNDING, "dop853"])
def test_the_order_on_a_nonlinear_equation_in_40_digits(name: str) -> None:
    tableau, steps, errors = tableaus()[name], [], []
    with mpmath.workdps(40):
        weights = _exactly(tableau.b)
        for count in (96, 128, 192):
            t, z, h = mpmath.mpf("0.3"), mpmath.mpf(1), mpmath.mpf("0.4") / count
            for _ in range(count):
                z += h * mpmath.fdot(weights, _stages(tableau, t, h, z))
                t += h
            steps.append(float(h))
            errors.append(float(abs(z - _solution(t))))
    assert _slope(steps, errors) == pytest.approx(tableau.order, abs=0.15), errors


_STEPS = tuple(1 / mpmath.mpf(2**k) for k in (5, 6, 7))
"""In 40 digits they can be as small as the leading error needs."""


@pytest.mark.parametrize("name", [name for name, tableau in tableaus().items() if tableau.embedded is not None])
def test_the_estimate_falls_with_one_order_more_than_the_embedded_method_has(name: str) -> None:
    tableau = tableaus()[name]
    estimates = [(tableau.error_weights, min(tableau.order, tableau.embedded_order))]
    if tableau.coarse is not None:
        estimates.append((tableau.coarse_error_weights, tableau.coarse_order))
    for weights, order in estimates:
        with mpmath.workdps(40):
            slopes = [_stages(tableau, mpmath.mpf("0.3"), h, mpmath.mpf(1)) for h in _STEPS]
            errors = [float(abs(h * mpmath.fdot(_exactly(weights), k))) for h, k in zip(_STEPS, slopes, strict=True)]
        assert _slope(_STEPS, errors) == pytest.approx(order + 1, abs=0.15), (order, errors)


def test_the_order_for_step_control_is_that_of_the_estimate() -> None:
    orders = {name: tableau.error_order for name, tableau in tableaus().items() if tableau.embedded is not None}
    assert orders == {
        "bogacki_shampine_3": 2,
        "cash_karp_5": 4,
        "dop853": 7,
        "dopri5": 4,
        "dormand_prince_8": 7,
        "fehlberg_45": 4,
        "heun_2": 1,
        "tsit5": 4,
        "verner_6": 5,
        "verner_7": 6,
        "verner_8": 7,
    }


@pytest.mark.parametrize("name", METHODS)
def test_the_dense_output_has_its_order_inside_a_step(name: str) -> None:
    # inside the first step the steps' own error does not mix in: the local error is one order higher
    tableau, errors = tableaus()[name], []
    with mpmath.workdps(40):
        t = mpmath.mpf("0.3")
        for h in _STEPS:
            slopes, worst = _stages(tableau, t, h, mpmath.mpf(1)), mpmath.mpf(0)
            for theta in (mpmath.mpf(place) / 16 for place in (2, 5, 8, 11, 14)):
                weights = [mpmath.polyval([*reversed(_exactly(row)), 0], theta) for row in _inside(tableau)]
                worst = max(worst, abs(1 + h * mpmath.fdot(weights, slopes) - _solution(t + theta * h)))
            errors.append(float(worst))
    order = tableau.dense_order or min(tableau.order, 3)
    assert _slope(_STEPS, errors) == pytest.approx(order + 1, abs=0.15), errors


def _inside(tableau: Tableau) -> list[Row]:
    """b_i(theta) of the dense output, or of the cubic through both ends with their slopes."""
    if tableau.dense is not None:
        return list(tableau.dense)
    rows = []
    for stage, weight in enumerate(tableau.b):
        begins, ends = Fraction(stage == 0), Fraction(stage == tableau.end_stage)
        rows.append((begins, 3 * weight - 2 * begins - ends, begins + ends - 2 * weight))
    return rows


@pytest.mark.parametrize("name", IN_TORCH)
def test_torch_and_the_kernel_agree_inside_a_step(name: str) -> None:
    text, times = known.LOTKA_VOLTERRA, np.linspace(0.0, 2.0, 31)
    runs = [
        core.integrate(core.parse(text), STARTS[text], (0.0, 2.0), name, step=0.25, at=times, path=path)
        for path in ("torch", "kernel", "python")
    ]
    for run in runs[1:]:
        assert run.z == pytest.approx(runs[0].z, rel=1e-12)


@pytest.mark.parametrize("path", ["kernel", "python", "torch"])
@pytest.mark.parametrize("name", ["fehlberg_45", "dop853", "verner_6", "heun_2"])
def test_adaptive_steps_are_the_same_on_every_path(name: str, path: str) -> None:
    options = {"rtol": 1e-4, "atol": 1e-6}
    text = known.LOTKA_VOLTERRA
    run, other = (
        core.integrate(core.parse(text), STARTS[text], (0.0, 4.0), name, path=chosen, **options)
        for chosen in (path, "torch")
    )
    assert np.array_equal(run.stats.evaluations, other.stats.evaluations)
    assert np.array_equal(run.stats.rejected, other.stats.rejected)
    good = run.mask
    assert run.t[good] == pytest.approx(other.t[good], rel=1e-6)


def test_two_estimates_make_one_of_hairers_form() -> None:
    """e^2 / sqrt(e^2 + 0.01 e_c^2) of the recorded stages is the recorded error."""
    tableau = tableaus()["dop853"]
    only = replace(tableau, coarse=None, coarse_order=None)
    assert only.error_order == 5
    text = known.VAN_DER_POL
    run = core.integrate(core.parse(text), [2.0, 0.0], (0.0, 10.0), "dop853", rtol=1e-6, atol=1e-9, path="python")
    steps = run.dense.steps()
    scale = 1e-9 + 1e-6 * np.maximum(np.abs(steps.z0), np.abs(steps.z1))
    width = (steps.t1 - steps.t0)[:, None]
    ratios = [
        np.sqrt(((width * np.einsum("s,ksn->kn", np.array(weights, dtype=float), steps.stages) / scale) ** 2).mean(1))
        for weights in (tableau.error_weights, tableau.coarse_error_weights)
    ]
    joint = ratios[0] ** 2 / np.sqrt(ratios[0] ** 2 + 0.01 * ratios[1] ** 2)
    assert (joint <= 1.0).all()
    assert joint.max() > 0.05


@pytest.mark.parametrize("path", ["kernel", "torch"])
@pytest.mark.parametrize("name", [name for name in METHODS if tableaus()[name].order >= 5])
def test_in_float32_the_error_is_that_of_rounding(name: str, path: str) -> None:
    times = np.linspace(0.0, 6.0, 25)
    run = core.integrate(
        core.parse(OSCILLATOR), STARTS[OSCILLATOR], (0.0, 6.0), name, step=0.25, at=times, dtype="float32", path=path
    )
    assert run.z.dtype == np.float32
    tableau = tableaus()[name]
    size = max(sum(abs(float(number)) for number in numbers) for numbers in (*tableau.a, tableau.b))
    assert np.abs(run.z - _exact(OSCILLATOR, times)).max() < 2e-6 * max(1.0, size)
