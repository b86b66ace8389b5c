"""Every preset shows the number it is known for. References: closed forms, or computed in 25 digits elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from core import presets
from core.frame import Frame
from core.readings import (
    Descents,
    Equilibria,
    FixedPoints,
    FlowLoss,
    Iterations,
    Mixture,
    Spectrum,
    Trajectories,
)
from core.request import Request
from core.runner import frames

WANTED = frozenset({Trajectories, Equilibria, Iterations, Spectrum, FixedPoints, Mixture, Descents, FlowLoss})


@cache
def run(name: str) -> Frame:
    experiment, _ = presets.load_preset(name)
    *_, frame = frames(Request(experiment, WANTED))
    assert frame.error is None
    return frame


def curve(name: str, index: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The forward part of a trajectory: t, z."""
    curves = run(name).readings[Trajectories]
    part = curves.curve(index)
    later = curves.t[part] >= curves.start_time
    return curves.t[part][later], curves.z[part][later]


def rests(name: str) -> list[list[float]]:
    return sorted(point.point.tolist() for point in run(name).readings[Equilibria].points)


def iterations(name: str) -> dict[str, int]:
    """Iterations of the first sample, by solver; all of them have converged."""
    runs = run(name).readings[Iterations].runs
    assert all(outcome.success for each in runs for outcome in each.outcomes)
    return {each.solver: int(each.iterations[0]) for each in runs}


def answer(name: str) -> np.ndarray:
    return np.asarray(run(name).readings[Iterations].runs[0].solution)


def brusselator() -> None:
    assert rests("brusselator") == [pytest.approx([1.0, 3.0])]


def competing_species() -> None:
    assert [0.4, 0.4] in [pytest.approx(point) for point in rests("competing_species")]


def off_the_exact(name: str, rates: Callable[[float, np.ndarray], list[float]], until: float) -> float:
    """How far the first trajectory is from a reference of 12 digits, up to a time."""
    t, z = curve(name)
    before = t <= until
    reference = solve_ivp(rates, (0.0, until), z[0], "DOP853", t[before], rtol=1e-12, atol=1e-12)
    return float(np.abs(reference.y.T - z[before]).max())


def duffing() -> None:
    assert (
        off_the_exact("duffing", lambda t, z: [z[1], z[0] - z[0] ** 3 - 0.3 * z[1] + 0.5 * np.cos(1.2 * t)], 10) < 1e-3
    )


def fitzhugh_nagumo() -> None:
    # w = (v + a)/b on v - v^3/3 - w + current = 0
    roots = np.roots([-1.0 / 3.0, 0.0, 1.0 - 1.0 / 0.8, 0.5 - 0.7 / 0.8])
    (v,) = roots[np.abs(roots.imag) < 1e-12].real
    assert rests("fitzhugh_nagumo") == [pytest.approx([v, (v + 0.7) / 0.8])]


def forced_van_der_pol() -> None:
    drive = 0.35, 1.15
    assert curve("forced_van_der_pol")[1][0].tolist() == [-3.0, 3.5]
    error = off_the_exact(
        "forced_van_der_pol",
        lambda t, z: [z[1], 1.4 * (1.0 - z[0] ** 2) * z[1] - z[0] + drive[0] * np.cos(drive[1] * t)],
        12,
    )
    assert error < 1e-3


def linear() -> None:
    (rest,) = run("linear").readings[Equilibria].points
    assert rest.eigenvalues == pytest.approx([-0.2 + 0.96**0.5 * 1j, -0.2 - 0.96**0.5 * 1j])


def logistic() -> None:
    for index, start in enumerate((0.05, 0.4, 1.5)):
        t, x = curve("logistic", index)
        assert x[:, 0] == pytest.approx(1.0 / (1.0 + (1.0 / start - 1.0) * np.exp(-t)), abs=1e-5)


def lorenz() -> None:
    wing = (8.0 / 3.0 * 27.0) ** 0.5
    expected = [[-wing, -wing, 27.0], [0.0, 0.0, 0.0], [wing, wing, 27.0]]
    assert np.array(rests("lorenz")) == pytest.approx(np.array(expected), abs=1e-9)


def lotka_volterra() -> None:
    for index in range(3):
        _, z = curve("lotka_volterra", index)
        x, y = z.T
        invariant = x - 3.0 * np.log(x) + y - 1.5 * np.log(y)
        assert np.ptp(invariant) < 1e-4


def pendulum() -> None:
    (rest,) = (point for point in run("pendulum").readings[Equilibria].points if abs(point.point).max() < 1e-9)
    assert rest.eigenvalues[0] == pytest.approx(-0.1 + 9.8**0.5 * 1j)


def sir() -> None:
    _, z = curve("sir")
    S, I, R = z.T  # noqa: E741 - the names of the model
    assert np.abs(S + I + R - 1.0).max() < 1e-9
    assert np.ptp(S + I - 0.2 * np.log(S)) < 1e-5


def spiral() -> None:
    t, z = curve("spiral")
    assert t[-1] == 25.0
    assert z[-1] == pytest.approx([-0.44362348669863495, 0.27944064161893900], abs=1e-4)


def two_wells() -> None:
    found = {point.label: point for point in run("two_wells").readings[Equilibria].points}
    assert rests("two_wells") == [pytest.approx(point, abs=1e-9) for point in ([-1.0, -0.5], [0.0, 0.0], [1.0, 0.5])]
    assert found["saddle"].point == pytest.approx([0.0, 0.0], abs=1e-9)
    ends = [float(curve("two_wells", index)[1][-1, 0]) for index in range(3)]
    assert ends == pytest.approx([1.0, -1.0, -1.0], abs=1e-3)
    gradient, ball = run("two_wells").readings[Descents].runs
    for each, wells in ((gradient, [1.0, -1.0, -1.0]), (ball, [1.0, -1.0, 1.0])):
        assert np.sign(each.z[:, :, 0][np.searchsorted(each.iteration, each.iterations), range(3)]).tolist() == wells


def van_der_pol() -> None:
    t, z = curve("van_der_pol")
    assert z[t > 15.0, 0].max() == pytest.approx(2.00861986087, abs=2e-4)
    rising = np.flatnonzero((z[:-1, 0] < 0.0) & (z[1:, 0] >= 0.0) & (t[:-1] > 10.0))
    crossings = t[rising] - z[rising, 0] * (t[rising + 1] - t[rising]) / (z[rising + 1, 0] - z[rising, 0])
    assert np.diff(crossings) == pytest.approx(6.66328685932, abs=2e-3)


def narrow_valley() -> None:
    # eta = 2/(1 + 25): max |1 - eta lambda| = 12/13
    gradient, ball = run("narrow_valley").readings[Descents].runs
    factors = 1.0 - 2.0 / 26.0 * np.array([1.0, 25.0])
    assert np.abs(factors) == pytest.approx([12.0 / 13.0, 12.0 / 13.0])
    known = gradient.iteration[: int(gradient.iterations[0])]
    expected = np.array([-2.0, 0.8]) * factors ** known[:, None]
    assert gradient.z[: len(known), 0] == pytest.approx(expected, rel=1e-9)
    # r^2 - (1 + beta - eta lambda) r + beta has a double root for lambda = 1, complex ones for 25: |r| = sqrt(beta)
    rate = 1.0 - 13.0**-0.5
    along, across = (ball.z[:60, 0] / rate ** np.arange(60)[:, None]).T
    assert np.diff(along, 2) == pytest.approx(0.0, abs=1e-6 * np.abs(along).max())
    assert np.abs(across[30:]).max() == pytest.approx(np.abs(across[:30]).max(), rel=0.05)
    assert ball.iterations[0] < 0.4 * gradient.iterations[0]
    assert [each.limit for each in (gradient, ball)] == pytest.approx([2.0 / 25.0, (2.0 + 2.0 * rate**2) / 25.0])


def neuron() -> None:
    assert answer("neuron")[0, 0] == pytest.approx(0.500831887669865027, abs=1e-8)
    assert run("neuron").readings[Spectrum].radius[0] == pytest.approx(0.374583710146520, abs=1e-7)


def cosine() -> None:
    assert answer("cosine")[0, 0] == pytest.approx(0.7390851332151606416553121, abs=1e-8)
    assert run("cosine").readings[Spectrum].radius[0] == pytest.approx(0.6736120291832148, abs=1e-8)


def babylonian_root() -> None:
    run_of = run("babylonian_root").readings[Iterations].runs[0]
    errors = np.abs(run_of.z[:, 0, 0] - 2.0**0.5)
    assert errors[1:5] == pytest.approx([8.5786e-2, 2.4531043e-3, 2.1239014e-6, 1.5948618e-12], rel=1e-3)


def wallis_cubic() -> None:
    assert answer("wallis_cubic")[0, 0] == pytest.approx(2.094551481542326591482387, abs=1e-14)


def cubic_root() -> None:
    assert answer("cubic_root")[0, 0] == pytest.approx(1.521379706804567569604081, abs=1e-14)


def circle_and_hyperbola() -> None:
    points = sorted(point.point.tolist() for point in run("circle_and_hyperbola").readings[FixedPoints].points)
    a, b = 1.931851652578136574, 0.517638090205041525
    ends = {tuple(np.round(end, 6).tolist()) for end in answer("circle_and_hyperbola")}
    assert len(ends) == 4
    assert np.array(points) == pytest.approx(np.array([[-a, -b], [-b, -a], [b, a], [a, b]]), abs=1e-9)


def tutorial_layer() -> None:
    counted = iterations("tutorial_layer")
    assert (counted["picard"], counted["newton"]) == (15, 3)


def tutorial_stream_0() -> None:
    counted = iterations("tutorial_stream_0")
    assert (counted["anderson"], counted["newton"]) == (20, 5)
    expected = [0.006494103677614, -0.7015949556646, -0.98471503073893, -0.041965049223561, -0.615221095950872]
    assert answer("tutorial_stream_0")[0, :5] == pytest.approx(expected, abs=1e-9)
    assert run("tutorial_stream_0").readings[Spectrum].radius[0] == pytest.approx(0.66914320, abs=1e-8)


def tutorial_stream_1() -> None:
    outcomes = {each.solver: each.outcomes[0] for each in run("tutorial_stream_1").readings[Iterations].runs}
    assert (outcomes["picard"].name, outcomes["picard"].period) == ("cycle", 2)
    assert all(outcomes[solver].success for solver in ("newton", "anderson", "damped"))
    assert run("tutorial_stream_1").readings[Spectrum].radius[0] == pytest.approx(1.04928, abs=5e-6)


def rosenbrock() -> None:
    _, z = curve("rosenbrock")
    assert z[-1] == pytest.approx([1.0, 1.0], abs=1e-4)
    lowest = run("rosenbrock").readings[FlowLoss].lowest
    assert lowest is not None
    assert (lowest.point, lowest.loss) == (pytest.approx([1.0, 1.0]), pytest.approx(0.0, abs=1e-20))
    assert lowest.eigenvalues == pytest.approx([501 + 250601**0.5, 501 - 250601**0.5])
    gradient, ball = run("rosenbrock").readings[Descents].runs
    assert gradient.limit == pytest.approx(0.0019968, rel=1e-4)
    assert ball.outcomes[0].name == "converged"
    assert ball.z[int(np.searchsorted(ball.iteration, ball.iterations[0])), 0] == pytest.approx([1.0, 1.0], abs=1e-5)
    assert int(gradient.iterations[0]) == 8000


def self_attention() -> None:
    assert answer("self_attention")[0, :4] == pytest.approx([-1.03058, -0.23088, -0.94988, 0.40378], abs=5e-6)
    mixture = run("self_attention").readings[Mixture]
    (lecture,) = (matrix for matrix in mixture.matrices if matrix.name == "L")
    assert mixture.row_sums == pytest.approx(np.ones(5), abs=1e-15)
    assert lecture.row_sums == pytest.approx([14.165, 1.965, 0.601, 0.979, 1.337], abs=5e-4)
    assert lecture.output[0] == pytest.approx([-22.638, -2.993, -12.679, 5.444], abs=5e-4)
    assert np.abs(lecture.output - mixture.output).max() == pytest.approx(21.6, abs=0.05)


def newton_cubic() -> None:
    roots = np.exp(2j * np.pi * np.arange(3) / 3)
    found = answer("newton_cubic").copy().view(complex)[:, 0]
    assert found == pytest.approx(roots[[1, 0, 2, 1]], abs=1e-15)
    points = {complex(*np.round(each.point, 12)) for each in run("newton_cubic").readings[FixedPoints].points}
    assert points == set(np.round(roots, 12))
    errors = np.abs(run("newton_cubic").readings[Iterations].runs[0].z[:, 0].copy().view(complex)[:, 0] - roots[1])
    assert errors[5] == pytest.approx(errors[4] ** 2, rel=0.01)  # |f''/2f'| = 1 at every root
    assert max(run("newton_cubic").readings[Spectrum].radius) < 1e-14


def julia() -> None:
    c = -0.4 + 0.5j
    expected = [(1 - np.sqrt(1 - 4 * c)) / 2, (1 + np.sqrt(1 - 4 * c)) / 2]
    points = sorted(run("julia").readings[FixedPoints].points, key=lambda point: point.radius)
    assert [complex(*point.point) for point in points] == pytest.approx(expected, abs=1e-12)
    assert [point.radius for point in points] == pytest.approx(2 * np.abs(expected), rel=1e-12)
    assert [point.attracting for point in points] == [True, False]
    assert iterations("julia") == {"picard": 288}


def mon_deq() -> None:
    splitting, backward, picard = run("mon_deq").readings[Iterations].runs
    assert (splitting.iterations[0], backward.iterations[0], picard.outcomes[0].period) == (50, 202, 3)
    for each, rate in ((splitting, 1.25**0.5 - 0.5), (backward, 0.8**0.5)):
        far, near = np.linalg.norm(each.z[[20, 40], 0] - 1.0, axis=1)
        assert near / far == pytest.approx(rate**20, rel=1e-5)


CHECKS: dict[str, Callable[[], None]] = {
    check.__name__: check
    for check in (
        babylonian_root, brusselator, circle_and_hyperbola, competing_species, cosine, cubic_root, duffing,
        fitzhugh_nagumo, forced_van_der_pol, julia, linear, logistic, lorenz, lotka_volterra, mon_deq, narrow_valley,
        neuron, newton_cubic, pendulum, rosenbrock, self_attention, sir, spiral, tutorial_layer, tutorial_stream_0,
        tutorial_stream_1, two_wells, van_der_pol, wallis_cubic,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", presets.names())
def test_preset_shows_its_number(name: str) -> None:
    assert name in CHECKS, f"say in this file which number the preset {name} is known for"
    CHECKS[name]()
