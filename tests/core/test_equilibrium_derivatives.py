"""Second and higher derivatives through an equilibrium layer, against differences, mpmath and closed forms."""

from __future__ import annotations

import mpmath
import pytest
import torch

import core
from core import catalogue
from core.gradient_method import FixedPointGradient
from core.gradient_methods.adjoint_gmres import AdjointGMRES
from core.gradient_methods.unrolled import Unrolled

METHODS = {
    name: method for name, method in catalogue.gradient_methods().items() if issubclass(method, FixedPointGradient)
}
EXACT = [name for name, method in METHODS.items() if method.exact]


class Neuron(torch.nn.Module):
    """z = tanh(w z + x)."""

    def __init__(self, w: float) -> None:
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor(w, dtype=torch.float64))

    def forward(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.w * z + x)


class Cell(torch.nn.Module):
    """z = tanh(W z + U x)."""

    def __init__(self, n: int = 2, inputs: int = 1) -> None:
        super().__init__()
        random = torch.Generator().manual_seed(0)
        self.W = torch.nn.Parameter(0.4 * torch.randn(n, n, generator=random, dtype=torch.float64))
        self.U = torch.nn.Parameter(torch.randn(n, inputs, generator=random, dtype=torch.float64))

    def forward(self, z: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(z @ self.W.T + x @ self.U.T)


def layer(cell: torch.nn.Module, n: int, gradient: object = "implicit") -> core.EquilibriumLayer:
    return core.EquilibriumLayer(cell, n, solver="newton", gradient=gradient, tol=1e-14, failure="raise")


def row(*numbers: float) -> torch.Tensor:
    return torch.tensor([numbers], dtype=torch.float64, requires_grad=True)


@pytest.mark.parametrize("gradient", EXACT)
def test_derivatives_of_one_neuron_to_the_third_order(gradient: str) -> None:
    def root(w: float, x: float) -> mpmath.mpf:
        return mpmath.findroot(lambda z: mpmath.tanh(w * z + x) - z, 0.5)

    with mpmath.workdps(30):
        wanted = [float(mpmath.diff(root, (0.5, 0.3), order)) for order in ((0, 1), (0, 2), (1, 1), (2, 0), (1, 2))]
    cell, x = Neuron(0.5), row(0.3)
    z = layer(cell, 1, gradient)(x).sum()
    by_x, by_w = torch.autograd.grad(z, (x, cell.w), create_graph=True)
    by_xx, by_wx = torch.autograd.grad(by_x.sum(), (x, cell.w), create_graph=True)
    (by_ww,) = torch.autograd.grad(by_w, cell.w, create_graph=True)
    (by_wxx,) = torch.autograd.grad(by_xx.sum(), cell.w)
    found = [number.item() for number in (by_x, by_xx, by_wx, by_ww, by_wxx)]
    assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("gradient", EXACT)
def test_differences_of_the_gradient(gradient: str) -> None:
    cell, x = Cell(), torch.tensor([[0.4], [-0.9]], dtype=torch.float64, requires_grad=True)
    equilibrium = layer(cell, 2, gradient)
    inputs = (x, *cell.parameters())
    assert torch.autograd.gradcheck(lambda x, *_: equilibrium(x), inputs, fast_mode=True)
    assert torch.autograd.gradgradcheck(lambda x, *_: equilibrium(x), inputs, fast_mode=True)


def test_a_hessian_against_the_whole_theorem_in_mpmath() -> None:
    """Of the loss sum z^3 by both inputs of z = tanh(W z + U x), n = 2."""
    cell, x = Cell(2, 2), row(0.4, -0.9)
    weights, inputs = (mpmath.matrix(weight.tolist()) for weight in (cell.W, cell.U))

    def loss(a: float, b: float) -> mpmath.mpf:
        z = mpmath.matrix([0.1, 0.1])
        for _ in range(12):
            value = (weights * z + inputs * mpmath.matrix([a, b])).apply(mpmath.tanh)
            slope = mpmath.diag([1 - entry**2 for entry in value])
            z = z + mpmath.lu_solve(mpmath.eye(2) - slope * weights, value - z)
        return sum(entry**3 for entry in z)

    with mpmath.workdps(30):
        wanted = [float(mpmath.diff(loss, (0.4, -0.9), order)) for order in ((2, 0), (1, 1), (0, 2))]
    equilibrium = layer(cell, 2)
    hessian = torch.autograd.functional.hessian(lambda x: (equilibrium(x[None]) ** 3).sum(), x[0].detach())
    assert [hessian[0, 0].item(), hessian[0, 1].item(), hessian[1, 1].item()] == pytest.approx(wanted, rel=1e-9)
    assert hessian[1, 0].item() == pytest.approx(hessian[0, 1].item(), rel=1e-12)


def test_a_penalty_on_a_gradient_reaches_the_weights() -> None:
    """d |dz/dx|^2 / d w of one neuron: 2 z_x z_xw."""
    cell, x = Neuron(0.5), row(0.3)
    (by_x,) = torch.autograd.grad(layer(cell, 1)(x).sum(), x, create_graph=True)
    by_x.square().sum().backward()
    assert cell.w.grad.item() == pytest.approx(2 * 1.19787001465624 * -0.10144006416654, rel=1e-10)


def test_the_first_derivative_is_the_same_with_a_tape_and_without() -> None:
    cell, x = Cell(), row(0.4)
    for gradient in EXACT:
        z = layer(cell, 2, gradient)(x).sum()
        (plain,) = torch.autograd.grad(z, cell.W, retain_graph=True)
        (taped,) = torch.autograd.grad(z, cell.W, create_graph=True)
        assert torch.allclose(taped, plain, rtol=1e-11)
        assert taped.requires_grad
        assert not plain.requires_grad


@pytest.mark.parametrize("gradient", sorted(set(METHODS) - set(EXACT)))
def test_a_second_derivative_of_what_approximates_is_refused_and_not_wrong(gradient: str) -> None:
    x = row(0.4)
    z = core.EquilibriumLayer(Cell(), 2, gradient=gradient)(x)
    with pytest.raises(RuntimeError, match=f"{METHODS[gradient].title} approximates cannot be differentiated again"):
        torch.autograd.grad(z.sum(), x, create_graph=True)


def test_a_layer_without_weights_in_a_loss_twice() -> None:
    """z = cos(z) / 2 + x by x: z_x = 1 / (1 + sin(z) / 2), z_xx = -cos(z) / 2 z_x^3."""
    equilibrium = layer(lambda z, x: 0.5 * torch.cos(z) + x, 1)  # type: ignore[arg-type]
    x = row(0.2)
    z = equilibrium(x)
    (first,) = torch.autograd.grad(z.sum(), x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    slope = 1 / (1 + 0.5 * torch.sin(z))
    assert first.item() == pytest.approx(slope.item(), rel=1e-13)
    assert second.item() == pytest.approx((-0.5 * torch.cos(z) * slope**3).item(), rel=1e-12)


def test_the_path_is_kept_for_methods_that_look_at_it() -> None:
    cell = Cell(30, 30)
    x = torch.randn(3, 30, generator=torch.Generator().manual_seed(0), dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        cell.W *= 2.0 / 30**0.5
    found, products = {}, {}
    for name, gradient in (
        ("plain", AdjointGMRES()),
        ("helped", AdjointGMRES(preconditioner="broyden")),
        ("path", Unrolled(k=40, begin="path")),
    ):
        equilibrium = core.EquilibriumLayer(cell, 30, solver="broyden", gradient=gradient, tol=1e-11)
        (found[name],) = torch.autograd.grad(equilibrium(x).sum(), x)
        products[name] = equilibrium.report.backward.products
    assert torch.allclose(found["helped"], found["plain"], rtol=1e-9, atol=1e-12)
    assert products["helped"] < products["plain"]
    assert torch.isfinite(found["path"]).all()
