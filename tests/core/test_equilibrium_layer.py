"""An implicit layer as a torch module: its solution, its gradients, and what it says when there is none."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
import torch
from root_problems import tutorial_weights

import core
from core.gradient_methods.unrolled import Unrolled
from core.root_solvers.newton import Newton


class Tanh(torch.nn.Module):
    """z = tanh(W z + U x + b)."""

    def __init__(self, n: int = 4, inputs: int = 3, dtype: torch.dtype = torch.float64) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(0)
        self.W = torch.nn.Parameter(0.4 * torch.randn(n, n, generator=random, dtype=dtype) / n**0.5)
        self.U = torch.nn.Parameter(torch.randn(n, inputs, generator=random, dtype=dtype))
        self.b = torch.nn.Parameter(torch.zeros(n, dtype=dtype))

    def forward(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(z @ self.W.T + x @ self.U.T + self.b)


def batch(rows: int = 5, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(rows, 3, generator=torch.Generator().manual_seed(1), dtype=dtype)


def test_the_tutorials_layer() -> None:
    weights, bias = (torch.tensor(array) for array in tutorial_weights(0))
    layer = core.EquilibriumLayer(lambda z, x: torch.tanh(z @ weights.T + x), tol=1e-12)
    z = layer(bias[None])
    assert z[0, :3].tolist() == pytest.approx([0.006494103677614, -0.7015949556646, -0.98471503073893], abs=1e-11)
    assert str(layer.report.outcomes[0]).startswith("converged")
    assert layer.report.residual[0] < 1e-11


@pytest.mark.parametrize("solver", ["picard", "anderson", "newton", Newton()])
def test_the_gradients_are_those_of_the_implicit_function_theorem(solver: object) -> None:
    cell, x = Tanh(), batch().requires_grad_()
    layer = core.EquilibriumLayer(cell, 4, solver=solver, tol=1e-13)
    assert torch.autograd.gradcheck(lambda x, *_: layer(x), (x, *cell.parameters()), atol=1e-7)
    layer(x).sum().backward()
    assert layer.report.backward.residual < 1e-12


def test_every_method_of_the_catalogue_differentiates_it() -> None:
    cell, x = Tanh(), batch()
    exact = torch.autograd.grad(core.EquilibriumLayer(cell, 4, tol=1e-12, gradient="implicit")(x).sum(), cell.W)[0]
    errors = {}
    for gradient in ("implicit", "unrolled", "jacobian_free", Unrolled(k=60)):
        layer = core.EquilibriumLayer(cell, 4, tol=1e-12, gradient=gradient)
        (found,) = torch.autograd.grad(layer(x).sum(), cell.W)
        errors[getattr(gradient, "name", gradient) + str(getattr(gradient, "k", ""))] = float((found - exact).norm())
    assert errors["implicit"] == 0.0
    assert errors["unrolled60"] < 1e-9 < errors["unrolled"] < errors["jacobian_free"]


def test_it_learns() -> None:
    torch.manual_seed(0)
    cell, x = Tanh(dtype=torch.float32), batch(32, torch.float32)
    target = torch.tanh(x[:, :1] - x[:, 1:2])
    network = torch.nn.Sequential(core.EquilibriumLayer(cell, 4, tol=1e-5), torch.nn.Linear(4, 1))
    optimiser = torch.optim.Adam(network.parameters(), 0.02)
    losses = []
    for _ in range(60):
        optimiser.zero_grad()
        loss = (network(x) - target).square().mean()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    assert losses[-1] < 0.1 * losses[0]
    assert {name for name, _ in network[0].named_parameters()} == {"cell.W", "cell.U", "cell.b"}


def test_the_tape_does_not_grow_with_the_iterations() -> None:
    cell, x = Tanh(), batch()

    def kept(tol: float) -> int:
        sizes = []
        with torch.autograd.graph.saved_tensors_hooks(lambda t: sizes.append(t.numel()) or t, lambda t: t):
            layer = core.EquilibriumLayer(cell, 4, solver="picard", tol=tol)
            layer(x)
        iterations.append(int(layer.report.iterations.max()))
        return sum(sizes)

    iterations: list[int] = []
    assert kept(1e-2) == kept(1e-12)
    assert iterations[1] > 3 * iterations[0]


def test_without_gradients_nothing_is_kept() -> None:
    layer = core.EquilibriumLayer(Tanh(), 4)
    with torch.no_grad():
        assert not layer(batch()).requires_grad
    frozen = Tanh().requires_grad_(False)
    assert not core.EquilibriumLayer(frozen, 4)(batch()).requires_grad


def test_a_warm_start_begins_where_it_is_told() -> None:
    layer = core.EquilibriumLayer(Tanh(), 4, solver="picard", tol=1e-8)
    z = layer(batch()).detach()
    assert layer.report.iterations.min() > 3
    assert torch.allclose(layer(batch(), z0=z), z, atol=1e-7)
    assert layer.report.iterations.max() <= 1


def test_a_cell_without_data_is_solved_from_starts() -> None:
    layer = core.EquilibriumLayer(torch.cos, 1, tol=1e-12)
    z = layer(z0=torch.tensor([[1.0], [0.2]], dtype=torch.float64))
    assert z.ravel().tolist() == pytest.approx([0.7390851332151607] * 2, abs=1e-11)
    with pytest.raises(TypeError, match="called with x, or with starts"):
        layer()


def test_samples_without_a_fixed_point_are_told() -> None:
    def drifts(z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.where(x > 0.0, z + 1.0, 0.5 * z)

    x = torch.tensor([[-1.0], [1.0], [-2.0]])
    layer = core.EquilibriumLayer(drifts, 1, solver="picard", iterations=40)
    with pytest.warns(core.EquilibriumWarning, match="1 of 3 samples found no fixed point; sample 1 used up"):
        layer(x)
    assert [outcome.success for outcome in layer.report.outcomes] == [True, False, True]
    with pytest.raises(core.EquilibriumError, match="1 of 3 samples"):
        core.EquilibriumLayer(drifts, 1, solver="picard", iterations=40, failure="raise")(x)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        core.EquilibriumLayer(drifts, 1, solver="picard", iterations=40, failure="ignore")(x)


def test_a_singular_fixed_point_has_no_silent_gradient() -> None:
    class Flat(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.shift = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))

        def forward(self, z: torch.Tensor) -> torch.Tensor:
            return z + self.shift * z

    layer = core.EquilibriumLayer(Flat(), 1, solver="picard")
    z = layer(z0=torch.ones(1, 1, dtype=torch.float64))
    with pytest.warns(core.EquilibriumWarning, match="singular"):
        z.sum().backward()


def test_what_does_not_fit_is_named() -> None:
    with pytest.raises(ValueError, match=r"no root solver 'andersen'.*anderson"):
        core.EquilibriumLayer(Tanh(), solver="andersen")
    with pytest.raises(TypeError, match=r"no option 'memry'.*memory"):
        core.EquilibriumLayer(Tanh(), solver="anderson", memry=3)
    with pytest.raises(ValueError, match=r"no gradient method 'implcit' of a fixed point.*implicit"):
        core.EquilibriumLayer(Tanh(), gradient="implcit")
    with pytest.raises(ValueError, match="failure must be one of"):
        core.EquilibriumLayer(Tanh(), failure="shout")
    with pytest.raises(TypeError, match="made already"):
        core.EquilibriumLayer(Tanh(), solver=Newton(), memory=3)
    with pytest.raises(ValueError, match="relu"):
        core.EquilibriumLayer(Tanh(), 4, solver="peaceman_rachford")(batch())
    assert "solver=newton, gradient=adjoint_auto" in repr(core.EquilibriumLayer(Tanh(), solver="newton"))


def test_a_sample_is_the_same_alone_and_in_a_batch() -> None:
    cell, x = Tanh(), batch(7)
    layer = core.EquilibriumLayer(cell, 4, tol=1e-9)
    whole, iterations = layer(x), layer.report.iterations
    alone = layer(x[3:4])
    assert torch.equal(alone[0], whole[3])
    assert layer.report.iterations[0] == iterations[3]
    assert np.ptp(iterations) > 0
