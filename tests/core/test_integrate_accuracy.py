"""Known answers, observed orders and the quality of error control, on every back end."""

from __future__ import annotations

import itertools

import numpy as np
import ode_problems as known
import pytest
from ode_problems import KINDS, problem
from scipy.integrate import solve_ivp

import core

SPIRAL_AT = {
    1.0: (0.70926174325310324, -1.5041084578403843),
    5.0: (-0.26301283547011421, 0.93024594425456598),
    25.0: (-0.44362348669863495, 0.27944064161893900),
}
LOTKA_VOLTERRA_AT = {
    1.0: (0.46096719652986497, 1.4271054808783344),
    5.0: (1.8284606667577119, 0.6479962865092872),
    10.0: (0.7667467517264100, 0.4295950145281818),
}
LORENZ_AT = {
    1.0: (-9.378570010925, -8.357033788427, 29.362325337363),
    5.0: (-6.512113699420, -6.974042788417, 23.924129572103),
    10.0: (-4.902687541135, -3.743872921803, 24.690858102791),
}


def _end(text: str, kind: str, start: object, t: tuple[float, float], **options: object) -> np.ndarray:
    system, path = problem(text, kind)
    run = core.integrate(system, start, t, path=path, **options)
    assert run.outcome.success
    return run.z[-1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("method", "errors"),
    [
        ("euler", {10: 0.124539368359, 20: 0.064984123315, 40: 0.033217990069, 80: 0.016796887706}),
        ("rk4", {5: 3.069185e-5, 10: 2.084324e-6, 20: 1.358027e-7, 40: 8.66620e-9}),
        ("dopri5", {1: -5.150487e-5, 2: -8.862323e-6, 4: -4.684283e-7, 8: -1.849108e-8}),
    ],
)
def test_fixed_steps_of_exponential_growth(kind: str, method: str, errors: dict[int, float]) -> None:
    for count, error in errors.items():
        system, path = problem(known.GROWTH, kind)
        run = core.integrate(system, [1.0], (0.0, 1.0), method, step=1.0 / count, path=path)
        assert run.stats.accepted == count
        assert np.e - run.z[-1, 0] == pytest.approx(error, rel=2e-6)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("text", "start", "answers"),
    [
        (known.SPIRAL, (2.0, 0.0), SPIRAL_AT),
        (known.LOTKA_VOLTERRA, (1.0, 2.0), LOTKA_VOLTERRA_AT),
        (known.LORENZ, (1.0, 1.0, 1.0), LORENZ_AT),
    ],
)
def test_reference_trajectories(kind: str, text: str, start: tuple[float, ...], answers: dict) -> None:
    fast = kind in ("kernel", "python")
    rtol = 1e-12 if fast else 1e-9
    system, path = problem(text, kind)
    times = [time for time in answers if fast or text is not known.LORENZ or time <= 5.0]
    run = core.integrate(system, start, (0.0, times[-1]), at=times, rtol=rtol, atol=0.1 * rtol, path=path)
    for time, z in zip(times, run.z, strict=True):
        # the Lorenz system multiplies an error by about e^(0.9 t)
        bound = 1e4 * rtol * np.exp(0.9 * time if text is known.LORENZ else 0.0)
        assert z == pytest.approx(answers[time], abs=bound)


@pytest.mark.parametrize("kind", KINDS)
def test_the_pendulum_returns_after_its_period(kind: str) -> None:
    end = _end(known.PENDULUM, kind, (1.0, 0.0), (0.0, 6.69997566437045271), rtol=1e-11, atol=1e-12)
    assert end == pytest.approx([1.0, 0.0], abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_cubic_decay_is_two_thirds(kind: str) -> None:
    assert _end(known.CUBIC_DECAY, kind, [2.0], (0.0, 1.0), rtol=1e-10, atol=1e-12)[0] == pytest.approx(2 / 3, abs=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_backward_integration_returns_to_the_start(kind: str) -> None:
    there = _end(known.SPIRAL, kind, (2.0, 0.0), (0.0, 5.0), rtol=1e-9, atol=1e-11)
    back = _end(known.SPIRAL, kind, there, (5.0, 0.0), rtol=1e-9, atol=1e-11)
    assert back == pytest.approx([2.0, 0.0], abs=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_lotka_volterra_keeps_its_invariant(kind: str) -> None:
    system, path = problem(known.LOTKA_VOLTERRA, kind)
    x, y = core.integrate(system, (1.0, 2.0), (0.0, 30.0), rtol=1e-9, atol=1e-11, path=path).z.T
    assert x - np.log(x) + y - np.log(y) == pytest.approx(2.306852819440055, abs=1e-6)


# text, start, end of the span, exact end (or None), and the finest step of dopri5 as a power of 1/2
ORDER_PROBLEMS = {
    "linear": (known.GROWTH, [1.0], 1.0, np.array([np.e]), 6),
    "with time": (known.OSCILLATING_GROWTH, [1.0], 2.0, np.array([np.exp(np.sin(2.0))]), 6),
    "nonlinear": (known.BRUSSELATOR, [1.0, 1.0], 1.0, None, 7),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["euler", "rk4", "dopri5"])
@pytest.mark.parametrize("name", list(ORDER_PROBLEMS))
def test_observed_order(kind: str, method: str, name: str) -> None:
    text, start, end, exact, finest = ORDER_PROBLEMS[name]
    if exact is None:
        exact = _end(text, kind, start, (0.0, end), rtol=1e-13, atol=1e-15)
    finest = {"euler": 9, "rk4": 8, "dopri5": finest}[method]
    steps = [2.0 ** (k - finest) for k in range(4)]
    errors = [np.abs(_end(text, kind, start, (0.0, end), method=method, step=step) - exact).max() for step in steps]
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    order = {"euler": 1, "rk4": 4, "dopri5": 5}[method]
    assert slope == pytest.approx(order, abs=0.15), errors


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("rk4", 3), ("dopri5", 4)])
def test_observed_order_of_dense_output(kind: str, method: str, order: int) -> None:
    # inside the first step the steps' own error does not mix in: the local error is one order higher
    system, path = problem(known.OSCILLATING_GROWTH, kind)
    theta = np.linspace(0.1, 0.9, 9)
    steps = [0.2 / 2**k for k in range(4)]
    errors = []
    for step in steps:
        run = core.integrate(system, [1.0], (0.0, step), method, step=step, path=path)
        errors.append(np.abs(run(theta * step)[:, 0] - np.exp(np.sin(theta * step))).max())
    slope = np.polyfit(np.log(steps), np.log(errors), 1)[0]
    assert slope == pytest.approx(order + 1, abs=0.25), errors


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_has_the_answers_of_its_samples(kind: str) -> None:
    system, path = problem(known.BRUSSELATOR, kind)
    starts = np.random.default_rng(1).uniform(0.5, 3.0, (7, 2))
    batch = core.integrate(system, starts, (0.0, 5.0), path=path)
    for index, start in enumerate(starts):
        alone = core.integrate(system, start, (0.0, 5.0), path=path)
        length = int(batch.mask[index].sum())
        assert length == len(alone.t)
        assert batch.z[index, :length] == pytest.approx(alone.z, rel=1e-12, abs=1e-14)
        assert batch.stats.of(index).evaluations == alone.stats.evaluations


SCIPY_PROBLEMS = {
    "spiral": (known.SPIRAL, (2.0, 0.0), 5.0),
    "lotka volterra": (known.LOTKA_VOLTERRA, (1.0, 2.0), 10.0),
    "lorenz": (known.LORENZ, (1.0, 1.0, 1.0), 3.0),
    "van der pol": (known.VAN_DER_POL, (2.0, 0.0), 20.0),
}


@pytest.mark.parametrize("name", list(SCIPY_PROBLEMS))
def test_error_control_is_as_good_as_scipys(name: str) -> None:
    text, start, end = SCIPY_PROBLEMS[name]
    field = known.field_of(text).array()
    exact = solve_ivp(field, (0.0, end), start, method="DOP853", rtol=1e-13, atol=1e-14).y[:, -1]
    errors, theirs = [], []
    for rtol, atol in itertools.product((1e-3, 1e-6, 1e-9), (1e-9,)):
        run = core.integrate(core.parse(text), start, (0.0, end), rtol=rtol, atol=atol)
        peer = solve_ivp(field, (0.0, end), start, method="RK45", rtol=rtol, atol=atol)
        errors.append(np.abs(run.z[-1] - exact).max())
        theirs.append(np.abs(peer.y[:, -1] - exact).max())
        assert run.stats.evaluations <= 2 * peer.nfev
        assert errors[-1] <= 20 * theirs[-1]
    # one lucky end point says little; over the tolerances the errors are of the same size
    assert np.exp(np.mean(np.log(errors))) <= 1.5 * np.exp(np.mean(np.log(theirs)))


@pytest.mark.parametrize("name", list(SCIPY_PROBLEMS))
def test_the_error_follows_the_tolerance(name: str) -> None:
    text, start, end = SCIPY_PROBLEMS[name]
    exact = core.integrate(core.parse(text), start, (0.0, end), rtol=1e-12, atol=1e-14).z[-1]
    tolerances = [10.0**-k for k in range(3, 10)]
    errors = [
        np.abs(core.integrate(core.parse(text), start, (0.0, end), rtol=rtol, atol=rtol * 1e-3).z[-1] - exact).max()
        for rtol in tolerances
    ]
    slope = np.polyfit(np.log(tolerances), np.log(errors), 1)[0]
    assert 0.7 <= slope <= 1.3, errors


def test_float32_is_as_accurate_as_it_can_be() -> None:
    system, _ = problem(known.LOTKA_VOLTERRA, "torch")
    run = core.integrate(system, (1.0, 2.0), (0.0, 5.0), dtype="float32", rtol=1e-5, atol=1e-6)
    assert run.z.dtype == np.float32
    assert run.z[-1] == pytest.approx(LOTKA_VOLTERRA_AT[5.0], abs=1e-4)


@pytest.mark.parametrize("kind", ["kernel", "python", "torch"])
@pytest.mark.parametrize(
    ("size", "options"),
    [(1.0, {"atol": 1e-200}), (1.0, {"atol": 1e-300}), (1e148, {}), (3e10, {"dtype": "float32"})],
)
def test_a_first_step_is_found_where_squares_overflow(kind: str, size: float, options: dict[str, object]) -> None:
    if kind == "python" and "dtype" in options:
        pytest.skip("Python floats are float64")
    end = _end("x' = y\ny' = -x", kind, (size, 0.0), (0.0, 3.0), **options)
    assert end / size == pytest.approx((np.cos(3.0), -np.sin(3.0)), abs=1e-4)
