"""Networks of K equal layers beside the implicit layer: closed forms, the tutorial's numbers, and what is said else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

import core
from core import presets
from core.analysis.depth_errors import DEEPEST, depth_errors
from core.cells import NormalisedResidualCell, TanhCell
from core.experiment import GradientChoice
from core.formula_map import FormulaMap
from core.readings import DepthErrors
from core.request import Request
from core.runner import frames

W, X = 0.6, 0.8
LINEAR = FormulaMap(core.parse(f"z <- w*z + x\nw = {W}\nx = {X}"))


def probed(name: str, values: dict[str, float] | None = None, **choice: object) -> DepthErrors:
    experiment, _ = presets.load_preset(name)
    experiment = replace(experiment, values=values or {}, gradient=GradientChoice(**choice))  # type: ignore[arg-type]
    *_, frame = frames(Request(experiment, frozenset({DepthErrors})))
    assert frame.error is None, frame.traceback
    return frame.readings[DepthErrors]


def test_a_linear_layer_in_closed_form() -> None:
    # z_K = x (1 - w^K)/(1 - w): dz_K/dx is off by w^K, dz_K/dw by w^K + K w^(K-1) (1 - w)
    z = X / (1.0 - W)
    by_x, by_w = (depth_errors(LINEAR, np.array([z]), np.zeros(1), wrt=name) for name in "xw")
    k = np.arange(len(by_x.distance))
    assert 60 < len(k) < DEEPEST
    assert by_x.distance == pytest.approx(z * W**k, abs=1e-14)
    assert by_x.gradient_error == pytest.approx(W**k, abs=1e-14)
    assert by_w.gradient_error == pytest.approx(W**k + k * W ** (k - 1.0) * (1.0 - W), abs=1e-14)
    assert (by_x.radius, by_x.note) == (pytest.approx(W), "")


@pytest.mark.parametrize(("k", "error"), [(5, 0.0530584), (10, 3.23611e-3), (20, 1.05532e-4), (40, 9.70747e-8)])
def test_the_tutorials_layer(k: int, error: float) -> None:
    found = probed("tutorial_stream_0", wrt="x")
    assert found.gradient_error[k] == pytest.approx(error, rel=2e-5)
    assert found.radius == pytest.approx(0.66914320, abs=1e-8)


def test_the_gradient_lags_behind_the_output() -> None:
    """|g_K - g| / |z_K - z*| grows by the same amount per layer: K rho^K against rho^K."""
    found = probed("neuron", {"w": 0.5, "x": 0.3})
    quotients = (found.gradient_error / found.distance)[10:26]
    assert np.diff(quotients) == pytest.approx(np.full(15, np.diff(quotients).mean()), rel=1e-2)
    assert np.diff(quotients).mean() > 0.1
    assert found.distance[20] / found.distance[19] == pytest.approx(0.374583710146520, rel=1e-4)


def test_depths_are_those_of_separate_backward_passes() -> None:
    cell, x = (
        TanhCell(5, 2, gain=0.8, dtype=torch.float64),
        torch.tensor([[9.0, 9.0], [0.4, -0.7]], dtype=torch.float64),
    )
    mapping = core.layer(cell, 5, x=x)
    z = core.solve(mapping, method="newton", tol=1e-13).z[1]
    found = depth_errors(mapping, z, np.full(5, 0.1), 1, "half_square", sample=1)

    def gradient(depth: int) -> torch.Tensor:
        own = x[1:].clone().requires_grad_()
        at = torch.full((1, 5), 0.1, dtype=torch.float64)
        for _ in range(depth):
            at = cell(at, own)
        return torch.autograd.grad(0.5 * at.square().sum(), own)[0]

    exact = gradient(400)
    for depth in (1, 2, 7, 15):
        expected = float((gradient(depth) - exact).norm() / exact.norm())
        assert found.gradient_error[depth] == pytest.approx(expected, rel=1e-7)
    assert (found.sample, found.note) == (1, "")
    assert found.at == pytest.approx(z, abs=1e-12)


def test_an_operation_without_a_batch_of_gradients_is_no_obstacle() -> None:
    class Own(torch.autograd.Function):
        @staticmethod
        def forward(_: object, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
            return 0.5 * z + x

        @staticmethod
        def backward(_: object, v: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            assert float(v.abs().max()) >= 0.0  # asks for a number, which a batch does not have
            return 0.5 * v, v

    mapping = core.layer(lambda z, x: Own.apply(z, x), 2, x=[[1.0, 2.0]])
    found = depth_errors(mapping, np.array([2.0, 4.0]), np.zeros(2))
    assert found.gradient_error[:20] == pytest.approx(0.5 ** np.arange(20), abs=1e-14)


def test_layers_that_lead_elsewhere_are_told() -> None:
    # z = z^2 + x: the larger root repels
    mapping = FormulaMap(core.parse("z <- z^2 + x\nx = -0.2"))
    upper = 0.5 + 0.45**0.5
    found = depth_errors(mapping, np.array([upper]), np.array([1.0]))
    assert found.note == "the layers lead elsewhere: not to the fixed point that the solver found"
    assert found.radius == pytest.approx(2.0 * upper)
    away = depth_errors(mapping, np.array([upper]), np.array([3.0]))
    assert 3 < len(away.distance) < 20
    assert np.isfinite(away.distance).all()


def test_without_an_equilibrium_there_is_nothing_to_compare() -> None:
    found = depth_errors(LINEAR, np.array([1.0]), np.zeros(1), converged=False)
    assert (len(found.distance), len(found.gradient_error)) == (0, 0)
    assert found.note.startswith("the solver did not reach a fixed point")
    never = depth_errors(FormulaMap(core.parse("z <- z + exp(z) + x\nx = 1")), np.zeros(1), np.zeros(1))
    assert never.note.startswith("no fixed point is near")


def test_a_start_at_the_fixed_point_has_one_depth() -> None:
    z = np.array([X / (1.0 - W)])
    found = depth_errors(LINEAR, z, z)
    assert len(found.distance) == 1
    assert found.distance[0] < 1e-14
    assert found.gradient_error.tolist() == [1.0]


def test_a_gradient_that_is_rounding_is_told() -> None:
    """The components of a normalised layer always sum to 0."""
    found = probed("normalised_residual", wrt="gain")
    assert found.note.startswith("the gradient is 0 but for rounding")
    assert not np.isfinite(found.gradient_error).any()
    cell = NormalisedResidualCell(4, dtype=torch.float64)
    assert float(cell(torch.randn(1, 4, dtype=torch.float64)).detach().sum()) == pytest.approx(0.0, abs=1e-14)
