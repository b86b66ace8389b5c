"""Every preset that flows shows the number it is known for.

References: closed forms, or computed in 25 digits elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from flow_preset_checks import FLOWS
from gradient_preset_checks import GRADIENTS
from large_preset_checks import LARGE
from noisy_preset_checks import NOISY
from preset_runs import curve, names, rests, run, run_with
from scipy.integrate import solve_ivp

from core.readings import Crossings, Descents, Equilibria, FlowLoss, Trajectories


def arenstorf() -> None:
    t, z = curve("arenstorf")
    assert t[-1] == 17.0652165601579625
    assert z[-1] == pytest.approx(z[0], abs=1e-6)
    # the three Lagrange points in line with both bodies, and the two that make equilateral triangles with them
    points = np.array(rests("arenstorf"))
    line = points[np.abs(points[:, 1]) < 0.1]
    assert line[:, 0] == pytest.approx([-1.005115511606892, 0.8362925908999327, 1.1561681659055247], abs=1e-9)
    apart = points[np.abs(points[:, 1]) > 0.1]
    assert np.abs(apart[:, :2]) == pytest.approx(np.array([[0.5 - 0.012277471, 0.75**0.5]] * 2), abs=1e-9)


def bouncing_ball() -> None:
    # it meets the ground at t_1 = sqrt(2 h/g) and c^k 2 t_1 later each time, all but lost to rounding; c = 0.8
    curves = run("bouncing_ball").readings[Trajectories]
    bounces = 10.0 / 7.0 * np.concatenate([[1.0], 1.0 + 2.0 * np.cumsum(0.8 ** np.arange(1, 12))])
    assert curves.events[0].times(0) == pytest.approx(bounces, rel=1e-12)
    assert curves.events[0].z == pytest.approx(
        np.column_stack([0.0 * bounces, -14.0 * 0.8 ** np.arange(12)]), abs=1e-10
    )
    t, z = curve("bouncing_ball")
    since, speed = t[-1] - bounces[-1], 14.0 * 0.8**12
    assert z[-1] == pytest.approx([speed * since - 4.9 * since**2, speed - 9.8 * since], abs=1e-10)
    still = run_with("bouncing_ball", {"c": 0.5}).readings[Trajectories].forward[0]
    assert (still.name, still.t) == ("events_pile_up", pytest.approx(30.0 / 7.0, rel=1e-10))


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


def double_pendulum() -> None:
    for index in range(2):
        _, z = curve("double_pendulum", index)
        alpha, beta, u, v = z.T
        moving = u**2 + 0.5 * v**2 + u * v * np.cos(alpha - beta)
        assert np.ptp(moving - 9.81 * (2.0 * np.cos(alpha) + np.cos(beta))) < 1e-5
    (t, z), (times, other) = curve("double_pendulum", 0), curve("double_pendulum", 1)
    apart = np.abs(z[:, 0] - np.interp(t, times, other[:, 0]))
    assert apart[t < 4.0].max() < 0.05
    assert apart[t > 8.0].max() > 1.0
    # standing still and hanging down, the squares of both frequencies are (g/l)(2 +- sqrt 2)
    (rest,) = (point for point in run("double_pendulum").readings[Equilibria].points if abs(point.point).max() < 1e-9)
    frequencies = np.sqrt(9.81 * (2.0 + np.array([-1.0, 1.0]) * 2.0**0.5))
    assert sorted(set(np.abs(np.imag(rest.eigenvalues)).round(9))) == pytest.approx(frequencies)


def duffing() -> None:
    assert (
        off_the_exact("duffing", lambda t, z: [z[1], z[0] - z[0] ** 3 - 0.3 * z[1] + 0.5 * np.cos(1.2 * t)], 10) < 1e-3
    )


def euler_drift() -> None:
    _, z = curve("euler_drift")
    invariant = z.sum(axis=1) - np.log(z).sum(axis=1)
    assert invariant[0] == pytest.approx(3.0 - np.log(2.0))
    assert invariant[-1] - invariant[0] == pytest.approx(1.36205, abs=1e-5)


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


def henon_heiles() -> None:
    for index, energy in enumerate((0.124996, 0.0986667)):
        _, z = curve("henon_heiles", index)
        x, y, u, v = z.T
        kept = (u**2 + v**2 + x**2 + y**2) / 2.0 + x**2 * y - y**3 / 3.0
        assert kept == pytest.approx(energy, abs=1e-6)
    gates = [point for point in rests("henon_heiles") if np.hypot(*point[:2]) > 0.5]
    expected = [[-(0.75**0.5), -0.5, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.75**0.5, -0.5, 0.0, 0.0]]
    assert np.array(gates) == pytest.approx(np.array(expected), abs=1e-9)


def integrate_and_fire() -> None:
    # from v = 0 it fires every ln(I/(I - 1)); from v = 0.6 first after ln((I - 0.6)/(I - 1)); I = 1.5
    (event,) = run("integrate_and_fire").readings[Trajectories].events
    assert event.times(0) == pytest.approx(np.log(3.0) * np.arange(1, 8), rel=1e-6)
    assert event.times(1) == pytest.approx(np.log(1.8) + np.log(3.0) * np.arange(7), rel=1e-6)
    rest = run_with("integrate_and_fire", {"I": 0.9}).readings[Trajectories]
    assert not len(rest.events[0].t)
    assert rest.z[rest.curve(0)][-1] == pytest.approx(0.9 * (1.0 - np.exp(-8.0)), rel=1e-6)


def kepler() -> None:
    t, z = curve("kepler")
    x, y, u, v = z.T
    assert t[-1] == pytest.approx(6.0 * np.pi)
    assert z[-1] == pytest.approx([1.0, 0.0, 0.0, 1.0], abs=1e-5)
    assert (u**2 + v**2) / 2.0 - 2.5 / np.hypot(x, y) == pytest.approx(-2.0, abs=1e-6)
    assert x * v - y * u == pytest.approx(1.0, abs=1e-7)
    assert x.min() == pytest.approx(-(1.0 - 0.6) / (1.0 + 0.6), abs=1e-3)


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


def neural_ode() -> None:
    W1, W2 = np.array([[1.2, 0.0], [0.0, 1.2], [1.0, 1.0]]), np.array([[-0.3, -1.5, 0.2], [1.5, -0.3, 0.2]])
    assert off_the_exact("neural_ode", lambda _, z: W2 @ np.tanh(W1 @ z + [0.5, -0.3, 0.2]) - z, 4.0) < 1e-5
    (rest,) = run("neural_ode").readings[Equilibria].points
    inside = np.tanh(W1 @ rest.point + [0.5, -0.3, 0.2])
    assert W2 @ inside == pytest.approx(rest.point, abs=1e-12)
    assert rest.label == "stable spiral"
    layers = 1.0 + 4.0 / np.arange(1.0, 257.0) * rest.eigenvalues[0]
    assert 1 + int(np.argmax(np.abs(layers) < 1.0)) == 8


def oregonator() -> None:
    # the published end of the problem OREGO in the test set for IVP solvers
    t, z = curve("oregonator")
    assert t[-1] == 360.0
    assert z[-1] == pytest.approx([1.000814870318523, 1228.178521549917, 132.0554942846706], rel=1e-5)
    x = z[:, 0]
    beats = np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:]) & (x[1:-1] > 1e4)) + 1
    assert len(beats) == 2
    assert np.diff(t[beats])[0] == pytest.approx(302.9, abs=0.1)


def pendulum() -> None:
    (rest,) = (point for point in run("pendulum").readings[Equilibria].points if abs(point.point).max() < 1e-9)
    assert rest.eigenvalues[0] == pytest.approx(-0.1 + 9.8**0.5 * 1j)


def robertson() -> None:
    # computed in 25 digits elsewhere; SciPy 1.17's Radau takes 647 evaluations, and twice as many are allowed
    t, z = curve("robertson")
    assert t[-1] == 40.0
    assert z[-1] == pytest.approx([0.715827068719, 9.18553476456e-6, 0.284163745746], rel=1e-6)
    assert np.abs(z.sum(axis=1) - 1.0).max() < 1e-9
    assert run("robertson").evaluations <= 2 * 647


def rossler() -> None:
    # x = -a y = c/2 - (c^2/4 - a b)^(1/2) and z = -y where it spirals out, near the origin
    inner = (5.7 - (5.7**2 - 4.0 * 0.2 * 0.2) ** 0.5) / 2.0
    assert [inner, -inner / 0.2, inner / 0.2] in [pytest.approx(point) for point in rests("rossler")]

    def rate(_: float, s: np.ndarray) -> list[float]:
        return [-s[1] - s[2], s[0] + 0.2 * s[1], 0.2 + s[2] * (s[0] - 5.7)]

    assert off_the_exact("rossler", rate, 20) < 1e-4


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


def uniqueness() -> None:
    # each full step of Euler takes the distance of two times 1 - 20*0.09 = -0.8, the last one, of 0.04, times 0.2
    distance = np.abs(curve("uniqueness", 0)[1][-1] - curve("uniqueness", 2)[1][-1])
    assert distance == pytest.approx(2.5 * 0.8**44 * 0.2)
    assert len(run("uniqueness").readings[Crossings]) == 3 * 44


CHECKS: dict[str, Callable[[], None]] = LARGE | NOISY | GRADIENTS | FLOWS | {
    check.__name__: check
    for check in (
        arenstorf, bouncing_ball, brusselator, competing_species, double_pendulum, duffing, euler_drift,
        fitzhugh_nagumo, forced_van_der_pol, henon_heiles, integrate_and_fire, kepler, linear, logistic, lorenz,
        lotka_volterra, narrow_valley, neural_ode, oregonator, pendulum, robertson, rosenbrock, rossler, sir,
        spiral, two_wells, uniqueness, van_der_pol,
    )
}  # fmt: skip


@pytest.mark.parametrize("name", names(flows=True))
def test_preset_shows_its_number(name: str) -> None:
    assert name in CHECKS, f"say in this file which number the preset {name} is known for"
    CHECKS[name]()
