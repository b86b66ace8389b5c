"""What a script gives to learn from: tensors, arrays without names, and what is no number."""

import numpy as np
import pytest
import torch

import core
from core.given_table import given_table
from core.training_choice import Training

THREE = "x1' = w x1\na' = w a\nb' = w b\nlearn w = ones(1)[1]\n"
X, LABELS = np.arange(24.0).reshape(8, 3), np.arange(8) % 2


def test_tensors_that_have_gradients_are_read():
    x = torch.arange(8.0).reshape(4, 2).requires_grad_()
    y = torch.arange(4.0, requires_grad=True)
    columns = {"x1": (0.0, 2.0, 4.0, 6.0), "x2": (1.0, 3.0, 5.0, 7.0)}
    assert given_table(x) == (columns, "")
    assert given_table((x, y)) == ({**columns, "y": (0.0, 1.0, 2.0, 3.0)}, "")
    assert given_table((x, torch.arange(4)))[0]["class"] == (0.0, 1.0, 2.0, 3.0)
    assert given_table({"x": y})[0] == {"x": (0.0, 1.0, 2.0, 3.0)}


def test_no_column_without_a_name_is_left_out():
    """Of the state x1, a, b the points' x1 alone has the name of a component."""
    words = r"columns x1, x2, x3, class, and of these the text has x1, class: x2, x3 would be left out"
    with pytest.raises(ValueError, match=words):
        core.train(THREE, data=(X, LABELS), iterations=1)
    named = {"x1": X[:, 0], "x2": X[:, 1], "class": LABELS}
    assert core.train(THREE, data=named, iterations=1).system.size == 3  # who names columns may have others
    z = THREE.replace("x1", "c")
    assert core.train(z, data=(X, LABELS), iterations=1).system.size == 3  # all, in their order


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"x": ["a"] * 4, "y": [1.0] * 4}, "column x must be numbers, not"),
        ({"x": 5.0, "y": [1.0] * 4}, "column x needs one number for each row"),
    ],
)
def test_columns_that_are_no_numbers_are_told(table, words):
    with pytest.raises(TypeError if "must" in words else ValueError, match=words):
        core.train(THREE, data="table", table=table, iterations=1)


def test_a_document_with_columns_that_are_no_numbers_is_told():
    for value in ("a", 10**400):
        own = core.experiment.Experiment(THREE, training=Training(data="table", table={"a": (value,), "y": (1.0,)}))
        with pytest.raises(ValueError, match=r"row 1 of the column a is .*, and no number"):
            core.train(own, iterations=1)
