"""Weights of cells: reproducible draws, the circular law, bounds that training keeps, matrices and files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from root_problems import tutorial_weights
from safetensors.torch import save_file

import core
from core.cells import LipschitzCell, MonotoneCell, ReluCell, SigmoidCell, TanhCell
from core.experiment_file_error import ExperimentFileError

DOUBLE = torch.float64
ROOT = Path(__file__).resolve().parents[2]


def radius(matrix: torch.Tensor) -> float:
    return float(torch.linalg.eigvals(matrix.detach()).abs().max())


def norm(matrix: torch.Tensor) -> float:
    return float(torch.linalg.matrix_norm(matrix.detach(), 2))


def test_a_seed_gives_the_numbers_of_the_formula() -> None:
    system = core.parse(
        "z <- tanh(W z + U x)\nz in R^7\nW = normal(7, 7, seed 4)*0.8/sqrt(7)\nU = normal(7, 2, seed 5)/sqrt(2)\n"
        "x = [0.3, -1]"
    )
    cell = TanhCell(7, 2, gain=0.8, seed=4, dtype=DOUBLE)
    with torch.no_grad():
        found = core.EquilibriumLayer(cell, solver="newton", tol=1e-13)(torch.tensor([[0.3, -1.0]], dtype=DOUBLE))
    assert found[0].numpy() == pytest.approx(core.solve(system, method="newton", tol=1e-13).z, abs=1e-12)
    assert torch.equal(TanhCell(7, 2, gain=0.8, seed=4, dtype=DOUBLE).W, cell.W)
    assert not torch.equal(TanhCell(7, 2, gain=0.8, seed=5, dtype=DOUBLE).W, cell.W)


@pytest.mark.parametrize("gain", [0.5, 1.0, 2.0])
def test_eigenvalues_fill_a_disc_with_the_gain_for_radius(gain: float) -> None:
    sizes = np.concatenate(
        [torch.linalg.eigvals(TanhCell(200, gain=gain, seed=seed, dtype=DOUBLE).W.detach()).abs() for seed in range(4)]
    )
    assert sizes.max() == pytest.approx(gain, rel=0.1)
    for share in (0.25, 0.5, 0.75):
        assert np.mean(sizes < share**0.5 * gain) == pytest.approx(share, abs=0.03)


def test_the_default_of_a_linear_layer() -> None:
    radii, norms = [], []
    for seed in range(150):
        W = TanhCell(50, gain=1.0, init="uniform", seed=seed, dtype=DOUBLE).W
        assert W.abs().max() <= 50.0**-0.5
        radii.append(radius(W))
        norms.append(norm(W))
    assert np.mean(radii) == pytest.approx(0.614, abs=0.006)
    assert np.mean(norms) == pytest.approx(2.0 / 3.0**0.5, rel=0.05)


@pytest.mark.parametrize("make", [TanhCell, ReluCell, SigmoidCell])
def test_a_matrix_is_rescaled_to_a_norm(make: type[TanhCell]) -> None:
    cell, plain = make(9, norm=0.7, dtype=DOUBLE), make(9, dtype=DOUBLE)
    assert norm(cell.W) == pytest.approx(0.7, rel=1e-14)
    factors = (cell.W / plain.W).detach().numpy()
    assert factors == pytest.approx(np.full((9, 9), factors[0, 0]), rel=1e-13)
    assert norm(make.from_weights(plain.W, norm=1.5).W) == pytest.approx(1.5, rel=1e-14)


@pytest.mark.parametrize("sigma", ["tanh", "relu"])
def test_a_lipschitz_cell_stays_below_its_bound_while_it_learns(sigma: str) -> None:
    torch.manual_seed(0)
    cell = LipschitzCell(8, 3, bound=0.6, sigma=sigma, dtype=DOUBLE)
    x = torch.randn(40, 3, dtype=DOUBLE)
    optimiser = torch.optim.Adam([cell.V], 0.3)

    def measured() -> float:
        a = torch.randn(400, 8, dtype=DOUBLE)
        b = a + 10.0 ** -torch.rand(400, 1, dtype=DOUBLE) * torch.randn(400, 8, dtype=DOUBLE)
        with torch.no_grad():
            change = cell(a, x[:1].expand(400, 3)) - cell(b, x[:1].expand(400, 3))
        return float((change.norm(dim=1) / (a - b).norm(dim=1)).max())

    first = cell.V.detach().clone()
    for _ in range(5):
        assert norm(cell.weight()) == pytest.approx(0.6, rel=1e-14)
        assert 0.2 < measured() <= 0.6 * (1.0 + 1e-12)
        z = core.EquilibriumLayer(cell, solver="picard", tol=1e-10, failure="raise")(x)
        optimiser.zero_grad()
        (z[:, :3] - x).square().mean().backward()
        optimiser.step()
    assert float((cell.V.detach() - first).norm()) > 0.5 * float(first.norm())


def test_the_golden_ratio_of_a_monotone_cell() -> None:
    cell = MonotoneCell.from_weights(np.zeros((2, 2)), [[0.0, 3.0], [0.0, 0.0]], b=[-1.5, 4.5], margin=1.5)
    assert cell.weight().tolist() == [[-0.5, 3.0], [-3.0, -0.5]]
    start = torch.zeros(1, 2, dtype=DOUBLE)
    picard = core.EquilibriumLayer(cell, solver="picard", failure="ignore")
    picard(z0=start)
    assert (picard.report.outcomes[0].name, picard.report.outcomes[0].period) == ("cycle", 3)
    layer = core.EquilibriumLayer(
        cell, solver="peaceman_rachford", alpha=11.25**-0.5, tol=1e-10, stop="step", failure="raise"
    )
    assert layer(z0=start)[0].tolist() == pytest.approx([1.0, 1.0], abs=1e-9)
    assert layer.report.iterations.tolist() == [50]


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.0, 3.0])
def test_a_monotone_cell_has_one_point_that_splitting_finds_from_anywhere(alpha: float) -> None:
    cell = MonotoneCell(6, 3, margin=0.4, dtype=DOUBLE)
    W = cell.weight().detach()
    symmetric = torch.eye(6, dtype=DOUBLE) - 0.5 * (W + W.T)
    assert torch.linalg.eigvalsh(symmetric).min() >= 0.4
    assert norm(W) > 1.5
    x = torch.tensor([[1.0, -2.0, 0.5]], dtype=DOUBLE).expand(5, 3)
    starts = torch.tensor(np.random.default_rng(0).normal(size=(5, 6)) * 5.0)
    layer = core.EquilibriumLayer(
        cell, solver="peaceman_rachford", alpha=alpha, tol=1e-10, iterations=3000, failure="raise"
    )
    with torch.no_grad():
        z = layer(x, z0=starts)
        newton = core.EquilibriumLayer(cell, solver="newton", tol=1e-12, failure="raise")(x[:1])
    assert (z - newton).abs().max() < 1e-8


def test_picards_method_fails_where_splitting_is_sure() -> None:
    cell = MonotoneCell(6, 3, margin=0.4, gain=2.0, dtype=DOUBLE)
    x = torch.tensor(np.random.default_rng(1).normal(size=(5, 3)))
    with torch.no_grad():
        picard = core.EquilibriumLayer(cell, solver="picard", failure="ignore")
        picard(x)
        core.EquilibriumLayer(cell, solver="peaceman_rachford", alpha=0.3, iterations=3000, failure="raise")(x)
        core.EquilibriumLayer(cell, solver="forward_backward", alpha=0.01, iterations=9000, failure="raise")(x)
    assert not any(outcome.success for outcome in picard.report.outcomes)


def test_the_tutorials_layer_from_its_matrices() -> None:
    W, x = tutorial_weights(0)
    cell = TanhCell.from_weights(W)
    assert cell.U is None
    with torch.no_grad():
        z = core.EquilibriumLayer(cell, solver="newton", tol=1e-13)(torch.tensor(x[None]))
    assert z[0, :3].tolist() == pytest.approx([0.006494103677614, -0.7015949556646, -0.98471503073893], abs=1e-12)


def test_weights_from_a_file_are_those_that_were_saved(tmp_path: Path) -> None:
    torch.manual_seed(3)
    for cell, make in ((TanhCell(4, 2), TanhCell), (MonotoneCell(3, dtype=DOUBLE), MonotoneCell)):
        torch.nn.init.normal_(cell.b)
        save_file(cell.state_dict(), tmp_path / "cell.safetensors")
        found = make.from_file(tmp_path / "cell.safetensors")
        assert found.state_dict().keys() == cell.state_dict().keys()
        assert all(torch.equal(value, cell.state_dict()[key]) for key, value in found.state_dict().items())
        assert {value.dtype for value in found.state_dict().values()} == {cell.b.dtype}
    with pytest.raises(ValueError, match=r"cell\.safetensors holds A, B, b, and a TanhCell has W, U, b"):
        TanhCell.from_file(tmp_path / "cell.safetensors")
    with pytest.raises(ExperimentFileError, match="is not a file"):
        TanhCell.from_file(tmp_path / "none.safetensors")
    save_file({"V": torch.randn(3, 3)}, tmp_path / "one.safetensors")
    assert norm(LipschitzCell.from_file(tmp_path / "one.safetensors", bound=0.3).weight()) == pytest.approx(0.3)


def test_given_matrices_are_copied_and_checked() -> None:
    W = torch.eye(3)
    cell = TanhCell.from_weights(W, np.ones((3, 2)), [1, 2, 3])
    W[0, 0] = 9.0
    assert cell.W[0, 0] == 1.0
    assert {parameter.dtype for parameter in cell.parameters()} == {torch.float32}
    assert all(parameter.requires_grad for parameter in cell.parameters())
    for matrices, sentence in (
        ((np.ones((2, 3)),), "W must have the shape 2 x 2, not 2 x 3"),
        ((np.ones(3),), "W must have the shape any x any, not 3"),
        ((np.eye(3), np.ones((2, 3))), "U must have the shape 3 x any, not 2 x 3"),
        ((np.eye(3), None, np.ones(2)), "b must have the shape 3, not 2"),
        ((np.full((2, 2), np.nan),), "W must hold real, finite numbers"),
        ((1j * np.eye(2),), "W must hold real, finite numbers"),
    ):
        with pytest.raises(ValueError, match=sentence):
            TanhCell.from_weights(*matrices)
    with pytest.raises(ValueError, match="V is 0"):
        LipschitzCell.from_weights(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="B must have the shape 2 x 2, not 3 x 3"):
        MonotoneCell.from_weights(np.eye(2), np.eye(3))


def test_naming_the_cells_imports_no_torch() -> None:
    code = "import core, sys\ncore.cells\nprint([m for m in ('torch', 'numpy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
