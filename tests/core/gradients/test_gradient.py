"""`core.gradient`: what it takes, what it refuses, and that nothing wrong goes by in silence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from gradient_layers import neuron, quintic, tutorial
from torch import Tensor
from trajectories import DECAY, SPIRAL, half_square

import core
from core.gradient_methods.implicit import Implicit
from core.layer_problem import solve_layer

NEURON = "z <- tanh(w*z + x)\nw = 0.5 in [0, 2]\nx = 0.3 in [-2, 2]"


def total(z: Tensor) -> Tensor:
    return z.sum()


@pytest.mark.parametrize("solver", ["picard", "damped", "newton", "anderson"])
def test_the_implicit_gradient_hangs_on_the_root_alone_not_on_the_solver(solver: str) -> None:
    card = core.gradient(core.parse(NEURON), total, ("x", "w", "start"), solve={"method": solver, "tol": 1e-13})
    assert card.value == pytest.approx(0.500831887669865027, rel=1e-12)
    assert card.flat() == pytest.approx((1.19787001465624, 0.599931500623414, 0.0), rel=1e-11)
    assert card.exact
    assert card.note == ""
    assert card.error_bound < 1e-10
    assert card.backward_residual < 1e-15
    assert card.numpy()["x"].shape == ()


def test_a_formula_and_the_same_layer_in_torch_agree() -> None:
    text = core.gradient(core.parse(NEURON), half_square, ("w", "x"), solve={"tol": 1e-13})
    layer = core.gradient(neuron(0.5, 0.3), half_square, ("w", "x"), solve={"tol": 1e-13})
    assert layer.flat() == pytest.approx(text.flat(), rel=1e-12)


def test_root_problems_in_closed_form() -> None:
    system = core.parse("0 = x^2 - a\nsolve x = 1\na = 2 in [0, 4]")
    card = core.gradient(system, total, "a", solve={"method": "newton", "tol": 1e-13})
    assert float(card.grads["a"]) == pytest.approx(0.5 / 2**0.5, rel=1e-12)
    pair = core.parse("0 = sqrt(a - x*y) - x\n0 = sqrt((57 - y)/(b*x)) - y\nsolve x = 1.9, y = 3.1\na = 10\nb = 3")
    solve = {"method": "newton", "tol": 1e-13}
    first = core.gradient(pair, lambda z: z[0], ("a", "b"), solve=solve)
    second = core.gradient(pair, lambda z: z[1], ("a", "b"), solve=solve)
    assert first.flat() == pytest.approx((37 / 205, 36 / 205), rel=1e-11)
    assert second.flat() == pytest.approx((-27 / 205, -126 / 205), rel=1e-11)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4, 1e-6])
def test_at_an_inexact_root_the_error_is_linear_and_below_its_bound(tolerance: float) -> None:
    solve = {"method": "picard", "tol": tolerance}
    card = core.gradient(tutorial(), lambda z: z.sum(), "x", solve=solve)
    exact = core.gradient(tutorial(), lambda z: z.sum(), "x", solve={"method": "newton", "tol": 1e-14})
    error = np.linalg.norm(card.flat() - exact.flat()) / np.linalg.norm(exact.flat())
    assert 1e-3 * tolerance < error < tolerance
    assert error <= card.error_bound <= 10 * error


def test_an_unconverged_solve_says_so() -> None:
    card = core.gradient(core.parse(NEURON), total, "x", solve={"method": "picard", "iterations": 3, "tol": 1e-12})
    assert not card.exact
    assert card.note.startswith("the forward solve ")
    assert "iteration" in card.note
    assert 1e-3 < card.error_bound < 1


def test_where_picard_cycles_the_gradient_is_marked() -> None:
    repelling = core.gradient(tutorial(1), total, "x", solve={"method": "picard", "iterations": 500})
    assert not repelling.exact
    assert "cycle" in repelling.note
    newton = core.gradient(tutorial(1), total, "x", solve={"method": "newton", "tol": 1e-13})
    assert newton.exact
    assert float(newton.grads["x"][0, 1]) == pytest.approx(1.393006906968, abs=1e-11)


@pytest.mark.parametrize(
    ("method", "part"), [("unrolled", "finite number of iterations"), ("jacobian_free", "left out")]
)
def test_an_approximate_method_says_what_it_is(method: str, part: str) -> None:
    card = core.gradient(core.parse(NEURON), total, "x", method, solve={"tol": 1e-12})
    assert not card.exact
    assert part in card.note
    assert abs(float(card.grads["x"]) - 1.19787001465624) / 1.19787001465624 <= card.error_bound * (1 + 1e-6)


def test_the_last_iterations_of_the_solve_are_unrolled() -> None:
    solve = {"method": "picard", "tol": 1e-12}
    card = core.gradient(tutorial(), total, "x", "unrolled", solve=solve, k=20, begin="path")
    exact = core.gradient(tutorial(), total, "x", solve=solve)
    error = np.linalg.norm(card.flat() - exact.flat()) / np.linalg.norm(exact.flat())
    assert error == pytest.approx(2.90564e-5 / 0.669143, rel=0.02)  # Neumann's series with K = 19
    from_start = core.gradient(tutorial(), total, "x", "unrolled", solve=solve, k=5, begin="start")
    assert np.linalg.norm(from_start.flat() - exact.flat()) / np.linalg.norm(exact.flat()) == pytest.approx(
        0.0530584, rel=1e-5
    )
    assert from_start.value != card.value  # the loss is taken where the five iterations end


def test_batch_data_have_a_gradient_row_by_row() -> None:
    x = np.array([[0.3], [0.1], [-0.4]])
    layer = core.layer(lambda z, x: torch.tanh(0.5 * z + x), 1, x=x)
    card = core.gradient(layer, half_square, "x", start=[0.0], solve={"tol": 1e-13})
    assert card.grads["x"].shape == (3, 1)
    for row, value in enumerate(x[:, 0]):
        alone = core.gradient(neuron(0.5, value), half_square, "x", solve={"tol": 1e-13})
        assert float(card.grads["x"][row]) == pytest.approx(float(alone.grads["x"]), rel=1e-11)


def test_weights_of_a_module_are_differentiated_by_their_names() -> None:
    torch.manual_seed(1)
    cell = torch.nn.Sequential(torch.nn.Linear(4, 4), torch.nn.Tanh()).double()
    with torch.no_grad():
        cell[0].weight *= 0.8
    card = core.gradient(core.layer(cell, 4), half_square, ("0.weight", "0.bias"), solve={"tol": 1e-14})
    z = torch.zeros(1, 4, dtype=torch.float64)
    for _ in range(200):
        z = cell(z)
    half_square(z).backward()
    assert card.grads["0.weight"].numpy() == pytest.approx(cell[0].weight.grad.numpy(), rel=1e-10)
    assert card.grads["0.bias"].numpy() == pytest.approx(cell[0].bias.grad.numpy(), rel=1e-10)
    cards = core.compare_gradients(core.layer(cell, 4), half_square, "0.bias", solve={"tol": 1e-14})
    assert cards[-1].method == "finite_differences"
    assert cards[-1].relative_error < 1e-8


def test_weights_of_a_field_are_differentiated_through_the_solver() -> None:
    torch.manual_seed(1)
    net = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.Tanh(), torch.nn.Linear(3, 2)).double()
    options = {"t": (0, 1), "method": "rk4", "step": 0.25}
    start = torch.tensor([[1.0, -1.0]], dtype=torch.float64)
    card = core.gradient(core.field(net, 2), half_square, ("0.weight", "2.bias"), start=start, integrate=options)
    z = start
    for _ in range(4):
        k1 = net(z)
        k2 = net(z + 0.125 * k1)
        k3 = net(z + 0.125 * k2)
        k4 = net(z + 0.25 * k3)
        z = z + 0.25 / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    half_square(z).backward()
    assert card.grads["0.weight"].numpy() == pytest.approx(net[0].weight.grad.numpy(), rel=1e-12)
    assert card.grads["2.bias"].numpy() == pytest.approx(net[2].bias.grad.numpy(), rel=1e-12)
    with pytest.raises(ValueError, match=r"backsolve differentiates by numbers, and 2\.bias has the shape \(2,\)"):
        core.gradient(core.field(net, 2), half_square, "2.bias", "backsolve", start=start, integrate=options)


def test_tensors_of_the_document_are_differentiated() -> None:
    weight = np.array([[0.2, -0.5], [0.4, 0.1]])
    system = core.parse('z <- tanh(W z + x)\nz in R^2\nW = data "W"\nx = 0.3', {"W": weight})
    card = core.gradient(system, half_square, ("W", "x"), solve={"tol": 1e-14})
    matrix = torch.tensor(weight, requires_grad=True)
    z = torch.zeros(2, dtype=torch.float64)
    for _ in range(200):
        z = torch.tanh(matrix @ z + 0.3)
    half_square(z).backward()
    assert card.grads["W"].numpy() == pytest.approx(matrix.grad.numpy(), rel=1e-11)
    flow = core.parse('z\' = tanh(W z)\nz in R^2\nW = data "W"\nstart (1, 0)', {"W": weight})
    cards = [
        core.gradient(flow, half_square, "start", method, integrate={"t": (0, 1), "rtol": 1e-9})
        for method in ("discrete", "backsolve")
    ]
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=1e-7)
    assert core.gradient(flow, half_square, "W", integrate={"t": (0, 1)}).grads["W"].shape == (2, 2)


def test_several_starts_of_one_row_add_up() -> None:
    layer = core.layer(lambda z, x: torch.tanh(0.5 * z + x), 1, x=np.array([[0.3]]))
    card = core.gradient(layer, total, "x", start=[[0.0], [1.0]], solve={"tol": 1e-13})
    assert card.grads["x"].tolist() == [[pytest.approx(2 * 1.19787001465624, rel=1e-11)]]


def test_products_with_the_jacobian_from_both_sides_agree() -> None:
    """<J v, w> = <v, J^T w> for J = dz*/dx: one by differences of the root, the other by the implicit gradient."""
    generator = torch.Generator().manual_seed(0)
    v, w = torch.randn(2, 10, generator=generator, dtype=torch.float64)
    card = core.gradient(tutorial(), lambda z: (z[0] * w).sum(), "x", solve={"tol": 1e-14})
    problem = solve_layer(tutorial(), "x", None, None, {"tol": 1e-14}, "cpu", "float64")

    def root(h: float) -> Tensor:
        return problem.again({"x": problem.inputs["x"] + h * v}, problem.solve.start)[0]

    along = (8 * (root(1e-3) - root(-1e-3)) - (root(2e-3) - root(-2e-3))) / 12e-3
    assert float(along @ w) == pytest.approx(float(card.grads["x"][0] @ v), rel=1e-9)


def test_against_autograd_through_a_long_unroll() -> None:
    x = torch.tensor(tutorial().data["x"], requires_grad=True)
    f = tutorial().torch("cpu", "float64", np.array([0]))
    z = torch.zeros(1, 10, dtype=torch.float64)
    for _ in range(150):
        z = f(z, {"x": x})
    half_square(z).backward()
    card = core.gradient(tutorial(), half_square, "x", solve={"tol": 1e-14})
    assert card.grads["x"].numpy() == pytest.approx(x.grad.numpy(), rel=1e-12)


@pytest.mark.parametrize("method", ["implicit", "unrolled", "jacobian_free"])
def test_float32_agrees_to_its_precision(method: str) -> None:
    cards = [
        core.gradient(core.parse(NEURON), half_square, ("w", "x"), method, dtype=dtype, solve={"tol": 1e-6})
        for dtype in ("float32", "float64")
    ]
    assert cards[0].grads["w"].dtype == torch.float32
    assert cards[0].flat() == pytest.approx(cards[1].flat(), rel=5e-6)


def test_a_second_derivative_is_a_clear_error() -> None:
    card = core.gradient(core.parse(NEURON), total, "x")
    with pytest.raises(RuntimeError, match="does not require grad"):
        card.grads["x"].backward()


@pytest.mark.parametrize(
    ("arguments", "options", "error", "sentence"),
    [
        ((NEURON, "x", "discrete"), {}, ValueError, "'discrete' differentiates a differential equation, and this is an "
         "implicit layer: use implicit or jacobian_free or unrolled"),
        ((DECAY, "k", "implicit"), {}, ValueError, "use backsolve or .*discrete"),
        ((NEURON, "x", "implict"), {}, ValueError, "no gradient method 'implict'; did you mean 'implicit'"),
        ((NEURON, "y", "implicit"), {}, ValueError, "there is no 'y' to differentiate by; known are w, x, start"),
        ((NEURON, (), "implicit"), {}, ValueError, "wrt names what to differentiate by"),
        ((NEURON, "x", "unrolled"), {"steps": 3}, TypeError, "unrolled has no option 'steps'"),
        ((NEURON, "x"), {"integrate": {}}, ValueError, "integrate= is for a differential equation"),
        ((DECAY, "k"), {"solve": {}}, ValueError, "solve= is for an implicit layer"),
        ((NEURON, "x"), {"solve": {"tolerance": 1}}, TypeError, "has no option 'tolerance'"),
        ((DECAY, "k"), {"integrate": {"rtoll": 1}}, TypeError, "no option 'rtoll'; did you mean 'rtol'"),
        ((DECAY, "k"), {"integrate": {"device": "cpu"}}, TypeError, "give device to gradient itself"),
        ((DECAY, "span", "discrete"), {"integrate": {"t": (0, 1)}}, ValueError, "knows no 'span': use backsolve"),
        ((DECAY, "k"), {"integrate": {"t": (0, 1), "at": [2.0]}}, ValueError, "inside the span"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_sentence(arguments, options, error, sentence) -> None:
    text, *others = arguments
    with pytest.raises(error, match=sentence):
        core.gradient(core.parse(text), total, *others, **options)


def test_what_is_no_system_or_no_loss_is_refused() -> None:
    with pytest.raises(TypeError, match="not str"):
        core.gradient(NEURON, total, "x")
    with pytest.raises(ValueError, match=r"the loss must be one number, a tensor of one element, and is \(2,\)"):
        core.gradient(core.parse(SPIRAL), lambda z: z, "a", integrate={"t": (0, 0.1)})
    with pytest.raises(ValueError, match="declares no start"):
        core.gradient(core.parse("x' = k*x\nk = 1"), total, "k", integrate={"t": (0, 1)})


def test_a_loss_that_hangs_on_nothing_has_gradient_zero() -> None:
    card = core.gradient(core.parse(NEURON), lambda _z: torch.tensor(3.0), ("w", "x"))
    assert card.value == 3.0
    assert card.flat().tolist() == [0.0, 0.0]


def test_near_the_quintics_fold_the_bound_warns() -> None:
    """The fold of z = d + z^5 is at d = 0.534992243981138: an inexact root there has a gradient far off."""
    near = core.gradient(quintic(0.5349), total, "d", solve={"method": "picard", "tol": 1e-4, "iterations": 5000})
    far = core.gradient(quintic(0.3), total, "d", solve={"method": "picard", "tol": 1e-4, "iterations": 5000})
    assert near.error_bound > 0.1
    assert not near.exact
    assert "may be off by" in near.note
    assert far.error_bound < 1e-3
    assert far.exact


@pytest.mark.parametrize("seed", range(6))
def test_of_random_layers_no_error_is_above_its_bound(seed: int) -> None:
    random = np.random.default_rng(seed)
    weight = torch.tensor(random.normal(size=(6, 6)) * random.uniform(0.2, 0.45))
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 6, x=random.normal(size=(4, 6)))
    for tolerance in (1e-2, 1e-5):
        cards = core.compare_gradients(layer, half_square, "x", solve={"tol": tolerance, "method": "anderson"})
        for card in cards[1:]:
            if card.method == "implicit":
                assert card.relative_error <= card.error_bound + 1e-12
                assert card.backward_residual < 1e-13


def test_memory_of_an_unrolled_layer_to_the_byte() -> None:
    """The tutorial's first chapter in float32: 12000 + 2000 K bytes for K layers, and no more of one."""
    torch.manual_seed(0)
    weight, x = torch.nn.Linear(50, 50, bias=False).weight.detach(), torch.randn(10, 50)
    layer = core.layer(lambda z, x: torch.tanh(z @ weight.T + x), 50, x=x)
    for k in (2, 10, 80):
        card = core.gradient(layer, total, "x", "unrolled", start=np.zeros(50), dtype="float32", k=k)
        assert card.peak_bytes <= 12_000 + 2_000 * k + 8
    counts = {
        core.gradient(layer, total, "x", start=np.zeros(50), dtype="float32", solve={"tol": tol}).peak_bytes
        for tol in (1e-1, 1e-3, 1e-5)
    }
    assert len(counts) == 1  # the implicit gradient keeps the same whatever the solver needed


def test_implicit_is_what_the_default_is() -> None:
    assert core.gradient(core.parse(NEURON), total, "x").method == Implicit.name
    assert core.gradient(core.parse(DECAY), total, "k", integrate={"t": (0, 1)}).method == "discrete"
