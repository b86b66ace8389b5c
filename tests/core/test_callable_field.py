"""Torch callables as vector fields: how they are called, and what is said when they answer wrongly."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.callable_field import CallableField


def test_one_argument_is_the_state_and_two_are_time_and_state() -> None:
    assert core.field(lambda z: -z, 2).autonomous
    assert not core.field(lambda t, z: -t * z, 2).autonomous
    assert core.field(torch.tanh, 2).autonomous
    assert core.field(lambda z, gain=2.0: gain * z, 1).autonomous


def test_a_module_is_called_through_its_forward() -> None:
    assert core.field(torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.Tanh()), 2).autonomous


def test_time_broadcasts_against_the_state() -> None:
    field = core.field(lambda t, z: t * z, 3).torch("cpu", "float64")
    t, z = torch.tensor([1.0, 2.0]).double(), torch.ones(2, 3).double()
    assert field(t, z).tolist() == [[1.0] * 3, [2.0] * 3]


def test_components_have_names() -> None:
    assert core.field(torch.sin, 3).components == ("z[1]", "z[2]", "z[3]")
    assert core.field(torch.sin, 2, ["x", "y"]).components == ("x", "y")


@pytest.mark.parametrize("size", [0, -1, 2.5, True])
def test_a_size_that_is_none_is_refused(size: object) -> None:
    with pytest.raises(ValueError, match="whole number of at least 1"):
        CallableField(torch.sin, size)


def test_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="2 components need 2 different names"):
        core.field(torch.sin, 2, ["x", "x"])


def test_what_is_not_callable_or_takes_too_much_is_refused() -> None:
    with pytest.raises(TypeError, match="needs a callable"):
        core.field(torch.ones(2), 2)
    with pytest.raises(TypeError, match="this one needs 3 arguments"):
        core.field(lambda t, z, p: t + p * z, 2)


@pytest.mark.parametrize(
    ("function", "error", "sentence"),
    [
        (lambda z: z[:, 0], ValueError, "returned the shape"),
        (lambda z: z.float(), ValueError, r"returned torch\.float32 on cpu for a state in torch\.float64"),
        (lambda z: z.to(torch.complex128), ValueError, r"returned torch\.complex128"),
        (lambda _z: 1.0, TypeError, "returned float, not a tensor"),
    ],
)
def test_a_wrong_answer_gives_a_sentence(function, error: type, sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        core.integrate(core.field(function, 2), [1.0, 0.0], t=(0, 1))


def test_weights_of_another_dtype_give_a_sentence_with_the_cure() -> None:
    with pytest.raises(ValueError, match=r"weights are torch\.float32 on cpu, the run is float64 on cpu"):
        core.integrate(core.field(torch.nn.Linear(2, 2), 2), [1.0, 0.0], t=(0, 1))
    run = core.integrate(core.field(torch.nn.Linear(2, 2), 2), [1.0, 0.0], t=(0, 1), dtype="float32")
    assert run.outcome.success


def test_an_exception_of_the_field_keeps_its_type() -> None:
    class OddError(Exception):
        pass

    def field(_z: torch.Tensor) -> torch.Tensor:
        raise OddError("no")

    with pytest.raises(OddError, match="no"):
        core.integrate(core.field(field, 1), [1.0])


def test_a_field_that_overwrites_its_argument_changes_nothing() -> None:
    honest = core.integrate(core.field(lambda z: -z, 1), [1.0], t=(0, 1), path="torch")
    rude = core.integrate(core.field(lambda z: z.neg_(), 1), [1.0], t=(0, 1))
    assert np.array_equal(rude.z, honest.z)


def test_array_keeps_the_shape_of_its_points() -> None:
    field = core.field(lambda t, z: t + z, 2).array()
    z = np.arange(12.0).reshape(2, 3, 2)
    assert np.array_equal(field(1.0, z), z + 1.0)
    assert np.array_equal(field(np.arange(6.0).reshape(2, 3), z), z + np.arange(6.0).reshape(2, 3, 1))


def test_jacobian_of_a_matrix_is_the_matrix() -> None:
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]]).double()
    jacobian = core.field(lambda z: z @ matrix.T, 2).jacobian()
    points = np.random.default_rng(0).normal(size=(4, 3, 2))
    assert jacobian(0.0, points).shape == (4, 3, 2, 2)
    assert jacobian(0.0, points) == pytest.approx(np.broadcast_to(matrix.numpy(), (4, 3, 2, 2)))


def test_jacobian_of_products_and_of_constants() -> None:
    jacobian = core.field(lambda z: torch.stack([z[:, 0] * z[:, 1], torch.ones_like(z[:, 0])], 1), 2).jacobian()
    assert jacobian(0.0, np.array([2.0, 5.0])).tolist() == [[5.0, 2.0], [0.0, 0.0]]
    constant = core.field(torch.ones_like, 2).jacobian()
    assert constant(0.0, np.zeros(2)).tolist() == [[0.0, 0.0], [0.0, 0.0]]


def test_a_module_in_float32_still_answers_arrays_in_float64() -> None:
    module = torch.nn.Linear(2, 2)
    field = core.field(module, 2)
    assert field.array()(0.0, np.ones((5, 2))).dtype == np.float64
    assert field.jacobian()(0.0, np.ones(2)) == pytest.approx(module.weight.detach().numpy())
