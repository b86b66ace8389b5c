"""The numbers that flows of densities are known for."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from preset_runs import curve, run

import core
from core.presets import load_preset
from core.readings import DensityLine, ModelDensity, TraceEstimates

FINE = {"rtol": 1e-12, "atol": 1e-13, "method": "dop853"}


def flow_of(name: str) -> core.ContinuousFlow:
    return core.ContinuousFlow(core.parse(load_preset(name)[0].text), **FINE)


def log_density(name: str, *point: float) -> float:
    return float(flow_of(name).log_prob(torch.tensor(point, dtype=torch.float64)))


def linear_flow() -> None:
    assert log_density("linear_flow", 0.0, 0.0) == pytest.approx(-1.43787706640934, abs=1e-12)
    known = np.array([[-0.46500932267946, 0.77324867464527], [-0.77324867464527, -0.15570985282135]])
    points, change = flow_of("linear_flow").inverse(torch.eye(2, dtype=torch.float64))
    assert points.numpy() == pytest.approx(known.T, abs=1e-10)
    assert change.numpy() == pytest.approx(-0.4, abs=1e-12)
    t, z = curve("linear_flow", 1)
    assert t[-1] == 2.0
    assert z[-1] == pytest.approx(np.linalg.inv(known)[:, 0], abs=1e-7)
    found = run("linear_flow").readings[ModelDensity]
    grid = np.stack(np.meshgrid(found.x, found.y), axis=-1)
    spread = np.linalg.inv(known @ known.T)
    exact = -np.log(2.0 * np.pi) + 0.4 - 0.5 * np.einsum("ijk,kl,ijl->ij", grid, spread, grid)
    assert found.log_density == pytest.approx(exact, abs=1e-6)
    assert found.round_trip < 1e-7
    assert found.samples[:, -1] == pytest.approx(found.samples[:, 0] @ known.T, abs=1e-7)
    assert np.isnan(found.likelihood)
    assert found.mass == pytest.approx(1.0, abs=0.01)


def logistic_flow() -> None:
    flow = flow_of("logistic_flow")
    point, change = flow(torch.tensor([0.2], dtype=torch.float64))
    assert float(point) == pytest.approx(0.404609675191690, abs=1e-12)
    assert float(change) == pytest.approx(0.409210941759305, abs=1e-11)
    assert curve("logistic_flow")[1][-1] == pytest.approx([0.404609675191690], abs=1e-8)
    found = run("logistic_flow").readings[DensityLine]
    assert found.mass == pytest.approx(0.5 * (1.0 + math.erf(1.0 / (1.0 - math.exp(-1.0)) / 2.0**0.5)), abs=1e-3)
    x = found.x[:, -1]
    near = (x > -0.45) & (x < 3.0)
    base = math.e * x[near] / (1.0 + x[near] * (math.e - 1.0))
    exact = normal(base) * math.e / (1.0 + x[near] * (math.e - 1.0)) ** 2
    assert found.density[near, -1] == pytest.approx(exact, rel=1e-6)


def cubic_flow() -> None:
    point, change = flow_of("cubic_flow").inverse(torch.tensor([2.0], dtype=torch.float64))
    assert float(point) == pytest.approx(2.0 / 3.0, abs=1e-12)
    assert float(change) == pytest.approx(-3.29583686600433, abs=1e-11)
    assert curve("cubic_flow")[1][-1] == pytest.approx([2.0], abs=1e-7)
    found = run("cubic_flow").readings[DensityLine]
    assert found.mass == pytest.approx(1.0, abs=1e-6)
    assert found.round_trip < 1e-8
    for place in (0, 20, 40):
        x, k = found.x[:, place], 1.0 - found.times[place]
        base = x / np.sqrt(1.0 - 2.0 * k * x * x)
        assert found.density[:, place] == pytest.approx(normal(base) * (1.0 + 2.0 * k * base**2) ** 1.5, rel=1e-6)
    assert np.ptp(found.samples[:, -1]) < 2.0 / 2.0**0.5
    # two peaks, where 1 + 2 u^2 = 6
    peaks = (5.0 / 2.0) ** 0.5 / 6.0**0.5
    assert abs(found.x[found.density[:, -1].argmax(), -1]) == pytest.approx(peaks, abs=1e-3)


def trace_noise() -> None:
    found = run("trace_noise").readings[TraceEstimates]
    assert found.exact == pytest.approx(2.0, abs=1e-12)
    spread = {kind.name: kind.predicted**2 for kind in found.kinds}
    assert spread == {"gaussian": pytest.approx(73.0), "rademacher": pytest.approx(29.0)}
    for kind in found.kinds:
        assert kind.estimates.mean() == pytest.approx(2.0, abs=4.0 * kind.predicted / len(kind.estimates) ** 0.5)
        assert kind.estimates.std() == pytest.approx(kind.predicted, rel=0.1)
    _, change = flow_of("trace_noise")(torch.zeros(1, 4, dtype=torch.float64))
    assert float(change[0]) == pytest.approx(2.0 * 0.5, abs=1e-11)


def normal(z: np.ndarray) -> np.ndarray:
    return np.exp(-0.5 * z * z) / (2.0 * np.pi) ** 0.5


FLOWS: dict[str, Callable[[], None]] = {
    check.__name__: check for check in (cubic_flow, linear_flow, logistic_flow, trace_noise)
}
