"""Gradients through a fixed point against closed forms, the tutorial's layer and long unrolls."""

from __future__ import annotations

from math import atanh, sqrt

import numpy as np
import pytest
import torch
from gradient_layers import TorchMap, neuron, quintic, solved, total, tutorial
from torch import Tensor

from core.gradient_method import SolvedLayer
from core.gradient_methods.implicit import Implicit
from core.gradient_methods.jacobian_free import JacobianFree
from core.gradient_methods.unrolled import Unrolled
from core.unrolled_layers import unroll
from core.vector_jacobian import dense_jacobian

TUTORIAL_X = (
    1.158181376686286, 0.388320095431573, 0.064516970353868, 1.792355079109724, 0.238904917960149,
    1.402523407118594, 0.733966086214018, 0.091778246247985, 0.917428910614449, 0.185117383908655,
)  # fmt: skip


def inputs_of(layer: TorchMap, dtype: torch.dtype = torch.float64) -> dict[str, Tensor]:
    known = {name: torch.tensor(value, dtype=dtype) for name, value in layer.parameters.items()}
    return known | {name: torch.tensor(value[:1], dtype=dtype) for name, value in layer.data.items()}


def relative_error(found: Tensor, reference: Tensor) -> float:
    return float((found - reference).norm() / reference.norm())


def cosine(found: Tensor, reference: Tensor) -> float:
    return float(torch.nn.functional.cosine_similarity(found.flatten(), reference.flatten(), dim=0))


@pytest.mark.parametrize(
    ("w", "x", "z", "dx", "dw"),
    [
        (0.5, 0.3, 0.500831887669865027, 1.19787001465624, 0.599931500623414),
        (0.9, 0.1, 0.501595967536112, 2.29262513837245, 2.29262513837245 * 0.501595967536112),
    ],
)
def test_implicit_on_one_neuron(w: float, x: float, z: float, dx: float, dw: float) -> None:
    layer = neuron(w, x)
    found = Implicit().backward(solved(layer), total, inputs_of(layer))
    assert found.at.item() == pytest.approx(z, rel=1e-13)
    assert found.grads["x"].item() == pytest.approx(dx, rel=1e-13)
    assert found.grads["w"].item() == pytest.approx(dw, rel=1e-13)
    assert found.grads["start"].tolist() == [[0.0]]
    assert found.residual < 1e-15
    assert not found.note


def test_implicit_at_a_root_that_repels_picard() -> None:
    layer = neuron(2.0, 0.3)
    for root, slope in [
        (-0.907996987222667, 0.270514496631),
        (-0.310610452329499, -1.11954621689),
        (0.978312184853417, 0.0469325788009),
    ]:
        z = torch.tensor([[root]], dtype=torch.float64)
        solve = SolvedLayer(layer.torch("cpu", "float64"), z, z)
        assert Implicit().backward(solve, total, inputs_of(layer)).grads["x"].item() == pytest.approx(slope, rel=1e-10)


def test_jacobian_free_on_one_neuron_and_on_the_quintic() -> None:
    layer = neuron(0.5, 0.3)
    found = JacobianFree().backward(solved(layer), total, inputs_of(layer))
    assert found.grads["x"].item() == pytest.approx(0.749167420293040, rel=1e-13)
    assert found.residual == pytest.approx(0.374583710146520, rel=1e-12)  # of one neuron |J|, the relative error too
    toy = quintic(0.5)
    assert JacobianFree().backward(solved(toy), total, inputs_of(toy)).grads["d"].item() == 1.0
    exact = Implicit().backward(solved(toy), total, inputs_of(toy)).grads["d"].item()
    assert exact == pytest.approx(1.85032014392496, rel=1e-13)


def test_implicit_on_the_tutorials_layer() -> None:
    layer = tutorial()
    found = Implicit().backward(solved(layer), total, inputs_of(layer))
    assert found.grads["x"][0].tolist() == pytest.approx(TUTORIAL_X, abs=2e-15)
    assert found.products == 11
    _, jacobian = dense_jacobian(layer.torch("cpu", "float64"), found.at, {})
    assert found.condition == pytest.approx(np.linalg.cond(np.eye(10) - jacobian[0].numpy()), rel=1e-10)
    repelling = tutorial(1)
    z = newton(repelling)
    solve = SolvedLayer(repelling.torch("cpu", "float64"), z, torch.zeros_like(z))
    found = Implicit().backward(solve, total, inputs_of(repelling))
    assert found.grads["x"][0, 3].item() == pytest.approx(2.081623003843, abs=1e-12)
    assert found.grads["x"][0, 9].item() == pytest.approx(-0.239828074823, abs=1e-12)


def newton(layer: TorchMap) -> Tensor:
    f, z = layer.torch("cpu", "float64"), torch.zeros(1, layer.size, dtype=torch.float64)
    for _ in range(12):
        matrix = torch.eye(layer.size, dtype=z.dtype) - torch.autograd.functional.jacobian(
            lambda y: f(y[None])[0], z[0]
        )
        z = z + torch.linalg.solve(matrix, (f(z) - z)[0])
    return z


def test_the_gradient_zoo_of_the_tutorials_layer() -> None:
    """Relative errors of the derivative of sum(z*) by x; unrolled from z_0 = 0."""
    layer = tutorial()
    solve, inputs = solved(layer), inputs_of(layer)
    reference = torch.tensor(TUTORIAL_X, dtype=torch.float64)[None]
    free = JacobianFree().backward(solve, total, inputs).grads["x"]
    assert relative_error(free, reference) == pytest.approx(0.390067, rel=2e-6)
    assert cosine(free, reference) == pytest.approx(0.937079, rel=1e-6)
    for k, error in [(5, 0.0530584), (10, 3.23611e-3), (20, 1.05532e-4), (40, 9.70747e-8)]:
        found = Unrolled(k=k, begin="start").backward(solve, total, inputs).grads["x"]
        assert relative_error(found, reference) == pytest.approx(error, rel=5e-6)
    # from the solution itself: the Neumann series with K = k - 1
    for k, error in [(2, 0.208253), (3, 0.0951223), (6, 0.0130482), (11, 1.67126e-3), (21, 2.90564e-5)]:
        found = Unrolled(k=k).backward(solve, total, inputs).grads["x"]
        assert relative_error(found, reference) == pytest.approx(error, rel=5e-6)


def test_truncated_errors_fall_at_the_rate_of_the_spectral_radius() -> None:
    layer = tutorial()
    solve, inputs = solved(layer), inputs_of(layer)
    layers = unroll(solve.f, solve.z, 60, total, inputs)
    errors = [
        relative_error(share, torch.tensor([TUTORIAL_X], dtype=torch.float64)) for share in layers.truncated()["x"]
    ]
    rate = (errors[49] / errors[29]) ** (1 / 20)
    assert rate == pytest.approx(0.669143198989, rel=5e-3)
    norms = layers.cotangents.norm(dim=(1, 2))
    assert float((norms[10] / norms[30]) ** (1 / 20)) == pytest.approx(0.669143198989, rel=5e-3)
    assert norms[-1].item() == pytest.approx(sqrt(10))


def test_of_one_neuron_the_truncated_error_is_a_power_of_its_slope() -> None:
    layer = neuron(0.5, 0.3)
    solve, slope, exact = solved(layer), 0.374583710146520, 1.19787001465624
    for k in (1, 2, 3, 7):
        found = Unrolled(k=k).backward(solve, total, inputs_of(layer))
        assert 1 - found.grads["x"].item() / exact == pytest.approx(slope**k, rel=1e-9)
        assert found.residual == pytest.approx(slope**k, rel=1e-12)


def test_truncation_takes_the_last_iterations_of_the_path() -> None:
    layer = tutorial()
    solve, inputs = solved(layer, iterations=12), inputs_of(layer)
    layers = unroll(solve.f, solve.start, 12, total, inputs)
    assert torch.equal(layers.z[-1], solve.z)
    for k in (1, 4, 12):
        found = Unrolled(k=k, begin="path").backward(solve, total, inputs)
        assert torch.allclose(found.grads["x"], layers.truncated()["x"][k - 1], rtol=1e-13, atol=0)
        assert torch.equal(found.at, solve.z)
    whole = Unrolled(k=12, begin="start").backward(solve, total, inputs)
    assert torch.allclose(whole.grads["start"], layers.cotangents[0], rtol=1e-13)
    assert torch.equal(Unrolled(k=12, begin="path").backward(solve, total, inputs).grads["start"], whole.grads["start"])
    assert not Unrolled(k=4, begin="path").backward(solve, total, inputs).grads["start"].any()


def test_a_path_that_was_not_kept_is_asked_for() -> None:
    layer = neuron(0.5, 0.3)
    solve = solved(layer)
    with pytest.raises(ValueError, match='begin="path" needs the points of the forward solve'):
        Unrolled(begin="path").backward(SolvedLayer(solve.f, solve.z, solve.start), total, inputs_of(layer))


@pytest.mark.parametrize(("distance", "slope"), [(1e-2, 2.5711), (1e-4, 29.315), (1e-6, 296.885)])
def test_near_a_fold_the_gradient_is_right_and_its_residual_true(distance: float, slope: float) -> None:
    """The lower root of z = tanh(2 z + x) just before it vanishes at x = 0.5328..., where dz/dx grows without bound."""
    fold = sqrt(2.0) - atanh(sqrt(0.5))
    layer = neuron(2.0, fold - distance)
    z = torch.tensor([[-0.707106781186548 - sqrt(distance)]], dtype=torch.float64)
    f = layer.torch("cpu", "float64")
    for _ in range(60):
        matrix = 1 - 2 * (1 - torch.tanh(2 * z + fold - distance) ** 2)
        z = z + (f(z) - z) / matrix
    found = Implicit().backward(SolvedLayer(f, z, z), total, inputs_of(layer))
    assert found.grads["x"].item() == pytest.approx(slope, rel=2e-5)
    slope_of_f = 2 * (1 - torch.tanh(2 * z + fold - distance) ** 2).item()
    u = found.grads["x"].item() / (slope_of_f / 2)
    assert found.residual == pytest.approx(abs((1 - slope_of_f) * u - 1), abs=1e-12)
    assert found.residual < 1e-12
    assert found.condition == 1.0


def test_where_one_is_an_eigenvalue_there_is_no_derivative_and_it_says_so() -> None:
    layer = TorchMap(lambda z, p: z * torch.tensor([1.0, 0.5]).to(z) + p["x"], 2, {"x": 0.0})
    z = torch.zeros(2, 2, dtype=torch.float64)
    found = Implicit().backward(SolvedLayer(layer.torch("cpu", "float64"), z, z), total, inputs_of(layer))
    assert "no derivative" in found.note
    assert torch.isnan(found.grads["x"])
    assert found.condition == float("inf")
    assert found.residual != found.residual
