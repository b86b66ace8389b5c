"""learn W = ...: tensors that training moves, from their first values to the stored ones."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

import core
from core.language import FormulaError, array_field, parse, python_field, torch_field
from core.language.random_constants import random_entries
from core.stored_tensor import StoredTensor

NETWORK = """# A network
z' = V tanh(W z + b) + a*z
z in R^2
learn W = uniform(8, 2, seed 1)*2/sqrt(2) - 1/sqrt(2)
learn b = uniform(8, seed 2)
learn V = [[1, 2, 3, 4], [5, 6, 7, 8]]/2 ones(4, 8)*exp(-1) - 0.5 normal(2, 8, seed 3)
learn a = -1/2
"""


def first_values() -> dict[str, np.ndarray]:
    return {
        "W": random_entries("uniform", (8, 2), 1) * 2 / np.sqrt(2) - 1 / np.sqrt(2),
        "b": random_entries("uniform", (8,), 2),
        "V": np.arange(1.0, 9.0).reshape(2, 4) / 2 @ np.ones((4, 8)) * np.exp(-1)
        - 0.5 * random_entries("normal", (2, 8), 3),
        "a": np.array(-0.5),
    }


def test_first_values_are_those_of_numpy() -> None:
    system = parse(NETWORK)
    assert system.learnt == ("W", "b", "V", "a")
    assert system.sources == system.learnt
    assert system.parameters == ()
    for item, (name, values) in zip(system.data, first_values().items(), strict=True):
        assert (item.name, item.shape, item.batch, item.tensor.dtype) == (name, values.shape, False, "float64")
        assert item.tensor.array() == pytest.approx(values, rel=1e-15)


@pytest.mark.parametrize("text", [NETWORK, NETWORK.replace("8", "2").replace("4], [5", "4], [5")])
def test_all_emitters_agree(text: str) -> None:
    text = text.replace("[[1, 2, 3, 4], [5, 6, 7, 2]]/2 ones(4, 2)", "[[1, 2], [5, 6]]/2 ones(2, 2)")
    system = parse(text)
    w, b, v, a = (item.tensor.array() for item in system.data)
    points = np.random.default_rng(0).normal(size=(5, 2))
    expected = np.tanh(points @ w.T + b) @ v.T + a * points
    assert array_field(system)(0.0, points, []) == pytest.approx(expected, rel=1e-13)
    assert np.array([python_field(system)(0.0, list(z), []) for z in points]) == pytest.approx(expected, rel=1e-13)
    assert torch_field(system)(0.0, torch.tensor(points), {}).numpy() == pytest.approx(expected, rel=1e-13)
    plain = core.parse(text.replace("learn ", ""))
    ends = [
        core.integrate(one, points[0], t=(0.0, 1.0), method="rk4", step=0.1, path=path).z[-1]
        for one in (system, plain)
        for path in ("python", "torch", "kernel")
    ]
    for end in ends:
        assert np.asarray(end) == pytest.approx(np.asarray(ends[0]), rel=1e-12)


def test_a_stored_tensor_of_the_shape_takes_the_place_of_the_first_values() -> None:
    stored = np.arange(16.0, dtype=np.float32).reshape(8, 2)
    system = parse(NETWORK, {"W": stored, "b": torch.ones(8), "a": 3.0})
    w, b, v, a = system.data
    assert w.tensor == StoredTensor.of(stored)
    assert (b.tensor.array() == 1.0).all()
    assert v == parse(NETWORK).data[2]
    assert float(a.tensor.array()) == 3.0
    assert system.key != parse(NETWORK).key


@pytest.mark.parametrize("shape", [(2, 8), (8, 3), (16,), ()])
def test_a_stored_tensor_of_another_shape_belongs_to_an_earlier_text(shape: tuple[int, ...]) -> None:
    assert parse(NETWORK, {"W": np.ones(shape)}) == parse(NETWORK)


def test_tensors_are_replaced_and_differentiated() -> None:
    system = parse(NETWORK)
    given = {name: torch.tensor(values, requires_grad=True) for name, values in first_values().items()}
    z = torch.tensor([[0.3, -0.2], [1.0, 0.5]], dtype=torch.float64)
    expected = torch.tanh(z @ given["W"].T + given["b"]) @ given["V"].T + given["a"] * z
    wanted = torch.autograd.grad(expected.square().sum(), list(given.values()))
    found = torch.autograd.grad(torch_field(system)(0.0, z, given).square().sum(), list(given.values()))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-12, atol=1e-12)
    gradients = [
        core.gradient(system, torch.sum, ("W", "a"), method, start=(0.3, -0.2), integrate={"t": (0, 1), "rtol": 1e-9})
        for method in ("discrete", "backsolve")
    ]
    assert gradients[0].grads["W"].shape == (8, 2)
    assert gradients[0].flat() == pytest.approx(gradients[1].flat(), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    "text",
    [
        "z <- tanh(W z + 1)\nlearn W = 0.1 normal(3, 3, seed 1)",
        "0 = W z - 1\nsolve z in R^2\nlearn W = eye(2)",
        "minimise dot(z, W z)\nover z in R^2\nlearn W = eye(2)",
        "z' = h\nz in R^2\nh = tanh(W z)\nlearn W = eye(2)",
        "x' = -w*x + 0.1 dW\nlearn w = 2",
        "x' = v\nv' = -1\nwhen x = 0: v = -w*v\nlearn w = 0.9",
    ],
)
def test_every_kind_of_system_may_learn(text: str) -> None:
    assert len(parse(text).learnt) == 1


@pytest.mark.parametrize(
    "text",
    [
        "learn' = -learn",
        "learn <- cos(learn)",
        "learn, x in C\nlearn <- x\nx <- learn",
        "learn ∈ R^2\nlearn' = -learn",
        "x' = learn*x\nlearn = 2 in [0, 3]",
        "x' = learn(x + 1)\nlearn = 2",
    ],
)
def test_learn_may_still_be_a_name(text: str) -> None:
    assert parse(text).learnt == ()


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("learn W = k", 11, "let the equation use k beside W"),
        ("learn W = 2*x", 13, "'x' is none"),
        ("learn W = t", 11, "the time is none"),
        ("learn W = V\nlearn V = 1", 11, "'V' is none"),
        ("learn W = wights", 11, "normal(3, 2, seed 1)"),
        ("learn W = 1/0", 7, "not finite"),
        ("learn W = exp(1000)", 7, "not finite"),
        ("learn W = (1, 2)", 11, "round brackets"),
        ("learn W = normal(200, 200)", 11, "between 1 and 10000"),
        ("learn W = normal(150) normal(150)^T", 7, "at most 10000"),
        ("learn W = normal(2, 3) normal(2, 3)", 24, "cannot multiply"),
        ("learn W = normal(100, 100) normal(100, 100)", 7, "1000000 operations"),
        ("learn W = re(1)", 11, "complex number apart"),
        ("learn W = 1\nW = 2", 7, "defined twice"),
        ("learn sin = 1", 7, "is the name of a function"),
        ("learn t = 1", 7, "is the time"),
        ("learn W", 8, "begins from values"),
        ("learn W, V = 1", 8, "begins from values"),
        ("learn W =", 10, "line ends after '='"),
        ("learn W = 1 in [0, 2]", 13, "'in' does not go with"),
        ('learn W = data "W"', 16, "does not go with"),
        ("learn W = 1 log", 13, "'log' does not go with"),
    ],
)
def test_what_cannot_be_learnt_is_refused_at_its_place(line: str, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(f"x' = k*x\nk = 1\n{line}")
    assert words in str(caught.value)
    assert caught.value.cure
    if "twice" not in words:
        assert (caught.value.line, caught.value.column) == (3, column)


def test_complex_unknowns_learn_nothing() -> None:
    with pytest.raises(FormulaError, match="line 3, column 7: stored tensors and learnt ones"):
        parse("z <- W z\nz in C\nlearn W = 1")


def test_no_text_keeps_the_parser_busy() -> None:
    begin = time.perf_counter()
    with pytest.raises(FormulaError, match="1000000 operations"):
        parse("x' = x\nlearn W = " + "+".join(f"normal(9999, seed {seed})" for seed in range(800)))
    with pytest.raises(FormulaError, match="more than 5000 parts"):
        parse("x' = x\nlearn W = " + "+".join("1" for _ in range(6_000)))
    parse("x' = x\nlearn W = " + "+".join(f"normal(9999, seed {seed})" for seed in range(90)))
    assert time.perf_counter() - begin < 2.0
