"""Layers that a person's own Python file computes: the numbers of numpy and of torch, whatever the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from own_cells import cells_in, layer_of

import core
from core.analysis.root_sensitivity import root_sensitivity
from core.language import parse
from core.module_file import ModuleSource
from core.module_layer import ModuleLayer

A = np.array([[0.5, -0.25, 0.0], [0.125, 0.25, 0.5], [0.0, -0.5, 0.25]])
B = np.array([[1.0, 0.0], [0.5, -1.0], [0.25, 2.0]])
X = np.array([0.3, -0.2])


@pytest.fixture
def source(tmp_path: Path) -> ModuleSource:
    return cells_in(tmp_path)


def _solution(gain: float, x: np.ndarray = X) -> np.ndarray:
    return np.linalg.solve(np.eye(3) - gain * A, B @ x)


@pytest.mark.parametrize("method", ["picard", "anderson", "newton", "broyden"])
def test_a_linear_module_has_the_fixed_point_of_its_equations(source: ModuleSource, method: str) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [0.3, -0.2]")
    root = core.solve(layer, method=method, tol=1e-14, iterations=500)
    assert root.outcome.success
    np.testing.assert_allclose(root.z, _solution(0.75), rtol=0, atol=1e-12)


def test_a_number_of_the_text_sets_the_modules_own(source: ModuleSource) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [0.3, -0.2]\ngain = 0.25 in [0, 1]")
    np.testing.assert_allclose(core.solve(layer, method="newton", tol=1e-14).z, _solution(0.25), rtol=0, atol=1e-12)
    assert dict(layer.parameters) == {"gain": 0.25}


def test_every_row_of_a_batch_has_its_own_solution(source: ModuleSource) -> None:
    x = np.array([[0.3, -0.2], [1.0, 0.5], [-2.0, 0.25], [0.0, 0.0]])
    text = 'z <- Linear(z, x)\nz in R^3\nLinear = module "cells.py"\nx = data "X" as batch'
    layer = ModuleLayer(parse(text, {"X": x}), source)
    root = core.solve(layer, method="newton", tol=1e-14)
    np.testing.assert_allclose(root.z, [_solution(0.75, row) for row in x], rtol=0, atol=1e-12)


def test_its_jacobian_and_curvature_are_those_of_the_map(source: ModuleSource) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [0.3, -0.2]")
    z = np.random.default_rng(1).normal(size=(2, 4, 3))  # a grid of points
    np.testing.assert_allclose(layer.array()(z), 0.75 * z @ A.T + B @ X, atol=1e-15)
    np.testing.assert_allclose(layer.jacobian()(z), np.broadcast_to(0.75 * A, (2, 4, 3, 3)), atol=1e-15)
    np.testing.assert_allclose(layer.curvature()(z[0], z[1]), np.zeros((4, 3, 3)), atol=1e-15)


def test_implicit_gradients_are_those_of_torch_through_the_solution(source: ModuleSource) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [0.3, -0.2]\ngain = 0.6 in [0, 1]")
    card = core.gradient(layer, lambda z: (z**2).sum(), wrt=("gain", "A", "B"), start=np.zeros(3), solve={"tol": 1e-13})
    gain, a, b = (torch.tensor(value, dtype=torch.float64, requires_grad=True) for value in (0.6, A, B))
    z = torch.linalg.solve(torch.eye(3, dtype=torch.float64) - gain * a, b @ torch.tensor(X))
    (z**2).sum().backward()
    for name, leaf in (("gain", gain), ("A", a), ("B", b)):
        np.testing.assert_allclose(card.grads[name], leaf.grad, atol=1e-9)


def test_solutions_move_with_the_parameters_as_the_implicit_function_theorem_says(source: ModuleSource) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [u, -0.2]\nu = 0.3 in [-1, 1]\ngain = 0.6 in [0, 1]\n")
    z = np.linalg.solve(np.eye(3) - 0.6 * A, B @ X)
    known = root_sensitivity(layer, z[None])
    exact = np.linalg.solve(np.eye(3) - 0.6 * A, np.column_stack([B[:, 0], A @ z]))
    np.testing.assert_allclose(known.effects[0], exact, atol=1e-12)
    np.testing.assert_allclose(known.condition, [np.linalg.cond(np.eye(3) - 0.6 * A)], rtol=1e-12)


def test_a_function_takes_numbers_by_its_keywords(source: ModuleSource) -> None:
    layer = layer_of(source, "affine(z)", "a = 0.25 in [0, 1]\nb = 3 in [0, 5]")
    np.testing.assert_allclose(core.solve(layer, tol=1e-14).z, np.full(3, 4.0), atol=1e-12)
    card = core.gradient(layer, lambda z: z.sum(), wrt=("a", "b"), start=np.zeros(3), solve={"tol": 1e-14})
    np.testing.assert_allclose([card.grads["a"], card.grads["b"]], [3 * 3 / 0.75**2, 3 / 0.75], rtol=1e-9)


def test_a_matrix_comes_as_a_matrix(source: ModuleSource) -> None:
    text = 'Z <- matrix(Z)\nZ in R^2x2\nmatrix = module "cells.py"'
    root = core.solve(ModuleLayer(parse(text), source), tol=1e-14)
    np.testing.assert_allclose(root.z, [2.0, 0.0, 0.0, 2.0], atol=1e-12)


def test_what_it_is_given_may_be_any_expression(source: ModuleSource) -> None:
    layer = layer_of(source, "affine(tanh(z) + c)", "c = 0.5 in [0, 1]")
    z = core.solve(layer, method="newton", tol=1e-14).z
    np.testing.assert_allclose(z, 0.5 * (np.tanh(z) + 0.5) + 1.0, atol=1e-12)


def test_dropout_is_off_and_drawn_weights_are_the_same_every_time(source: ModuleSource, tmp_path: Path) -> None:
    first = core.solve(layer_of(source, "Drawn(z)"), tol=1e-12)
    (tmp_path / "again").mkdir()
    again = core.solve(layer_of(cells_in(tmp_path / "again"), "Drawn(z)"), tol=1e-12)
    assert first.outcome.success
    np.testing.assert_array_equal(first.z, again.z)


def test_single_precision_is_the_same_layer(source: ModuleSource) -> None:
    layer = layer_of(source, "Linear(z, x)", "x = [0.3, -0.2]")
    root = core.solve(layer, method="newton", tol=1e-5, dtype="float32")
    assert root.z.dtype == np.float32
    np.testing.assert_allclose(root.z, _solution(0.75), atol=1e-5)


@pytest.mark.parametrize(("dtype", "tolerance"), [("float64", 1e-14), ("float32", 1e-6)])
def test_tensors_without_a_kind_are_of_the_kind_of_the_run(source: ModuleSource, dtype: str, tolerance: float) -> None:
    turn = np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 0.5], [0.5, 0.0, 0.0]])
    root = core.solve(layer_of(source, "Plain(z)"), method="newton", tol=tolerance, dtype=dtype)
    np.testing.assert_allclose(root.z, np.linalg.solve(np.eye(3) - turn, [0.0, 0.0, 1.0]), atol=10 * tolerance)


@pytest.mark.parametrize("method", ["picard", "newton"])
def test_a_function_may_differentiate_on_its_way(source: ModuleSource, method: str) -> None:
    root = core.solve(layer_of(source, "slope(z)"), method=method, tol=1e-13)
    np.testing.assert_allclose(root.z**3 + root.z, np.ones(3), atol=1e-11)


def test_a_function_that_overwrites_its_argument_leaves_the_state(source: ModuleSource) -> None:
    np.testing.assert_allclose(core.solve(layer_of(source, "overwrites(z)"), tol=1e-14).z, np.full(3, 2.0), atol=1e-12)


@pytest.mark.parametrize(
    ("call", "lines", "words"),
    [
        ("narrow(z)", "", r"narrow in cells.py gave \(batch, 2\) for z of 3 components: return \(batch, 3\)"),
        ("single(z)", "", "gave torch.float32 on cpu for torch.float64 on cpu"),
        (
            "constant(z)",
            "",
            r"cells.py, line \d+: RuntimeError: .*dtype.* - make constants of the kind of z",
        ),
        ("listed(z)", "", "gave a list: return a tensor"),
        ("noisy(z)", "", "two calls of noisy in cells.py with the same z differ"),
        ("mixing(z)", "", "compute row by row"),
        ("leaves(z)", "", r"cells.py, line \d+: it asked the program to exit"),
        ("fails(z)", "", r"cells.py, line \d+: RuntimeError: .*3x3 and 7x7"),
        ("Linear(z)", "", r"cells.py: TypeError: .*missing 1 required positional argument: 'x'"),
        ("affine(z)", "q = 2", "q stands in no bracket, and affine in cells.py has no number of this name"),
        ("NeedsSize(z)", "", "cannot be made without size"),
        ("nothing(z)", "", "cells.py has no 'nothing'"),
        ("number(z)", "", "number in cells.py is a int"),
    ],
)
def test_what_is_no_layer_is_told_with_the_name_of_the_file(
    source: ModuleSource, call: str, lines: str, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        layer_of(source, call, lines)


def test_a_file_that_does_not_even_run_says_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"cells.py, line 2: "):
        layer_of(cells_in(tmp_path, "\ndef f(z: return z"), "f(z)")
    with pytest.raises(ValueError, match=r"cells.py, line 3: ModuleNotFoundError: No module named 'nowhere_at_all'"):
        layer_of(cells_in(tmp_path, "\n\nimport nowhere_at_all\n"), "f(z)")


def test_a_file_changes_nothing_for_all_of_torch(tmp_path: Path) -> None:
    state = torch.random.get_rng_state()
    text = (
        "import torch\ntorch.set_default_dtype(torch.float16)\ntorch.set_grad_enabled(False)\ntorch.manual_seed(9)\n"
        "def f(z):\n    return 0.5*z + 1\n"
    )
    assert core.solve(layer_of(cells_in(tmp_path, text), "f(z)")).outcome.success
    assert torch.get_default_dtype() == torch.float32
    assert torch.is_grad_enabled()
    assert torch.equal(torch.random.get_rng_state(), state)
