"""The numbers that presets of four components and more are known for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from preset_runs import curve, run_with
from scipy.integrate import solve_ivp

from core.readings import Equilibria


def heat() -> None:
    # every wave of the ring dies at its own rate, 4 D/h^2 sin^2(pi k/n): exact for the 32 points, in Fourier's terms
    t, z = curve("heat")
    rates = (32.0 / (2.0 * np.pi)) ** 2 * 4.0 * np.sin(np.pi * np.arange(17) / 32.0) ** 2
    expected = np.fft.irfft(np.fft.rfft(z[0]) * np.exp(-rates * t[:, None]), 32)
    assert t[-1] == 3.0
    assert z == pytest.approx(expected, abs=1e-5)
    waves = np.abs(np.fft.rfft(z)) / 16.0
    assert waves[0, [1, 4]] == pytest.approx([1.0, 0.5], abs=1e-4)
    assert waves[-1, 1] == pytest.approx(np.exp(-rates[1] * 3.0), rel=1e-3)


def hires() -> None:
    # the published end of the problem HIRES in the test set for IVP solvers (Mazzia and Magherini 2008)
    t, z = curve("hires")
    assert t[-1] == 321.8122
    assert z[-1] == pytest.approx(
        [
            0.7371312573325668e-3,
            0.1442485726316185e-3,
            0.5888729740967575e-4,
            0.1175651343283149e-2,
            0.2386356198831331e-2,
            0.6238968252742796e-2,
            0.2849998395185769e-2,
            0.2850001604814231e-2,
        ],
        rel=1e-4,
    )
    assert np.abs(z[:, 6] + z[:, 7] - 0.0057).max() < 1e-9  # what is bound to it comes and goes with k


def hodgkin_huxley() -> None:
    # the paper's own rates, of the voltage v below rest (Hodgkin and Huxley 1952, equations 12 to 26)
    def rate(_: float, state: np.ndarray) -> list[float]:
        potential, m, h, n = state
        v = -(potential + 65.0)
        an, bn = 0.01 * (v + 10.0) / np.expm1((v + 10.0) / 10.0), 0.125 * np.exp(v / 80.0)
        am, bm = 0.1 * (v + 25.0) / np.expm1((v + 25.0) / 10.0), 4.0 * np.exp(v / 18.0)
        ah, bh = 0.07 * np.exp(v / 20.0), 1.0 / (np.exp((v + 30.0) / 10.0) + 1.0)
        ionic = 120.0 * m**3 * h * (v + 115.0) + 36.0 * n**4 * (v - 12.0) + 0.3 * (v + 10.613)
        return [10.0 + ionic, am * (1 - m) - bm * m, ah * (1 - h) - bh * h, an * (1 - n) - bn * n]

    t, z = curve("hodgkin_huxley")
    reference = solve_ivp(rate, (0.0, 100.0), z[0], "DOP853", t, rtol=1e-10, atol=1e-10).y.T
    assert np.abs(reference - z).max() < 1e-2
    # a spike every 14.636 ms once the first ones are over
    voltage = z[:, 0]
    rising = np.flatnonzero((voltage[:-1] < 0.0) & (voltage[1:] >= 0.0))
    part = voltage[rising] / (voltage[rising] - voltage[rising + 1])
    spikes = t[rising] + part * (t[rising + 1] - t[rising])
    assert len(spikes) == 7
    assert np.diff(spikes)[-3:] == pytest.approx(14.6363, abs=2e-3)
    # without a current it rests where all rates are 0
    (rest,) = run_with("hodgkin_huxley", {"current": 0.0}).readings[Equilibria].points
    assert rest.stable
    assert rest.point == pytest.approx([-64.9964, 0.05297, 0.59599, 0.31773], abs=1e-3)
    assert np.abs(rate(0.0, rest.point) - np.array([10.0, 0.0, 0.0, 0.0])).max() < 1e-8


def lorenz_96() -> None:
    def rate(_: float, z: np.ndarray) -> list[float]:
        return [(z[(i + 1) % 40] - z[i - 2]) * z[i - 1] - z[i] + 8.0 for i in range(40)]

    (t, z), (times, other) = curve("lorenz_96", 0), curve("lorenz_96", 1)
    before = t <= 1.5
    reference = solve_ivp(rate, (0.0, 1.5), z[0], "DOP853", t[before], rtol=1e-9, atol=1e-9)
    assert np.abs(reference.y.T - z[before]).max() < 5e-3
    apart = [np.abs(z[t <= end][-1] - [np.interp(t[t <= end][-1], times, c) for c in other.T]).max() for end in (1, 10)]
    assert apart[0] < 0.05
    assert apart[1] > 1.0


def nagumo_front() -> None:
    # u = 1/(1 + exp((x - c t)/sqrt 2)) with c = (1 - 2a)/sqrt 2 solves the equation on a line (Murray, section 13.5)
    t, z = curve("nagumo_front")
    x = 0.5 * (np.arange(64) - 32.0)
    ahead = x >= 0.0
    fronts = np.array([np.interp(0.5, row[::-1], x[ahead][::-1]) for row in z[:, ahead]])
    whole = (t > 3.0) & (fronts < 12.0)
    speed = np.polyfit(t[whole], fronts[whole], 1)[0]
    assert speed == pytest.approx(0.6 / 2.0**0.5, rel=0.02)


LARGE: dict[str, Callable[[], None]] = {
    check.__name__: check for check in (heat, hires, hodgkin_huxley, lorenz_96, nagumo_front)
}
