"""Maps, root problems, minimisations and stored tensors: what their texts mean, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.language import (
    FormulaError,
    System,
    array_field,
    array_jacobian,
    array_objective,
    latex,
    parse,
    python_field,
    torch_field,
    write_values,
)
from core.stored_tensor import StoredTensor

LAYER = """# A layer
z <- tanh(W z + U x + b)
z in R^3
W = normal(3, 3, seed 0)*gain/sqrt(3)
U = eye(3)
x = normal(3, seed 1)
b = 0
gain = 0.9 in [0, 2]
"""


def values(system: System, **changed: float) -> list[float]:
    return list((system.defaults() | changed).values())


def test_a_fixed_point_map() -> None:
    system = parse(LAYER)
    assert (system.kind, system.components, system.starts) == ("map", ("z[1]", "z[2]", "z[3]"), ())
    assert [parameter.name for parameter in system.parameters] == ["b", "gain"]
    z = np.array([0.1, -0.2, 0.3])
    f = array_field(system)(0.0, z, values(system))
    h = 1e-6
    slopes = [(array_field(system)(0.0, z + h * e, values(system)) - f) / h for e in np.eye(3)]
    assert array_jacobian(system)(0.0, z, values(system)) == pytest.approx(np.array(slopes).T, abs=1e-5)


def test_several_arrows_make_one_map() -> None:
    system = parse("x <- cos(y)\ny <- sin(x)\nstart (1, 2)")
    assert system.components == ("x", "y")
    assert python_field(system)(0.0, [0.5, 0.25], []) == pytest.approx((np.cos(0.25), np.sin(0.5)))


def test_a_root_problem_takes_its_start_from_solve() -> None:
    system = parse("0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5\nstart (1, 1)")
    assert (system.kind, system.components) == ("root", ("x", "y"))
    assert system.starts == ((2.0, 0.5), (1.0, 1.0))
    assert python_field(system)(0.0, [2.0, 0.5], []) == (0.25, 0.0)
    assert array_jacobian(system)(0.0, np.array([2.0, 0.5]), []) == pytest.approx(np.array([[4.0, 1.0], [0.5, 2.0]]))


def test_a_vector_may_be_solved_for() -> None:
    system = parse("0 = A z - b\nsolve z in R^2\nA = [[2, 1], [0, 1]]\nb = [3, 1]")
    assert system.starts == ()
    assert array_field(system)(0.0, np.array([1.0, 1.0]), []) == pytest.approx(np.zeros(2))
    assert parse("0 = z - [1, 2]\nsolve z = [0, 0]").components == ("z[1]", "z[2]")


def test_a_minimisation_is_its_gradient_flow() -> None:
    system = parse("minimise (a - x)^2 + 100*(y - x^2)^2\nover x = -1.2, y = 1\na = 1 in [-2, 2]")
    assert (system.kind, system.starts) == ("minimise", ((-1.2, 1.0),))
    x, y = -1.2, 1.0
    downhill = (2 * (1 - x) + 400 * x * (y - x * x), -200 * (y - x * x))
    assert python_field(system)(0.0, [x, y], [1.0]) == pytest.approx(downhill)
    assert array_objective(system)(0.0, np.array([[x, y], [1.0, 1.0]]), [1.0]) == pytest.approx([24.2, 0.0])
    point = torch.tensor([[x, y]], dtype=torch.float64)
    assert torch_field(system)(0.0, point, {"a": 1.0}).numpy()[0] == pytest.approx(downhill)
    hessian = -array_jacobian(system)(0.0, np.array([1.0, 1.0]), [1.0])
    assert hessian == pytest.approx(np.array([[802.0, -400.0], [-400.0, 200.0]]))


def test_a_quadratic_over_a_vector() -> None:
    system = parse("minimise 0.5*dot(z, Q z) + dot(p, z)\nover z in R^2\nQ = [[2, 0], [0, 1]]\np = [-2, -5]")
    assert python_field(system)(0.0, [3.0, 4.0], []) == pytest.approx((-4.0, 1.0))


WEIGHTS = np.array([[0.5, -0.25], [0.125, 1.0]], dtype=np.float32)
ROWS = np.array([[0.1, 0.2], [0.3, -0.4], [0.5, 0.6]])
STORED = 'z <- tanh(W z + x)\nW = data "weights"\nx = data "inputs" as batch'


def test_stored_tensors_stand_for_themselves() -> None:
    system = parse(STORED, {"weights": WEIGHTS, "inputs": torch.tensor(ROWS)})
    assert (system.components, system.batch) == (("z[1]", "z[2]"), 3)
    assert system.inputs == ("x[1]", "x[2]")
    z = np.array([[0.3, 0.2], [0.1, -0.7], [0.0, 0.4]])
    expected = np.tanh(z @ WEIGHTS.astype(float).T + ROWS)
    assert array_field(system)(0.0, z, list(ROWS.T)) == pytest.approx(expected, rel=1e-14)
    inputs = {"x": torch.tensor(ROWS)}
    assert torch_field(system)(0.0, torch.tensor(z), inputs).numpy() == pytest.approx(expected, rel=1e-14)
    assert python_field(system)(0.0, z[1], ROWS[1].tolist()) == pytest.approx(expected[1])


def test_stored_weights_can_be_replaced_and_differentiated() -> None:
    system = parse(STORED, {"weights": WEIGHTS, "inputs": ROWS})
    weights = torch.tensor(WEIGHTS, dtype=torch.float64, requires_grad=True)
    z = torch.tensor([[0.3, 0.2]], dtype=torch.float64)
    x = torch.tensor(ROWS[:1])
    torch_field(system)(0.0, z, {"x": x, "W": weights}).sum().backward()
    slope = 1 - np.tanh(z.numpy() @ WEIGHTS.astype(float).T + ROWS[:1]) ** 2
    assert weights.grad is not None
    assert weights.grad.numpy() == pytest.approx(slope.T @ z.numpy())


def test_a_wide_layer_with_a_batch_agrees_with_numpy() -> None:
    random = np.random.default_rng(1)
    W, X = random.normal(size=(50, 50)) / 10, random.normal(size=(4, 50))
    system = parse('z <- tanh(W z + x)\nW = data "W"\nx = data "X" as batch', {"W": W, "X": X})
    z = random.normal(size=(4, 50))
    expected = np.tanh(z @ W.T + X)
    assert array_field(system)(0.0, z, list(X.T)) == pytest.approx(expected, rel=1e-12)
    for dtype, accuracy in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
        found = torch_field(system)(0.0, torch.tensor(z, dtype=dtype), {"x": torch.tensor(X, dtype=dtype)})
        assert found.dtype == dtype
        assert found.numpy() == pytest.approx(expected, rel=accuracy, abs=accuracy)


def test_equal_texts_with_other_tensors_are_other_systems() -> None:
    first = parse(STORED, {"weights": WEIGHTS, "inputs": ROWS})
    second = parse(STORED, {"weights": 2 * WEIGHTS, "inputs": ROWS})
    assert first.key != second.key
    assert parse(STORED, {"weights": WEIGHTS, "inputs": ROWS}) is first


def test_functions_of_attention() -> None:
    text = "Y <- softmax(Q K^T) V\nQ = [[1, 0], [0, 2]]\nK = [[1, 1], [0, 1]]\nV = ones(2, 2)\nY in R^2x2"
    assert python_field(parse(text))(0.0, [0.0] * 4, []) == pytest.approx([1.0] * 4)
    system = parse("z' = diag(z) ones(2) - z")
    assert python_field(system)(0.0, [3.0, 4.0], []) == (0.0, 0.0)
    large = parse("z' = diag(z) (softmax(A) ones(20)) - z\nA = normal(20, 20)")
    assert array_field(large)(0.0, np.arange(20.0), []) == pytest.approx(np.zeros(20), abs=1e-13)


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("z <- cos(z)\nx' = 1", 2, 1, "cannot stand in one text"),
        ("z <- cos(z + t)", 1, 14, "t is the time of x' = ..."),
        ("z <- cos(z)\nt in [0, 1]", 2, 1, "has no time"),
        ("1 = x", 1, 1, "begins with 0"),
        ("0 = x", 1, 1, "which names are unknown"),
        ("0 = x\n0 = y\nsolve x = 1", 2, 1, "2 equations cannot fix 1 unknown"),
        ("0 = dot(z, z) - 1\nsolve z in R^2", 1, 5, "this equation gives 1 numbers, and z has 2"),
        ("0 = x - k\nsolve x = k\nk = 1", 2, 11, "a start must be a number"),
        ("solve x = 1", 1, 1, "no line says what they satisfy"),
        ("x' = 1\nsolve x = 1", 2, 1, "'solve' does not go with"),
        ("minimise x^2", 1, 1, "which names are unknown"),
        ("minimise x^2\nminimise x\nover x = 1", 2, 1, "two objectives"),
        ("minimise z\nover z in R^2", 1, 10, "not one number"),
        ('z <- W z\nW = data "W"', 2, 1, "stores no tensor 'W'"),
        ('z <- z\nz = data "W"', 2, 1, "defined twice"),
        ("z <- z + w\n", 1, 10, "unknown name 'w'"),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)
    assert caught.value.cure


@pytest.mark.parametrize(
    ("text", "tensor", "words"),
    [
        ('x\' = W*x\nW = data "W" as batch', np.ones(3), "goes with z <- ... only"),
        ('z <- W z\nW = data "W"', np.ones((200, 200)), "at most 10000 fit"),
        ('z <- W z\nW = data "W"', np.ones((2, 2, 2)), "has 3 axes"),
        ('z <- W z\nW = data "w"', np.ones((2, 2)), "did you mean 'W'"),
        ('z <- W + z\nW = data "W" as batch', np.ones((5000, 1)), "1 to 4096 samples"),
    ],
)
def test_tensors_that_do_not_fit_are_refused(text: str, tensor: np.ndarray, words: str) -> None:
    with pytest.raises(FormulaError, match="line 2") as caught:
        parse(text, {"W": tensor})
    assert words in str(caught.value)


def test_two_batches_have_equally_many_rows() -> None:
    text = 'z <- x + y\nx = data "x" as batch\ny = data "y" as batch'
    with pytest.raises(FormulaError, match="y has 4 samples and x 3"):
        parse(text, {"x": np.ones(3), "y": np.ones(4)})


@pytest.mark.parametrize("bad", [np.array([np.nan]), np.array(["x"]), np.zeros((0, 2)), np.array([1j])])
def test_what_is_no_tensor_is_not_stored(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="stored tensor"):
        StoredTensor.of(bad)


def test_a_stored_tensor_keeps_its_numbers_and_precision() -> None:
    tensor = StoredTensor.of(WEIGHTS)
    assert (tensor.shape, tensor.dtype) == ((2, 2), "float32")
    assert tensor.array().tolist() == WEIGHTS.tolist()
    assert tensor == StoredTensor.of(torch.tensor(WEIGHTS))
    assert hash(tensor) == hash(StoredTensor.of(WEIGHTS.copy()))
    with pytest.raises(ValueError, match="are no float64"):
        StoredTensor((3,), "float64", b"12")


def test_what_was_understood_is_typeset() -> None:
    assert latex(parse("z <- cos(z)")) == (r"z \leftarrow \cos\left(z\right)",)
    assert latex(parse("0 = x*y - 1\n0 = x - y\nsolve x = 1, y = 2")) == (r"0 = x\, y - 1", r"0 = x - y")
    assert latex(parse("minimise x^2 + y^2\nover x = 1, y = 2")) == (r"\min_{x, y}\; x^{2} + y^{2}",)


def test_dragged_starts_are_written_where_the_text_has_them() -> None:
    text = "0 = x^2 + y^2 - 4  # a circle\n0 = x*y - 1\nsolve x = 2, y = 0.5  # near a root\n"
    written = write_values(text, {}, [(1.0, 2.0), (3.0, 4.0)])
    assert "solve x = 1, y = 2  # near a root" in written
    assert parse(written).starts == ((1.0, 2.0), (3.0, 4.0))
    assert parse(write_values("0 = z - [1, 2]\nsolve z in R^2", {}, [(5.0, 6.0)])).starts == ((5.0, 6.0),)
    assert parse(write_values("z <- cos(z)", {}, [(5.0,)])).starts == ((5.0,),)
