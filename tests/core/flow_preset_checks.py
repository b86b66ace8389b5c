"""The numbers that flows of densities are known for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from preset_runs import curve, run

import core
from core.presets import load_preset
from core.readings import ModelDensity

FINE = {"rtol": 1e-12, "atol": 1e-13, "method": "dop853"}


def flow_of(name: str) -> core.ContinuousFlow:
    return core.ContinuousFlow(core.parse(load_preset(name)[0].text), **FINE)


def log_density(name: str, *point: float) -> float:
    return float(flow_of(name).log_prob(torch.tensor(point, dtype=torch.float64)))


def linear_flow() -> None:
    assert log_density("linear_flow", 0.0, 0.0) == pytest.approx(-1.43787706640934, abs=1e-12)
    known = np.array([[-0.46500932267946, 0.77324867464527], [-0.77324867464527, -0.15570985282135]])
    points, change = flow_of("linear_flow").inverse(torch.eye(2, dtype=torch.float64))
    assert points.numpy().T == pytest.approx(known, abs=1e-10)
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


FLOWS: dict[str, Callable[[], None]] = {check.__name__: check for check in (linear_flow,)}
