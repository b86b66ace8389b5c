"""Gradients on the processor and on a CUDA card agree. Needs torch, numpy and pytest alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.budget import Budget
from core.catalogue import gradient_methods, integrator, tableau
from core.dense_output import DenseOutput
from core.follow import follow
from core.gradient_method import Backward, SolvedLayer, SolvedTrajectory
from core.saved_memory import measured_memory
from core.step_controllers.proportional_integral import ProportionalIntegral
from core.torch_adjoint import torch_flow
from core.unrolled_layers import unroll
from core.vector_jacobian import Inputs

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here"),
]

PRECISION = {"float64": 1e-9, "float32": 2e-4}
ADAPTIVE = {"float64": 1e-6, "float32": 2e-2}
"""Of a method that chooses steps itself: where one is accepted here and rejected there, tolerances count."""


def layer(device: str, dtype: str) -> tuple[SolvedLayer, Inputs]:
    """A contractive tanh layer of 40 components, 7 samples, solved by Picard's method."""
    random = np.random.default_rng(0)
    kind = {"device": device, "dtype": getattr(torch, dtype)}
    inputs = {
        "W": torch.tensor(random.normal(size=(40, 40)) * 0.5 / np.sqrt(40), **kind),
        "x": torch.tensor(random.normal(size=(7, 40)), **kind),
        "gain": torch.tensor(0.9, **kind),
    }

    def f(z: torch.Tensor, known: Inputs | None) -> torch.Tensor:
        known = {**inputs, **(known or {})}
        return torch.tanh(known["gain"] * z @ known["W"].T + known["x"])

    start = torch.zeros(7, 40, **kind)
    path = [start]
    for _ in range(100):
        path.append(f(path[-1], None))
    return SolvedLayer(f, path[-1], start, torch.stack(path)), inputs


def trajectory(device: str, dtype: str) -> tuple[SolvedTrajectory, Inputs]:
    """Three Lorenz trajectories, to t = 0.5."""
    kind = {"device": device, "dtype": getattr(torch, dtype)}
    inputs = {"s": torch.tensor(10.0, **kind), "r": torch.tensor(28.0, **kind)}

    def f(_t: torch.Tensor, z: torch.Tensor, known: Inputs) -> torch.Tensor:
        x, y, z3 = z.unbind(1)
        return torch.stack([known["s"] * (y - x), x * (known["r"] - z3) - y, x * y - 8 / 3 * z3], dim=1)

    method, controller = tableau("dopri5"), ProportionalIntegral(1e-5, 1e-8)
    start = torch.tensor([[1.0, 1.0, 1.0], [2.0, 0.0, 20.0], [-3.0, 1.0, 15.0]], **kind)
    # both devices take the steps that the processor chose: adaptive steps differ in the last digits
    host = start.cpu().double()
    host_inputs = {name: value.cpu().double() for name, value in inputs.items()}
    run = follow(lambda t, z: f(t, z, host_inputs), host, (0.0, 0.5), method, controller, Budget())
    rows = [np.append(0.0, run.steps.t1[run.steps.sample == sample]) for sample in range(3)]
    longest = max(map(len, rows))
    times = np.stack([np.append(row, np.full(longest - len(row), row[-1])) for row in rows])
    dense = DenseOutput(method, host.numpy(), (0.0, 0.5))
    dense.add(run.steps)
    solve = SolvedTrajectory(
        f, start, (0.0, 0.5), None, times, run.end.to(start), method, controller, torch_flow(f), Budget(), dense
    )
    return solve, inputs


def found(name: str, device: str, dtype: str) -> tuple[Backward, int]:
    method = gradient_methods()[name]()
    solve, inputs = layer(device, dtype) if method.about == "fixed point" else trajectory(device, dtype)
    if name == "reversible":  # of its own methods alone, and not so far that rounding grows
        times, method_of_steps = np.tile(np.linspace(0.0, 0.1, 41), (3, 1)), integrator("reversible_heun")
        solve = replace(solve, span=(0.0, 0.1), times=times, method=method_of_steps)
    with measured_memory() as memory:
        return method.backward(solve, lambda z: z, inputs), memory.peak


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", list(gradient_methods()))
def test_every_method_agrees_with_the_processor(name: str, dtype: str) -> None:
    (there, there_bytes), (here, here_bytes) = found(name, "cuda", dtype), found(name, "cpu", "float64")
    adapts = name in ("backsolve", "interpolating", "quadrature")
    precision = (ADAPTIVE if adapts else PRECISION)[dtype]
    scale = 1.0 if dtype == "float64" else 0.5
    assert there_bytes == pytest.approx(scale * here_bytes, rel=0.2)  # indices and times keep their size
    for key, gradient in there.grads.items():
        assert gradient.device.type == "cuda"
        wanted = here.grads[key].numpy()
        error = np.abs(gradient.double().cpu().numpy() - wanted).max()
        assert error <= precision * max(1.0, np.abs(wanted).max()), key


def test_the_unrolled_layers_agree() -> None:
    cotangents = []
    for device in ("cpu", "cuda"):
        solve, inputs = layer(device, "float64")
        layers = unroll(solve.f, solve.z, 12, lambda z: z, inputs)
        assert layers.cotangents.device.type == device
        cotangents.append(layers.cotangents.cpu().numpy())
    assert cotangents[1] == pytest.approx(cotangents[0], rel=1e-9, abs=1e-12)
