"""Torch callables as implicit layers: how they are called, and what is said when they answer wrongly."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.callable_map import CallableMap


def test_what_a_layer_says_of_itself() -> None:
    plain = core.layer(torch.tanh, 3)
    assert (plain.size, plain.components, plain.batch) == (3, ("z[1]", "z[2]", "z[3]"), None)
    assert (plain.system, plain.parameters, plain.large) == (None, {}, True)
    assert core.layer(torch.sin, 2, ["x", "y"]).components == ("x", "y")
    assert core.layer(lambda z, x: z + x, 2, x=torch.zeros(5, 2)).batch == 5


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_a_size_that_is_none_is_refused(size: object) -> None:
    with pytest.raises(ValueError, match="whole number of at least 1"):
        CallableMap(torch.sin, size)


def test_what_cannot_be_called_so_is_refused() -> None:
    with pytest.raises(ValueError, match="2 components need 2 different names"):
        core.layer(torch.sin, 2, ["x", "x"])
    with pytest.raises(TypeError, match="needs a callable"):
        core.layer(torch.ones(2), 2)
    with pytest.raises(TypeError, match="this one needs 3 arguments"):
        core.layer(lambda z, x, p: z + x + p, 2, x=torch.zeros(1, 2))
    with pytest.raises(TypeError, match=r"give its batch data as x=tensor of shape \(B, \.\.\.\)"):
        core.layer(lambda z, x: z + x, 2)
    with pytest.raises(TypeError, match="takes no batch data: leave x out"):
        core.layer(lambda z: z, 2, x=torch.zeros(1, 2))
    with pytest.raises(ValueError, match="at least one row"):
        core.layer(lambda z, x: z + x, 2, x=torch.zeros(0, 2))


@pytest.mark.parametrize(
    ("function", "error", "sentence"),
    [
        (lambda z: z[:, 0], ValueError, "returned the shape"),
        (lambda z: z.float(), ValueError, r"returned torch\.float32 on cpu for a state in torch\.float64"),
        (lambda z: z.to(torch.complex128), ValueError, r"returned torch\.complex128"),
        (lambda _z: 1.0, TypeError, "returned float, not a tensor"),
    ],
)
@pytest.mark.parametrize("method", ["picard", "newton"])
def test_a_wrong_answer_gives_a_sentence(function, error: type, sentence: str, method: str) -> None:
    with pytest.raises(error, match=sentence):
        core.solve(core.layer(function, 2), [1.0, 0.0], method)


def test_weights_of_another_dtype_give_a_sentence_with_the_cure() -> None:
    with pytest.raises(ValueError, match=r"weights are torch\.float32 on cpu, the run is float64 on cpu"):
        core.solve(core.layer(torch.nn.Linear(2, 2), 2), [1.0, 0.0])
    assert core.solve(
        core.layer(torch.nn.Linear(2, 2), 2), [1.0, 0.0], "newton", dtype="float32", tol=1e-5
    ).outcome.success


def test_an_exception_of_the_layer_keeps_its_type() -> None:
    class OddError(Exception):
        pass

    def f(_z: torch.Tensor) -> torch.Tensor:
        raise OddError("no")

    with pytest.raises(OddError, match="no"):
        core.solve(core.layer(f, 1), [1.0])


@pytest.mark.parametrize("method", ["anderson", "damped", "newton", "picard"])
def test_a_layer_that_overwrites_its_argument_changes_nothing(method: str) -> None:
    honest = core.solve(core.layer(torch.cos, 1), [1.0], method)
    rude = core.solve(core.layer(lambda z: z.cos_(), 1), [1.0], method)
    assert np.array_equal(rude.history.z, honest.history.z)


def test_rows_choose_the_batch_data() -> None:
    x = torch.tensor([[1.0], [2.0], [3.0]])
    layer = core.layer(lambda z, x: z + 10.0 * x, 1, x=x)
    z = torch.zeros(2, 1).double()
    assert layer.torch("cpu", "float64", np.array([2, 0]))(z, None).tolist() == [[30.0], [10.0]]
    assert layer.torch("cpu", "float64", np.array([1]))(z, None).tolist() == [[20.0], [20.0]]
    assert layer.array(np.array([2, 0]))(np.zeros((2, 1))).tolist() == [[30.0], [10.0]]
    assert layer.torch("cpu", "float64")(torch.zeros(3, 1).double(), None).tolist() == [[10.0], [20.0], [30.0]]


def test_inputs_replace_the_batch_data_and_are_differentiated() -> None:
    layer = core.layer(lambda z, x: z * x**2, 1, x=torch.ones(2, 1))
    mine = torch.tensor([[3.0], [5.0]]).double().requires_grad_()
    function = layer.torch("cpu", "float64", np.array([0, 1]))
    function(torch.ones(2, 1).double(), {"x": mine}).sum().backward()
    assert mine.grad.tolist() == [[6.0], [10.0]]
    with pytest.raises(TypeError, match="no input 'y'; known are x"):
        function(torch.ones(2, 1).double(), {"y": mine})


def test_whole_numbers_in_the_batch_data_stay_whole() -> None:
    embedding = torch.nn.Embedding(4, 2)
    layer = core.layer(lambda z, x: 0.5 * z + embedding(x).to(z), 2, x=torch.tensor([3, 1]))
    roots = core.solve(layer, method="newton")
    assert roots.z == pytest.approx(2.0 * embedding.weight.detach().double().numpy()[[3, 1]])


def test_jacobian_of_a_matrix_is_the_matrix() -> None:
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).double()
    jacobian = core.layer(lambda z: z @ matrix.T, 2).jacobian()
    assert jacobian(np.random.default_rng(0).normal(size=(4, 2))) == pytest.approx(
        np.broadcast_to(matrix.numpy(), (4, 2, 2))
    )


def test_jacobian_of_products_and_of_constants() -> None:
    jacobian = core.layer(lambda z: torch.stack([z[:, 0] * z[:, 1], torch.ones_like(z[:, 0])], 1), 2).jacobian()
    assert jacobian(np.array([[2.0, 5.0]])).tolist() == [[[5.0, 2.0], [0.0, 0.0]]]
    assert core.layer(torch.ones_like, 2).jacobian()(np.zeros((1, 2))).tolist() == [[[0.0, 0.0], [0.0, 0.0]]]


class Cube(torch.autograd.Function):
    """z^3 whose gradient torch cannot compute for many at once."""

    @staticmethod
    def forward(ctx, z: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(z)
        return z**3

    @staticmethod
    def backward(ctx, gradient: torch.Tensor) -> torch.Tensor:
        (z,) = ctx.saved_tensors
        return torch.from_numpy(3.0 * z.numpy() ** 2 * gradient.numpy())


@pytest.mark.parametrize("size", [3, 30])
def test_jacobian_of_a_large_layer_and_of_an_operation_of_ones_own(size: int) -> None:
    z = np.random.default_rng(0).normal(size=(5, size))
    jacobian = core.layer(lambda z: Cube.apply(z) + 0.5 * z.flip(1), size).jacobian()(z)
    expected = 3.0 * z[:, :, None] ** 2 * np.eye(size) + 0.5 * np.eye(size)[::-1]
    assert jacobian == pytest.approx(expected, abs=1e-14)
    detached = core.layer(lambda z: z.detach() + torch.ones(size).double().requires_grad_(), size).jacobian()(z)
    assert (detached == 0.0).all()


def test_a_module_in_float32_still_answers_arrays_in_float64() -> None:
    module = torch.nn.Linear(2, 2)
    layer = core.layer(module, 2)
    assert layer.array()(np.ones((5, 2))).dtype == np.float64
    assert layer.jacobian()(np.ones((1, 2)))[0] == pytest.approx(module.weight.detach().numpy())
