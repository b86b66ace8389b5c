"""Which maps mix rows, and what their expressions come to."""

from __future__ import annotations

import numpy as np
import pytest

from core.language import array_values, is_mixture, mixture_form, parse
from core.language.tree import name

SCORES = "[[1, 2, -3], [0, 0.5, 700]]"
VALUES = "V = [[1, 5], [-2, 6], [3, 7]]\n"


@pytest.mark.parametrize(
    ("text", "weights", "others"),
    [
        (f"Y <- softmax(S) V\nY in R^2x2\nS = {SCORES}\n{VALUES}", "softmax(S)", ["S"]),
        (f"Y <- P V\nY in R^2x2\nP = softmax(S)\nS = {SCORES}\n{VALUES}", "P", ["S"]),
        (f"Y <- (a*S) V\nY in R^2x2\nS = {SCORES}\na = 2 in [0, 3]\n{VALUES}", "a * S", ["S"]),
        (f"Y <- S V\nY in R^2x2\nS = {SCORES}\nW = S + Y V^T\n{VALUES}", "S", []),
        ("Y <- S V\nY in R^2x2\nS = [[1, 2], [3, 4]]\nV = [[1, 0], [0, 1]]\n", "S", []),
    ],
)
def test_a_product_of_two_matrices_without_the_state_is_one(text: str, weights: str, others: list[str]) -> None:
    form = mixture_form(parse(text))
    assert form is not None
    assert form.names == (weights, "V")
    assert [helper.name for helper in form.others if helper.name != "V"] == others


@pytest.mark.parametrize(
    "text",
    [
        f"Y <- softmax(S + Y V^T) V\nY in R^2x2\nS = {SCORES}\n{VALUES}",
        f"Y <- P V\nY in R^2x2\nP = softmax(Q)\nQ = Y V^T\n{VALUES}",
        "Y <- S Y\nY in R^2x2\nS = [[1, 2], [3, 4]]\n",
        f"Y <- S V + eye(2)\nY in R^2x2\nS = {SCORES}\n{VALUES}",
        "y <- S v\ny in R^2\nS = [[1, 2], [3, 4]]\nv = [1, 2]\n",
        "Y <- 2 V\nY in R^2x2\nV = [[1, 2], [3, 4]]\n",
        "z <- cos(z)\n",
        "x <- 2*3\n",
        "x <- y\ny <- x\n",
        "x' = y\ny' = -x\n",
        "0 = z^2 - 2\nsolve z = 1\n",
        "minimise x^2 + y^2\nover x = 1, y = 1\n",
    ],
)
def test_other_systems_are_none(text: str) -> None:
    assert not is_mixture(parse(text))


def _weights(scores: str) -> np.ndarray:
    system = parse(f"Y <- softmax(S) V\nY in R^2x2\nS = {scores}\n{VALUES}")
    form = mixture_form(system)
    assert form is not None
    (found,) = array_values(system, [form.weights], np.zeros(4))
    return found


def test_softmax_by_rows_forgets_what_is_added_to_a_row() -> None:
    weights, shifted = _weights(SCORES), _weights("[[901, 902, 897], [-600, -599.5, 100]]")
    assert weights == pytest.approx(shifted, rel=1e-12)
    assert weights.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-15)
    powers = np.exp(np.array([1.0, 2.0, -3.0]))
    assert weights[0] == pytest.approx(powers / powers.sum(), rel=1e-14)


def test_weights_that_average_keep_ones() -> None:
    system = parse(f"Y <- softmax(S) V\nY in R^2x2\nS = {SCORES}\nV = ones(3, 2)\n")
    (output,) = array_values(system, [system.equations[0].expression], np.zeros(4))
    assert output == pytest.approx(np.ones((2, 2)), abs=1e-15)


def test_values_of_names_at_a_point_and_other_parameters() -> None:
    system = parse("z <- a*A z\nz in R^2\nA = [[1, 2], [3, 4]]\nw = A z\nb = log(a)\na = 2 in [-1, 3]\n")
    expressions = (name("w"), name("b"), system.equations[0].expression)
    point = np.array([1.0, -1.0])
    w, b, rate = array_values(system, expressions, point)
    assert w.tolist() == [-1.0, -1.0]
    assert b == pytest.approx(np.log(2.0))
    assert rate.tolist() == [-2.0, -2.0]
    _, b, rate = array_values(system, expressions, point, {"a": -1.0})
    assert np.isnan(b)
    assert rate.tolist() == [1.0, 1.0]
