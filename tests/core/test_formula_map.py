"""The implicit layer of a formula, on numpy and on torch."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.formula_map import FormulaMap
from core.language import parse


def test_a_map_is_what_the_text_says() -> None:
    layer = FormulaMap(parse("z <- tanh(w*z + x)\nw = 0.5\nx = 0.3"), {"w": 2.0})
    assert (layer.size, layer.components, layer.batch, layer.large) == (1, ("z",), None, False)
    assert dict(layer.parameters) == {"w": 2.0, "x": 0.3}
    z = np.array([[0.1], [-0.4]])
    f = np.tanh(2.0 * z + 0.3)
    assert layer.array()(z) == pytest.approx(f, rel=1e-15)
    assert layer.jacobian()(z)[:, 0] == pytest.approx(2.0 * (1.0 - f**2), rel=1e-14)
    assert layer.torch("cpu", "float64")(torch.tensor(z)).numpy() == pytest.approx(f, rel=1e-15)


def test_a_root_problem_is_the_map_whose_fixed_points_are_its_roots() -> None:
    layer = FormulaMap(parse("0 = x^2 + y^2 - 4\n0 = x*y - 1\nsolve x = 2, y = 0.5"))
    z = np.array([[2.0, 0.5], [1.0, 3.0]])
    g = np.stack([z[:, 0] ** 2 + z[:, 1] ** 2 - 4.0, z[:, 0] * z[:, 1] - 1.0], axis=1)
    assert layer.array()(z) == pytest.approx(z - g)
    slopes = np.stack([[[2 * x, 2 * y], [y, x]] for x, y in z])
    assert layer.jacobian()(z) == pytest.approx(np.eye(2) - slopes)
    assert layer.torch("cpu", "float64")(torch.tensor(z)).numpy() == pytest.approx(z - g)


@pytest.mark.parametrize("size", [2, 30])
def test_every_sample_sees_its_row_of_the_batch(size: int) -> None:
    random = np.random.default_rng(3)
    weights, inputs = random.normal(size=(size, size)) / size, random.normal(size=(3, size))
    text = 'z <- tanh(W z + x)\nW = data "W"\nx = data "X" as batch'
    layer = FormulaMap(parse(text, {"W": weights, "X": inputs}))
    assert (layer.batch, layer.large) == (3, size == 30)
    rows, z = np.array([2, 0]), random.normal(size=(2, size))
    expected = np.tanh(z @ weights.T + inputs[rows])
    assert layer.array(rows)(z) == pytest.approx(expected, rel=1e-12)
    slopes = (1.0 - expected**2)[:, :, None] * weights
    assert layer.jacobian(rows)(z) == pytest.approx(slopes, rel=1e-12)
    assert layer.torch("cpu", "float64", rows)(torch.tensor(z)).numpy() == pytest.approx(expected, rel=1e-12)
    assert layer.array(rows[:1])(z) == pytest.approx(np.tanh(z @ weights.T + inputs[2]), rel=1e-12)
    with pytest.raises(ValueError, match="which of its rows"):
        layer.array()


@pytest.mark.parametrize("right", ["z", "x", "2*x", "tanh(A z + x)"])
def test_an_answer_is_an_array_of_its_own(right: str) -> None:
    random = np.random.default_rng(4)
    given = {"A": random.normal(size=(20, 20)), "X": random.normal(size=(5, 20))}
    layer = FormulaMap(parse(f'z <- {right}\nz in R^20\nA = data "A"\nx = data "X" as batch', given))
    rows, z = np.arange(5), random.normal(size=(5, 20))
    wanted = {"z": z, "x": given["X"], "2*x": 2.0 * given["X"], "tanh(A z + x)": np.tanh(z @ given["A"].T + given["X"])}
    for f, kept in (
        (layer.array(rows), z.copy()),
        (layer.torch("cpu", "float64", rows), torch.tensor(z)),
    ):
        f(kept)[...] = np.nan
        assert np.array_equal(np.asarray(kept), z)
        assert np.asarray(f(kept)) == pytest.approx(wanted[right], rel=1e-12)


def test_inputs_can_be_replaced_and_differentiated() -> None:
    layer = FormulaMap(parse('z <- tanh(w*z + x)\nw = 0.5\nx = data "X" as batch', {"X": [0.3, 0.4]}))
    w = torch.tensor(0.9, dtype=torch.float64, requires_grad=True)
    x = torch.tensor([0.1, 0.2], dtype=torch.float64, requires_grad=True)
    f = layer.torch("cpu", "float64", np.array([0, 1]))
    value = f(torch.tensor([[0.5], [0.6]], dtype=torch.float64), {"w": w, "x": x})
    value.sum().backward()
    slope = 1.0 - np.tanh([0.45 + 0.1, 0.54 + 0.2]) ** 2
    assert w.grad is not None
    assert x.grad is not None
    assert w.grad.item() == pytest.approx(0.5 * slope[0] + 0.6 * slope[1])
    assert x.grad.numpy() == pytest.approx(slope)


def test_what_is_no_layer_is_refused() -> None:
    with pytest.raises(ValueError, match="no implicit layer"):
        FormulaMap(parse("x' = -x"))
    with pytest.raises(TypeError, match="did you mean 'gain'"):
        FormulaMap(parse("z <- gain*cos(z)\ngain = 1"), {"gian": 1.0})
    with pytest.raises(ValueError, match="finite"):
        FormulaMap(parse("z <- gain*cos(z)\ngain = 1"), {"gain": float("inf")})
