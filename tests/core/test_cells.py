"""Every cell as an implicit layer: one fixed point by different solvers, exact gradients, rows apart, and learning."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

import core
from core.cells import (
    AttentionCell,
    Cell,
    ConvolutionalCell,
    LipschitzCell,
    MonotoneCell,
    NormalisedResidualCell,
    ReluCell,
    ResidualCell,
    SigmoidCell,
    TanhCell,
)

DOUBLE = torch.float64
CELLS: dict[str, tuple[Callable[[torch.dtype], Cell], int]] = {
    "tanh": (lambda dtype: TanhCell(6, 3, gain=0.7, dtype=dtype), 3),
    "tanh, uniform": (lambda dtype: TanhCell(6, init="uniform", dtype=dtype), 6),
    "relu": (lambda dtype: ReluCell(6, 3, gain=0.5, dtype=dtype), 3),
    "sigmoid": (lambda dtype: SigmoidCell(6, 3, gain=2.0, dtype=dtype), 3),
    "lipschitz": (lambda dtype: LipschitzCell(6, 3, bound=0.8, dtype=dtype), 3),
    "lipschitz relu": (lambda dtype: LipschitzCell(6, 3, bound=0.8, sigma="relu", dtype=dtype), 3),
    "monotone": (lambda dtype: MonotoneCell(6, 3, dtype=dtype), 3),
    "residual": (lambda dtype: ResidualCell(4, 8, 3, dtype=dtype), 3),
    "normalised": (lambda dtype: NormalisedResidualCell(8, 10, 3, dtype=dtype), 3),
    "convolutional": (lambda dtype: ConvolutionalCell(2, 3, 4, 4, groups=2, dtype=dtype), 24),
    "attention": (lambda dtype: AttentionCell(3, 2, dtype=dtype), 6),
}

CAREFUL = {"normalised": ("broyden", 1e-3, 0.01), "convolutional": ("anderson", 1e-2, 0.003)}
"""Cells with norms and kinks: solver, tolerance and learning rate with which every sample is solved at every step."""


def batch(rows: int, inputs: int, dtype: torch.dtype = DOUBLE) -> torch.Tensor:
    return torch.tensor(np.random.default_rng(1).normal(size=(rows, inputs)), dtype=dtype)


def made(name: str, dtype: torch.dtype = DOUBLE) -> tuple[Cell, int]:
    make, inputs = CELLS[name]
    return make(dtype), inputs


@pytest.mark.parametrize("name", CELLS)
def test_two_solvers_find_the_same_point(name: str) -> None:
    cell, inputs = made(name)
    x = batch(3, inputs)
    with torch.no_grad():
        newton, anderson = (
            core.EquilibriumLayer(cell, solver=solver, tol=1e-12, failure="raise")(x)
            for solver in ("newton", "anderson")
        )
        assert (cell(newton, x) - newton).abs().max() < 1e-11
    assert newton.shape == (3, cell.size)
    assert (newton - anderson).abs().max() < 1e-9
    assert newton.abs().max() > 0.1


@pytest.mark.parametrize("name", CELLS)
def test_gradients_are_those_of_central_differences(name: str) -> None:
    cell, inputs = made(name)
    x = batch(2, inputs).requires_grad_()
    layer = core.EquilibriumLayer(cell, solver="newton", tol=1e-13, failure="raise")
    assert torch.autograd.gradcheck(lambda x, *_: layer(x), (x, *cell.parameters()), atol=1e-6, fast_mode=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("name", CELLS)
def test_no_row_has_a_part_in_another(name: str, dtype: torch.dtype) -> None:
    cell, inputs = made(name, dtype)
    x, z = batch(5, inputs, dtype), batch(5, cell.size, dtype)
    with torch.no_grad():
        whole = cell(z, x)
        assert whole.dtype == dtype
        x[3], z[1] = float("nan"), float("inf")
        broken = cell(z, x)
        assert torch.equal(broken[[0, 2, 4]], whole[[0, 2, 4]])
        alone = cell(z[2:3], x[2:3])
    assert (alone[0] - whole[2]).abs().max() <= 32 * torch.finfo(dtype).eps * whole[2].abs().max()


@pytest.mark.parametrize("name", CELLS)
def test_float32_is_float64_rounded(name: str) -> None:
    narrow, wide = made(name, torch.float32)[0], made(name)[0]
    assert all(parameter.dtype == torch.float32 for parameter in narrow.parameters())
    state = {key: value.float() for key, value in wide.state_dict().items()}
    assert all(torch.equal(value, state[key]) for key, value in narrow.state_dict().items())


@pytest.mark.parametrize("name", CELLS)
def test_it_learns(name: str) -> None:
    torch.manual_seed(0)
    cell, inputs = made(name, torch.float32)
    x = batch(24, inputs, torch.float32)
    target = torch.tanh(x[:, :1] - x[:, 1:2])
    solver, tol, rate = CAREFUL.get(name, ("anderson", 1e-3, 0.03))
    layer = core.EquilibriumLayer(cell, solver=solver, tol=tol, failure="raise")
    network = torch.nn.Sequential(layer, torch.nn.Linear(cell.size, 1))
    before = {key: value.clone() for key, value in cell.state_dict().items()}
    optimiser = torch.optim.Adam(network.parameters(), rate)
    losses = []
    for _ in range(12):
        optimiser.zero_grad()
        loss = (network(x) - target).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
    assert all(not torch.equal(value, before[key]) for key, value in cell.state_dict().items())
    assert {f"cell.{key}" for key in before} == set(layer.state_dict())


def test_formulas_of_the_affine_cells() -> None:
    z, x = batch(4, 6), batch(4, 3) + 0.5
    for cell, sigma in (
        (TanhCell(6, 3, dtype=DOUBLE), np.tanh),
        (ReluCell(6, 3, dtype=DOUBLE), lambda h: np.maximum(h, 0.0)),
        (SigmoidCell(6, 3, dtype=DOUBLE), lambda h: 1.0 / (1.0 + np.exp(-h))),
    ):
        torch.nn.init.uniform_(cell.b)
        W, U, b = (parameter.detach().numpy() for parameter in (cell.W, cell.U, cell.b))
        expected = sigma(z.numpy() @ W.T + x.numpy() @ U.T + b)
        assert cell(z, x).detach().numpy() == pytest.approx(expected, abs=1e-14)
        assert cell(z).detach().numpy() == pytest.approx(sigma(z.numpy() @ W.T + b), abs=1e-14)


def test_a_residual_cell_has_the_fixed_points_of_its_network_whatever_the_step() -> None:
    cell, x = ResidualCell(4, 8, 3, h=1.0, dtype=DOUBLE), batch(1, 3)
    with torch.no_grad():
        z = core.EquilibriumLayer(cell, solver="newton", tol=1e-13)(x)
        W1, W2, U = (parameter.numpy() for parameter in (cell.W1, cell.W2, cell.U))
        slope = 1.0 - np.tanh(W1 @ z[0].numpy() + U @ x[0].numpy()) ** 2
        eigenvalues = np.linalg.eigvals(W2 @ np.diag(slope) @ W1)
        for h in (0.2, 0.5, 1.3):
            cell.h = h
            assert (cell(z, x) - z).abs().max() < 1e-12
            found = np.linalg.eigvals(torch.func.jacrev(lambda at: cell(at[None], x)[0])(z[0]).numpy())
            expected = 1.0 - h * (1.0 - eigenvalues)
            assert np.sort_complex(found) == pytest.approx(np.sort_complex(expected), abs=1e-12)


def test_a_normalised_cell_gives_rows_of_mean_0_and_variance_1() -> None:
    cell = NormalisedResidualCell(8, 10, 3, dtype=DOUBLE)
    z, x = batch(3, 8), batch(3, 3)
    W1, W2, U = (parameter.detach().numpy() for parameter in (cell.W1, cell.W2, cell.U))

    def norm(a: np.ndarray) -> np.ndarray:
        centred = a - a.mean(axis=1, keepdims=True)
        return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5)

    inside = norm(np.maximum(z.numpy() @ W1.T, 0.0))
    expected = norm(np.maximum(z.numpy() + norm(x.numpy() @ U.T + inside @ W2.T), 0.0))
    assert cell(z, x).detach().numpy() == pytest.approx(expected, abs=1e-12)


def test_a_convolutional_cell_of_one_pixel_is_the_cell_for_vectors() -> None:
    images, vectors = ConvolutionalCell(8, 1, 1, 10, dtype=DOUBLE), NormalisedResidualCell(8, 10, dtype=DOUBLE)
    with torch.no_grad():
        images.kernel1[:, :, 1, 1], images.kernel2[:, :, 1, 1] = vectors.W1, vectors.W2
    z, x = batch(3, 8), batch(3, 8)[[1, 2, 0]]
    assert torch.allclose(images(z, x), vectors(z, x), atol=1e-13)


def test_attention_mixes_along_the_keys() -> None:
    cell, z = AttentionCell(5, 4, gain=1.0, dtype=DOUBLE), batch(2, 20)
    Z = z.numpy().reshape(2, 5, 4)
    Q, K, V = (Z @ weight.detach().numpy().T for weight in (cell.WQ, cell.WK, cell.WV))
    scores = np.exp(Q @ K.transpose(0, 2, 1) / 2.0)
    P = scores / scores.sum(axis=2, keepdims=True)
    with torch.no_grad():
        assert cell.mixture(z).numpy() == pytest.approx(P, abs=1e-14)
        assert cell.mixture(z).sum(2).numpy() == pytest.approx(np.ones((2, 5)), abs=1e-14)
        answer = cell(z).numpy().reshape(2, 5, 4)
        assert answer == pytest.approx(P @ V, abs=1e-13)
        assert (answer <= V.max(axis=1, keepdims=True)).all()
        assert (answer >= V.min(axis=1, keepdims=True)).all()
        assert torch.equal(cell(z, z), cell(z) + z)
        swapped = z.reshape(2, 5, 4)[:, [3, 1, 0, 4, 2]].reshape(2, 20)
        assert cell(swapped).reshape(2, 5, 4).numpy() == pytest.approx(answer[:, [3, 1, 0, 4, 2]], abs=1e-14)
        assert torch.isfinite(cell(1e4 * z)).all()


def test_what_does_not_fit_is_named() -> None:
    for make, sentence in (
        (lambda: TanhCell(0), "whole number of at least 1, not 0"),
        (lambda: TanhCell(3, init="xavier"), "init must be one of normal, uniform"),
        (lambda: TanhCell(3, norm=0.0), "norm of W must be above 0"),
        (lambda: TanhCell(3, gain=0.0, norm=1.0), "W is 0"),
        (lambda: LipschitzCell(3, bound=0.0), "Lipschitz bound must be above 0"),
        (lambda: LipschitzCell(3, sigma="elu"), "sigma must be one of relu, tanh"),
        (lambda: MonotoneCell(3, margin=-1.0), "margin m of a monotone cell must be above 0"),
        (lambda: ResidualCell(3, h=0.0), "step h of a residual cell must be above 0"),
        (lambda: ConvolutionalCell(1, 4, 4, kernel=2), "kernel's length must be odd"),
    ):
        with pytest.raises(ValueError, match=sentence):
            make()
    with pytest.raises(AttributeError, match=r"core\.cells has no public name 'TanCell'"):
        _ = core.cells.TanCell
    assert "bound=0.5, sigma=tanh" in repr(LipschitzCell(3, bound=0.5))
