"""Outputs that a line of the text reads off the state."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.language import array_field, array_output, output_size, parse, torch_field, torch_output

TEXT = """z' = tanh(W z) - z
z in R^2
learn W = normal(2, 2, seed 1)
learn V = normal(3, 2, seed 2)
learn c = uniform(3, seed 3)
k = 2 in [0, 5]
h = V z
y = k*h + c*t
c2 = 2 c
M = h h^T
e2 = norm(z)^2
"""


@pytest.mark.parametrize("batch", [(), (4,), (3, 4)])
def test_values_are_those_of_numpy_and_torch(batch: tuple[int, ...]) -> None:
    system = parse(TEXT)
    _, v, c = (item.tensor.array() for item in system.data)
    z = np.random.default_rng(0).normal(size=(*batch, 2))
    h = z @ v.T
    expected = {
        "y": 2 * h + 0.5 * c,
        "c2": np.broadcast_to(2 * c, (*batch, 3)),
        "M": h[..., :, None] * h[..., None, :],
        "e2": (z * z).sum(-1),
        "z": z,
    }
    for name, wanted in expected.items():
        assert output_size(system, name) == wanted[(0,) * len(batch)].size
        found = array_output(system, name)(0.5, z, {})
        assert found == pytest.approx(wanted, rel=1e-12)
        assert found.shape == wanted.shape
        for dtype, accuracy in ((torch.float64, 1e-12), (torch.float32, 1e-5)):
            tensor = torch_output(system, name)(0.5, torch.tensor(z, dtype=dtype), {})
            assert (tensor.dtype, tensor.shape) == (dtype, wanted.shape)
            assert tensor.numpy() == pytest.approx(wanted, rel=accuracy, abs=accuracy)


def test_outputs_are_differentiated_by_states_and_tensors() -> None:
    system = parse(TEXT)
    given = {name: torch.randn(3, *size, dtype=torch.float64)[0] for name, size in (("V", (3, 2)), ("c", (3,)))}
    for tensor in given.values():
        tensor.requires_grad_()
    z = torch.randn(5, 2, dtype=torch.float64, requires_grad=True)
    k = torch.tensor(1.5, dtype=torch.float64, requires_grad=True)
    output = torch_output(system, "y")
    assert torch.autograd.gradcheck(
        lambda z, v, c, k: output(0.5, z, {"V": v, "c": c, "k": k}), (z, given["V"], given["c"], k)
    )
    times = torch.linspace(0, 1, 5, dtype=torch.float64)
    wanted = 1.5 * z @ given["V"].T + times[:, None] * given["c"]
    torch.testing.assert_close(output(times, z, {**given, "k": k}), wanted, rtol=1e-12, atol=1e-12)


def test_batch_data_have_a_row_for_every_sample() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    system = parse('z <- tanh(z + x)\nx = data "X" as batch\ny = z + 2 x\nw = 3 x', {"X": rows})
    z = np.ones((3, 2))
    assert array_output(system, "y")(0.0, z, {"x": rows}) == pytest.approx(1 + 2 * rows)
    found = torch_output(system, "w")(0.0, torch.tensor(z), {"x": torch.tensor(rows)})
    assert found.numpy() == pytest.approx(3 * rows)


def test_a_line_that_no_equation_uses_costs_the_equations_nothing() -> None:
    system = parse(TEXT + "huge = exp(1e3 z)\n")
    z = np.ones((2, 2))
    with np.errstate(all="raise"):
        assert np.isfinite(array_field(system)(0.0, z, [2.0])).all()
    large = parse("z' = tanh(A z)\nz in R^20\nA = eye(20)\ny = q z\nq = 1/(z[1] - 1)")
    assert torch_field(large)(0.0, torch.ones(20), {}).isfinite().all()
    assert torch_output(large, "y")(0.0, torch.ones(20), {}).isinf().all()


def test_what_is_no_output_is_told() -> None:
    with pytest.raises(ValueError, match="no line of the text says what 'yy' is; did you mean 'y'"):
        torch_output(parse(TEXT), "yy")
    with pytest.raises(ValueError, match="known are q, x"):
        output_size(parse("x' = -x\nq = x^2"), "velocity")
    with pytest.raises(ValueError, match="real unknowns"):
        array_output(parse("z <- z^2\nz in C\ny = z"), "y")
