"""Neumann's series, the phantom gradient and single steps: how far off they are, to the digit, and that they say so."""

from __future__ import annotations

import pytest
import torch
from exact_layers import inputs_of, newton_solved
from gradient_layers import TorchMap, neuron, quintic, solved, total, tutorial
from test_fixed_point_gradients import TUTORIAL_X, cosine, relative_error
from torch import Tensor

import core
from core.gradient_method import SolvedLayer
from core.gradient_methods.implicit import Implicit
from core.gradient_methods.jacobian_free import JacobianFree
from core.gradient_methods.neumann import Neumann
from core.gradient_methods.one_step import OneStep
from core.gradient_methods.phantom import Phantom
from core.gradient_methods.unrolled import Unrolled

SLOPE = 0.374583710146520
"""df/dz of the neuron with w = 0.5, x = 0.3."""
REFERENCE = torch.tensor(TUTORIAL_X, dtype=torch.float64)[None]


@pytest.mark.parametrize(
    ("terms", "error"), [(1, 0.208253), (2, 0.0951223), (5, 0.0130482), (10, 1.67126e-3), (20, 2.90564e-5)]
)
def test_neumanns_series_on_the_tutorials_layer(terms: int, error: float) -> None:
    found = Neumann(terms).backward(solved(tutorial()), total, inputs_of(tutorial()))
    assert relative_error(found.grads["x"], REFERENCE) == pytest.approx(error, rel=5e-6)
    assert (found.evaluations, found.products) == (1, terms + 1)
    assert not found.note
    assert not found.grads["start"].any()


@pytest.mark.parametrize(
    ("k", "error", "angle"),
    [(1, 0.656122, 0.937079), (2, 0.436001, None), (5, 0.123994, None), (10, 0.0184869, 0.99984)],
)
def test_the_phantom_gradient_on_the_tutorials_layer(k: int, error: float, angle: float | None) -> None:
    found = Phantom(k, 0.5).backward(solved(tutorial()), total, inputs_of(tutorial()))
    assert relative_error(found.grads["x"], REFERENCE) == pytest.approx(error, rel=5e-6)
    assert angle is None or cosine(found.grads["x"], REFERENCE) == pytest.approx(angle, abs=5e-6)
    assert (found.evaluations, found.products) == (1, k)


@pytest.mark.parametrize("terms", [0, 1, 2, 7])
def test_of_one_neuron_neumanns_error_is_a_power_of_its_slope(terms: int) -> None:
    layer = neuron(0.5, 0.3)
    found = Neumann(terms).backward(solved(layer), total, inputs_of(layer))
    assert 1 - found.grads["x"].item() / 1.19787001465624 == pytest.approx(SLOPE ** (terms + 1), rel=1e-9)
    assert found.residual == pytest.approx(SLOPE ** (terms + 1), rel=1e-9)


def test_the_series_begin_as_the_jacobian_free_gradient_and_as_each_other() -> None:
    solve, inputs = solved(tutorial()), inputs_of(tutorial())
    free = JacobianFree().backward(solve, total, inputs).grads["x"]
    assert torch.equal(Neumann(0).backward(solve, total, inputs).grads["x"], free)
    assert torch.allclose(Phantom(1, 0.5).backward(solve, total, inputs).grads["x"], 0.5 * free, rtol=1e-15)
    series = Neumann(6).backward(solve, total, inputs).grads["x"]
    assert torch.allclose(Phantom(7, 1.0).backward(solve, total, inputs).grads["x"], series, rtol=1e-15)


@pytest.mark.parametrize("k", [1, 3])
def test_the_phantom_gradient_is_that_of_damped_steps(k: int) -> None:
    """k steps z <- (1 - lambda) z + lambda f(z) on the tape, from the fixed point of a batch, by shared weights too."""
    solve = solved(neuron(0.9, 0.1), rows=2)
    w = torch.tensor(0.9, dtype=torch.float64, requires_grad=True)
    z = solve.z
    for _ in range(k):
        z = 0.3 * solve.f(z, {"w": w}) + 0.7 * z
    (wanted,) = torch.autograd.grad(z.sum(), w)
    found = Phantom(k, 0.3).backward(solve, total, {"w": w.detach()}).grads["w"]
    assert found.item() == pytest.approx(wanted.item(), rel=1e-12)


def test_the_quintic_toy() -> None:
    layer = quintic(0.5)
    solve, inputs = solved(layer), inputs_of(layer)
    assert Neumann(0).backward(solve, total, inputs).grads["d"].item() == 1.0
    assert Neumann(80).backward(solve, total, inputs).grads["d"].item() == pytest.approx(1.85032014392496, rel=1e-13)
    assert Phantom(150, 0.5).backward(solve, total, inputs).grads["d"].item() == pytest.approx(
        1.850320143925, rel=1e-12
    )
    outside = torch.full((1, 1), 0.769099703177895944, dtype=torch.float64)  # its other root, where J = 1.7494
    found = Neumann(5).backward(SolvedLayer(solve.f, outside, outside), total, inputs)
    assert found.note == "the spectral radius is 1.74945, not below 1: the powers that are summed have no sum"
    assert found.products == 7


def test_outside_the_unit_disc_it_is_said() -> None:
    layer = tutorial(1)
    solve, inputs = newton_solved(layer), inputs_of(layer)
    assert "the spectral radius is 1.04928" in Neumann(20).backward(solve, total, inputs).note
    # its eigenvalue is -1.04928: half a step converges
    assert not Phantom(5, 0.5).backward(solve, total, inputs).note
    wanted = Implicit().backward(solve, total, inputs).grads["x"]
    assert relative_error(Phantom(400, 0.5).backward(solve, total, inputs).grads["x"], wanted) < 1e-9


@pytest.mark.parametrize("method", ["neumann", "unrolled", "jacobian_free"])
def test_the_card_knows_the_radius_though_the_terms_still_fall(method: str) -> None:
    solve = {"method": "newton", "tol": 1e-13}
    card = core.gradient(tutorial(1), lambda z: z[0, 0], "x", method, solve=solve)
    assert "the spectral radius is 1.04928, not below 1" in card.note
    damped = core.gradient(tutorial(1), lambda z: z[0, 0], "x", "phantom", solve=solve)
    assert "spectral radius" not in damped.note
    assert "spectral radius" not in core.gradient(tutorial(), lambda z: z[0, 0], "x", method).note


def test_of_many_unknowns_the_growth_that_was_seen_is_said() -> None:
    layer = TorchMap(lambda z, p: -1.25 * z + p["x"], 100, {"x": 0.5})
    z = torch.full((1, 100), 0.5 / 2.25, dtype=torch.float64)
    found = Neumann(8).backward(SolvedLayer(layer.torch("cpu", "float64"), z, z), total, inputs_of(layer))
    assert found.note == "the last terms grow by 1.25 each: the spectral radius may be above 1"
    assert found.products == 9


def test_one_step_of_picards_method_is_one_layer() -> None:
    solve, inputs = solved(tutorial(), iterations=9), inputs_of(tutorial())
    found = OneStep("picard").backward(solve, total, inputs)
    layer = Unrolled(k=1).backward(solve, total, inputs)
    assert torch.equal(found.grads["x"], layer.grads["x"])
    assert torch.equal(found.at, layer.at)
    neuron_step = OneStep("picard").backward(solved(neuron(0.5, 0.3)), total, inputs_of(neuron(0.5, 0.3)))
    assert 1 - neuron_step.grads["x"].item() / 1.19787001465624 == pytest.approx(SLOPE, rel=1e-12)


def test_one_step_of_newtons_method_is_differentiated_whole() -> None:
    """Against autograd through the step, its Jacobian included, at a point that is no fixed point."""
    layer = tutorial()
    f, x = layer.torch("cpu", "float64"), inputs_of(layer)["x"].requires_grad_()
    z = solved(layer, iterations=4).z
    point = z.clone().requires_grad_()
    value = f(point, {"x": x})
    rows = [torch.autograd.grad(value[0, i], point, create_graph=True)[0][0] for i in range(10)]
    step = torch.linalg.solve(torch.eye(10, dtype=z.dtype) - torch.stack(rows), (value - z)[0])
    ((z + step) ** 2 / 2).sum().backward()
    found = OneStep("newton").backward(SolvedLayer(f, z, z), lambda at: at, {"x": x.detach()})
    assert torch.allclose(found.grads["x"], x.grad, rtol=1e-12)
    assert torch.allclose(found.at, z + step, rtol=1e-14)


def test_the_derivative_of_newtons_step_is_off_by_the_distance() -> None:
    layer = neuron(0.9, 0.1)
    f, star, inputs = layer.torch("cpu", "float64"), solved(layer).z, inputs_of(layer)
    exact = Implicit().backward(SolvedLayer(f, star, star), total, inputs).grads["x"].item()
    errors = []
    for distance in (1e-2, 1e-3, 1e-4):
        found = OneStep().backward(SolvedLayer(f, star + distance, star), total, inputs)
        errors.append(abs(found.grads["x"].item() / exact - 1))
        assert abs((found.at - star).item()) < 10 * distance**2
    assert errors[0] / errors[1] == pytest.approx(10, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(10, rel=0.02)
    card = core.gradient(layer, lambda z: z.sum(), "x", "one_step", solve={"method": "picard", "tol": 1e-2})
    error = abs(float(card.grads["x"]) / exact - 1)
    assert 1e-4 < error <= card.error_bound


def test_newtons_step_where_there_is_none() -> None:
    layer = TorchMap(lambda z, p: z + 0 * z * z + p["x"], 1, {"x": 0.0})
    z = torch.zeros(1, 1, dtype=torch.float64)
    found = OneStep().backward(SolvedLayer(layer.torch("cpu", "float64"), z, z), total, inputs_of(layer))
    assert "no step" in found.note
    assert torch.isnan(found.grads["x"])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Neumann(-1), "terms must lie between 0"),
        (lambda: Phantom(k=0), "k must lie between 1"),
        (lambda: Phantom(damping=1.5), "damping must lie between 0.01 and 1"),
        (lambda: OneStep("secant"), "step must be one of picard, newton"),
    ],
)
def test_options_that_make_no_sense_are_refused(make, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make()


def test_a_layer_that_does_not_move_with_z_has_its_whole_gradient_in_one_term() -> None:
    def function(z: Tensor, p) -> Tensor:
        return p["x"] * torch.ones_like(z)

    layer = TorchMap(function, 2, {"x": 3.0})
    z = torch.full((1, 2), 3.0, dtype=torch.float64)
    for method in (Neumann(3), OneStep(), Phantom(4, 1.0)):
        found = method.backward(SolvedLayer(layer.torch("cpu", "float64"), z, z), total, inputs_of(layer))
        assert found.grads["x"].item() == 2.0
        assert found.residual == 0.0
