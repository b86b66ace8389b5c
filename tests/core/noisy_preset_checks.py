"""The numbers that presets with noise are known for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from preset_runs import curve, rests

import core
from core.brownian_tree import brownian_values
from core.presets import load_preset


def noisy_wells() -> None:
    t, z = curve("noisy_wells", 1)
    growth, x = np.diff(brownian_values(0, t, 1)[:, 0]), 1.0
    for place, dw in enumerate(growth):  # Euler and Maruyama's steps, written out
        x += 0.03125 * (x - x**3) + 0.5 * dw
        assert z[place + 1, 0] == pytest.approx(x, abs=1e-9)
    assert rests("noisy_wells") == [pytest.approx([x], abs=1e-12) for x in (-1.0, 0.0, 1.0)]
    # long run: E x^2 under the density e^(-2 V/s^2), V = x^4/4 - x^2/2, whatever the start
    s, grid = 0.8, np.linspace(-3.0, 3.0, 2_001)
    density = np.exp(-2.0 * (grid**4 / 4.0 - grid**2 / 2.0) / s**2)
    mean = (grid**2 * density).sum() / density.sum()
    spread = ((grid**4 * density).sum() / density.sum() - mean**2) ** 0.5
    system = core.parse(load_preset("noisy_wells")[0].text)
    starts, count = np.linspace(-2.0, 2.0, 600)[:, None], 600
    run = core.integrate(system, starts, (0.0, 8.0), "milstein", step=0.04, params={"s": s}, at=[8.0])
    assert (run.z[:, 0, 0] ** 2).mean() == pytest.approx(mean, abs=3.0 * spread / count**0.5 + 0.02)


NOISY: dict[str, Callable[[], None]] = {check.__name__: check for check in (noisy_wells,)}
