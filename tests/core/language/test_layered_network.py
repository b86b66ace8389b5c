"""Right-hand sides that are a network of layers, against torch's layers made of what was recognised."""

from __future__ import annotations

import pytest
import torch

from core.language import as_layers, parse, torch_field

TENSORS = """
z in R^2
learn W1 = normal(8, 2, seed 1)
learn b1 = uniform(8, seed 2)
learn W2 = normal(8, 8, seed 3)/3
learn b2 = uniform(8, seed 4)
learn W3 = normal(2, 8, seed 5)
learn b3 = [1, 2]
learn A = normal(2, 2, seed 6)
learn w = 2
k = 1
"""
DEEP = (("W1", "b1", "tanh"), ("W2", "b2", "relu"), ("W3", "b3", None))
RECOGNISED = [
    ("z' = W3 relu(W2 tanh(W1 z + b1) + b2) + b3", DEEP),
    ("z' = b3 + W3*relu(b2 + W2 @ tanh(W1 z + b1))", DEEP),
    ("z' = W3 h + b3\nh = relu(W2 tanh(g) + c)\ng = W1 z + b1\nc = b2", DEEP),
    ("z' = W3 sigmoid(W1 z)", (("W1", None, "sigmoid"), ("W3", None, None))),
    ("z' = W3 softplus(W2 sin(W1 z) + b2)", (("W1", None, "sin"), ("W2", "b2", "softplus"), ("W3", None, None))),
    ("z' = A z + b3", (("A", "b3", None),)),
    ("z' = A tanh(A z)", (("A", None, "tanh"), ("A", None, None))),
]


def network(layers: tuple[tuple[str, str | None, str | None], ...], tensors: dict[str, torch.Tensor]):
    made = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid, "sin": torch.sin}
    made["softplus"] = lambda a: torch.nn.functional.softplus(a, threshold=1e9)

    def function(z: torch.Tensor) -> torch.Tensor:
        for weight, bias, activation in layers:
            z = torch.nn.functional.linear(z, tensors[weight], None if bias is None else tensors[bias])
            z = z if activation is None else made[activation](z)
        return z

    return function


@pytest.mark.parametrize(("equation", "layers"), RECOGNISED)
def test_the_layers_give_the_same_numbers_and_slopes(
    equation: str, layers: tuple[tuple[str, str | None, str | None], ...]
) -> None:
    system = parse(equation + TENSORS)
    assert as_layers(system) == layers
    tensors = {item.name: torch.tensor(item.tensor.array(), requires_grad=True) for item in system.data}
    z = torch.randn(7, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0), requires_grad=True)
    wanted, found = network(layers, tensors)(z), torch_field(system)(0.0, z, {**system.defaults(), **tensors})
    torch.testing.assert_close(found, wanted, rtol=1e-14, atol=1e-14)
    used = [z, *(tensors[name] for name in dict.fromkeys(layer[0] for layer in layers))]
    slopes, expected = (torch.autograd.grad(value.square().sum(), used) for value in (found, wanted))
    for one, other in zip(slopes, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize(
    "equation",
    [
        "z' = tanh(A z + b3)",
        "z' = A tanh(z)",
        "z' = W3 tanh(W1 z + b1) + b3 - z",
        "z' = W3 tanh(W1 z + b1 + b2)",
        "z' = W3 tanh(W2 (W1 z + b1))",
        "z' = W3 tanh(-W1 z)",
        "z' = W3 exp(W1 z)",
        "z' = W3 tanh(W1 z)*k",
        "z' = k*(W3 tanh(W1 z))",
        "z' = W3 tanh(W1 z + k)",
        "z' = W3 (b1*tanh(W1 z))",
        "z' = A^T z",
        "z' = A z + w",
        "z' = w*z",
        "z' = [[1, 2], [3, 4]] z",
        "z' = A z + [1, 2]",
        "z' = A z*t",
        "z' = A b3",
        "z' = z",
        "z' = A z + 0.1 dW",
        "z <- A z",
        "z' = A z\nx' = -x",
        "0 = A z + b3\nsolve z in R^2",
    ],
)
def test_anything_else_is_no_network(equation: str) -> None:
    more = TENSORS.replace("z in R^2\n", "") if "solve" in equation else TENSORS
    assert as_layers(parse(equation + more)) is None


def test_rows_of_a_batch_are_no_bias() -> None:
    assert as_layers(parse('z <- A z + x\nx = data "x" as batch\nlearn A = eye(2)', {"x": [[1.0, 2.0]]})) is None
