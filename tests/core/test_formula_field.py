"""A formula's vector field with its parameters bound."""

from __future__ import annotations

import numpy as np
import pytest
import torch

import core
from core.formula_field import FormulaField

TEXT = "x' = y\ny' = mu*(1 - x^2)*y - k*x\nmu = 1 in [0, 5]\nk = 2 in [0, 5]"


def test_values_replace_the_texts_by_name() -> None:
    system = core.parse(TEXT)
    assert FormulaField(system).parameters == (1.0, 2.0)
    assert FormulaField(system, {"k": 4}).parameters == (1.0, 4.0)
    assert system.defaults() == {"mu": 1.0, "k": 2.0}


def test_it_tells_what_the_system_is() -> None:
    field = FormulaField(core.parse(TEXT))
    assert (field.size, field.components, field.autonomous) == (2, ("x", "y"), True)
    assert not FormulaField(core.parse("x' = t")).autonomous


def test_arrays_and_tensors_agree() -> None:
    field = FormulaField(core.parse(TEXT), {"mu": 0.5})
    z = np.random.default_rng(0).normal(size=(4, 5, 2))
    x, y = z[..., 0], z[..., 1]
    expected = np.stack([y, 0.5 * (1 - x * x) * y - 2 * x], axis=-1)
    assert field.array()(0.0, z) == pytest.approx(expected, rel=1e-14)
    in_torch = field.torch("cpu", "float64")(torch.zeros(20).double(), torch.as_tensor(z.reshape(20, 2)))
    assert in_torch.numpy() == pytest.approx(expected.reshape(20, 2), rel=1e-14)


def test_the_jacobian_is_exact() -> None:
    field = FormulaField(core.parse(TEXT), {"mu": 0.5})
    assert field.jacobian()(0.0, np.array([3.0, 2.0])) == pytest.approx(
        np.array([[0.0, 1.0], [0.5 * -2 * 3 * 2 - 2, 0.5 * (1 - 9)]])
    )


def test_a_value_for_no_parameter_names_the_nearest() -> None:
    with pytest.raises(TypeError, match="no parameter 'nu'; did you mean 'mu'"):
        FormulaField(core.parse(TEXT), {"nu": 1.0})
    with pytest.raises(TypeError, match="no parameter 'q'; there are none"):
        FormulaField(core.parse("x' = x"), {"q": 1.0})


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="parameter mu must be a finite number"):
        FormulaField(core.parse(TEXT), {"mu": value})
