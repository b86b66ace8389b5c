"""Every method that promises the derivative of a fixed point, against the theorem in 40 digits and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from exact_layers import (
    EXACT,
    FIXED_POINT,
    ITERATIVE,
    inputs_of,
    near_fold,
    newton_solved,
    square,
    tanh_layer,
    true_gradient,
)
from gradient_layers import TorchMap, neuron, solved, total, tutorial
from test_fixed_point_gradients import TUTORIAL_X, relative_error
from torch import Tensor

import core
from core.forward_inverse import forward_inverse
from core.gradient_method import SolvedLayer
from core.gradient_methods.adjoint_bicgstab import AdjointBiCGStab
from core.gradient_methods.adjoint_gmres import AdjointGMRES
from core.gradient_methods.adjoint_picard import AdjointPicard
from core.gradient_methods.forward_mode import ForwardMode
from core.gradient_methods.implicit import Implicit
from core.layer_problem import solve_layer
from core.root_problem import bind_torch
from core.root_solvers.broyden import Broyden

DIVERGES_AT_ROOTS = "adjoint_picard"
"""Picard's iteration, which a root problem 0 = g(z) or a repelling fixed point need not let converge."""


@pytest.mark.parametrize("name", EXACT)
def test_against_the_theorem_in_forty_digits(name: str) -> None:
    solve, inputs = tanh_layer()
    wanted, condition = true_gradient(inputs, solve.z)
    found = FIXED_POINT[name]().backward(solve, square, inputs)
    for key, gradient in wanted.items():
        error = np.linalg.norm(found.grads[key].numpy() - gradient) / np.linalg.norm(gradient)
        assert error <= 1e-11 * condition, key
    assert found.residual <= 1e-11
    assert not found.note
    assert not found.grads["start"].any()


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(("distance", "printed"), [(1e-2, 2.5711), (1e-4, 29.315)])
def test_near_a_fold(name: str, distance: float, printed: float) -> None:
    """The residual of u is measured against v, so that its error is 1 / |1 - J| times that."""
    solve, inputs, slope = near_fold(distance)
    assert slope == pytest.approx(printed, rel=2e-5)
    options = {"iterations": 5000} if name == "adjoint_picard" else {}
    found = FIXED_POINT[name](**options).backward(solve, total, inputs)
    assert found.grads["x"].item() == pytest.approx(slope, rel=1e-12 * 3 * slope)
    assert not found.note


@pytest.mark.parametrize("name", EXACT)
def test_the_tutorials_layer_and_one_neuron(name: str) -> None:
    found = FIXED_POINT[name]().backward(solved(tutorial()), total, inputs_of(tutorial()))
    assert found.grads["x"][0].tolist() == pytest.approx(TUTORIAL_X, abs=3e-12)
    layer = neuron(0.5, 0.3)
    found = FIXED_POINT[name]().backward(solved(layer), total, inputs_of(layer))
    assert found.grads["x"].item() == pytest.approx(1.19787001465624, rel=2e-12)
    assert found.grads["w"].item() == pytest.approx(0.599931500623414, rel=2e-12)


@pytest.mark.parametrize("name", EXACT)
def test_where_picards_method_diverges(name: str) -> None:
    """Experiment 3: |u| = 4.485635; the adjoint of Picard's method says that it does not get there."""
    solve, inputs = newton_solved(tutorial(1)), inputs_of(tutorial(1))
    wanted = Implicit().backward(solve, total, inputs)
    assert wanted.adjoint.norm().item() == pytest.approx(4.485635, abs=5e-7)
    options = {"iterations": 150} if name in ITERATIVE else {}
    found = FIXED_POINT[name](**options).backward(solve, total, inputs)
    if name != "adjoint_picard":
        assert relative_error(found.grads["x"], wanted.grads["x"]) < 1e-11
        assert found.adjoint.norm().item() == pytest.approx(4.485635, abs=5e-7)
        assert not found.note
        return
    assert "the spectral radius is 1.04928, not below 1: it diverges" in found.note
    assert found.residual > 0.1
    assert found.products == 150 + 10 + 1
    card = core.gradient(tutorial(1), lambda z: z.sum(), "x", name, solve={"method": "newton"}, iterations=150)
    assert not card.exact
    assert card.note == found.note
    damped = AdjointPicard(beta=0.918).backward(solve, total, inputs)  # the best damping, rate 0.88180
    assert relative_error(damped.grads["x"], wanted.grads["x"]) < 1e-11
    assert damped.products == pytest.approx(np.log(1e-12) / np.log(0.88180), rel=0.1)


def test_picards_adjoint_converges_at_the_spectral_radius() -> None:
    solve, inputs = solved(tutorial()), inputs_of(tutorial())
    counts = [AdjointPicard(tolerance).backward(solve, total, inputs).products for tolerance in (1e-4, 1e-12)]
    assert np.log(1e-8) / (counts[1] - counts[0]) == pytest.approx(np.log(0.669143198989), rel=0.03)
    short = AdjointPicard(iterations=10).backward(solve, total, inputs)
    assert "the spectral radius is 0.669143" in short.note
    assert "diverges" not in short.note
    assert short.products == 10 + 10 + 1


@pytest.mark.parametrize("name", ["adjoint_anderson", "adjoint_broyden", "adjoint_gmres", "adjoint_bicgstab"])
def test_too_few_iterations_are_said(name: str) -> None:
    found = FIXED_POINT[name](iterations=3).backward(*(solved(tutorial()), total, inputs_of(tutorial())))
    assert "1 of 1 samples was left with a residual of" in found.note
    assert found.residual > 1e-3
    assert found.evaluations == 1
    assert found.products <= 7
    card = core.gradient(tutorial(), lambda z: z.sum(), "x", name, iterations=3)
    assert not card.exact
    error = np.linalg.norm(card.flat() - TUTORIAL_X) / np.linalg.norm(TUTORIAL_X)
    assert error <= card.error_bound <= 1.01 * error


def test_of_many_unknowns_the_growth_is_said() -> None:
    layer = TorchMap(lambda z, p: -1.25 * z + p["x"], 100, {"x": 0.5})
    z = torch.full((1, 100), 0.5 / 2.25, dtype=torch.float64)
    found = AdjointPicard(iterations=60).backward(
        SolvedLayer(layer.torch("cpu", "float64"), z, z), total, inputs_of(layer)
    )
    assert "the residual was multiplied by 1.25 a product" in found.note
    assert found.products == 61


@pytest.mark.parametrize("name", ITERATIVE)
def test_a_sample_is_the_same_alone_and_among_others(name: str) -> None:
    """Gains from 0 to where it takes hundreds of products: samples are done at different times."""
    random = np.random.default_rng(3)
    matrix = torch.tensor(random.normal(size=(5, 5)) / 3)
    gains = torch.tensor([0.0, 0.2, 0.9, 1.3])[:, None].double()

    def f(z: Tensor, known) -> Tensor:
        return torch.tanh(known["gain"] * z @ matrix.T + 0.3)

    z = torch.zeros(4, 5, dtype=torch.float64)
    for _ in range(400):
        z = f(z, {"gain": gains})
    whole = FIXED_POINT[name]().backward(SolvedLayer(f, z, z), square, {"gain": gains})
    products = []
    for row in range(4):
        one = z[row : row + 1]
        alone = FIXED_POINT[name]().backward(SolvedLayer(f, one, one), square, {"gain": gains[row : row + 1]})
        assert torch.allclose(whole.adjoint[row], alone.adjoint[0], rtol=0, atol=1e-14)
        products.append(alone.products)
    assert products[0] < products[3]
    shared = sum(products) if name == "adjoint_auto" else max(products)  # there not all go the same way
    assert max(products) <= whole.products <= shared


@pytest.mark.parametrize("name", EXACT)
def test_a_sample_without_a_derivative_does_not_disturb_the_others(name: str) -> None:
    slopes = torch.tensor([[1.0], [0.5]], dtype=torch.float64)

    def f(z: Tensor, known) -> Tensor:
        return slopes * z + known["x"]

    z = torch.zeros(2, 1, dtype=torch.float64)
    options = {"iterations": 60} if name in ITERATIVE else {}
    found = FIXED_POINT[name](**options).backward(SolvedLayer(f, z, z), total, {"x": torch.zeros_like(z)})
    assert found.note
    assert found.grads["x"][1].item() == pytest.approx(2.0, rel=1e-12)


@pytest.mark.parametrize("name", [*EXACT, "neumann", "phantom", "one_step"])
def test_float32_agrees_to_its_precision(name: str) -> None:
    """And its tape takes half the bytes."""
    results = {}
    for dtype in ("float32", "float64"):
        solve, inputs = tanh_layer(dtype=dtype, rows=7, size=20)
        results[dtype] = FIXED_POINT[name]().backward(solve, square, inputs)
        assert not results[dtype].note
    for key, gradient in results["float64"].grads.items():
        there = results["float32"].grads[key]
        assert there.dtype == torch.float32
        assert (there.double() - gradient).abs().max() <= 2e-5 * max(1.0, gradient.abs().max().item())
    assert results["float32"].products <= results["float64"].products


@pytest.mark.parametrize("name", EXACT)
def test_roots_of_formulas(name: str) -> None:
    """0 = g(x, z), where J = I - dg/dz; closed forms."""
    pair = core.parse("0 = sqrt(a - x*y) - x\n0 = sqrt((57 - y)/(b*x)) - y\nsolve x = 1.9, y = 3.1\na = 10\nb = 3")
    solve = {"method": "newton", "tol": 1e-13}
    card = core.gradient(pair, lambda z: z[0], ("a", "b", "start"), name, solve=solve)
    if name == DIVERGES_AT_ROOTS:
        assert "it diverges" in card.note
        assert not card.exact
    else:
        assert card.flat() == pytest.approx((37 / 205, 36 / 205, 0, 0), rel=1e-10)
        assert card.exact
    root = core.gradient(
        core.parse("0 = x^2 - a\nsolve x = 1\na = 0.49 in [0, 4]"), lambda z: z.sum(), "a", name, solve=solve
    )
    assert float(root.grads["a"]) == pytest.approx(0.5 / 0.7, rel=1e-11)


@pytest.mark.parametrize("name", [name for name in EXACT if name != "implicit"])
def test_every_kind_of_input_in_batches(name: str) -> None:
    """Weights of a module, batch data and stored tensors, the last by several starts of one row."""
    torch.manual_seed(1)

    class Cell(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.inner = torch.nn.Linear(3, 3).double()

        def forward(self, z: Tensor, x: Tensor) -> Tensor:
            return torch.tanh(self.inner(z) + x)

    layer = core.layer(Cell(), 3, x=torch.randn(4, 3, dtype=torch.float64))
    text = 'z <- tanh(W z + s)\nz in R^2\nW = data "W"\ns = 0.3'
    stored = core.parse(text, {"W": np.array([[0.2, -0.5], [0.4, 0.1]])})
    for system, wrt, start in (
        (layer, ("inner.weight", "inner.bias", "x"), np.zeros(3)),
        (stored, ("W", "s", "start"), [[0.0, 0.0], [1.0, -1.0]]),
    ):
        cards = [
            core.gradient(system, lambda z: (z * z).sum(), wrt, method, start=start, solve={"tol": 1e-13})
            for method in ("implicit", name)
        ]
        assert cards[1].flat() == pytest.approx(cards[0].flat(), rel=1e-10, abs=1e-12)
        assert cards[1].exact
        assert [value.shape for value in cards[1].grads.values()] == [value.shape for value in cards[0].grads.values()]


@pytest.mark.parametrize("method", [AdjointGMRES, AdjointBiCGStab])
@pytest.mark.parametrize("solver", ["broyden", "anderson"])
def test_the_inverse_of_the_forward_solve_saves_products(method, solver: str) -> None:
    random = np.random.default_rng(1)
    weight = torch.tensor(random.normal(size=(60, 60)) * 1.2 / np.sqrt(60))
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 60, x=random.normal(size=(3, 60)))
    solve = {"method": solver, "tol": 1e-10}
    problem = solve_layer(layer, "x", np.zeros((3, 60)), None, solve, "cpu", "float64")
    wanted = Implicit().backward(problem.solve, square, problem.inputs).grads["x"]
    plain = method().backward(problem.solve, square, problem.inputs)
    helped = method(preconditioner="broyden").backward(problem.solve, square, problem.inputs)
    assert method(preconditioner="broyden").needs_path
    assert helped.products < 0.9 * plain.products
    assert helped.evaluations == plain.evaluations + min(51, len(problem.solve.path))
    assert relative_error(helped.grads["x"], wanted) < 1e-11
    bare = SolvedLayer(problem.solve.f, problem.solve.z, problem.solve.start)
    without = method(preconditioner="broyden").backward(bare, square, problem.inputs)
    assert without.products == plain.products  # no path was kept


def test_after_broydens_method_it_is_the_inverse_that_was_built() -> None:
    """H of the solver's own state, on a problem small enough for it to show its matrix."""
    weight = torch.tensor(np.random.default_rng(2).normal(size=(4, 4)) / 3)
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 4, x=np.full((1, 4), 0.3))
    f = layer.torch("cpu", "float64", np.array([0]))
    solver, problem = Broyden(), bind_torch(layer, np.array([0]), 1, "cpu", "float64")
    z = torch.zeros(1, 4, dtype=torch.float64)
    state, path = solver.init(problem, z, torch.ones(1, dtype=torch.bool)), [z]
    for _ in range(5):
        state = solver.step(problem, state)
        path.append(state.z)
    inverse, evaluations, vectors = forward_inverse(SolvedLayer(f, path[-1], z, torch.stack(path)), {})
    assert (evaluations, vectors) == (6, 10)
    columns = torch.cat([inverse(unit[None]) for unit in torch.eye(4, dtype=torch.float64)])
    assert torch.allclose(-columns, solver.details(state)["inverse"][0], rtol=1e-12, atol=1e-13)


def test_forward_mode_counts_and_refuses() -> None:
    solve, inputs = tanh_layer()
    found = ForwardMode().backward(solve, square, inputs)
    assert found.products == 4 + 1 + 16 + 12
    refused = ForwardMode(most=20).backward(solve, square, inputs)
    assert refused.note == "forward mode needs a product for each of 29 input numbers, and 20 are allowed"
    assert all(torch.isnan(refused.grads[name]).all() for name in inputs)


@pytest.mark.parametrize("name", EXACT)
def test_a_loss_without_a_derivative_is_said(name: str) -> None:
    solve, inputs = tanh_layer(rows=1)
    found = FIXED_POINT[name]().backward(solve, lambda z: z * torch.inf, inputs)
    assert found.note == "the loss has no finite derivative here"


@pytest.mark.parametrize("name", EXACT)
def test_a_loss_that_hangs_on_nothing_has_gradient_zero(name: str) -> None:
    solve, inputs = tanh_layer()
    found = FIXED_POINT[name]().backward(solve, torch.zeros_like, inputs)
    assert not any(gradient.any() for gradient in found.grads.values())
    assert found.residual == 0.0 or name == "forward_mode"
    assert not found.note
