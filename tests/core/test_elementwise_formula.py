"""Formulas of one number, and where they are wrong."""

from __future__ import annotations

import pytest

from core.blocks.formula import FormulaNode
from core.elementwise_formula import LONGEST, elementwise_formula, of_value
from core.language import FormulaError, parse, to_text
from core.network_builder import recipe_text
from core.network_recipe import Recipe


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("sin(x) * x", "sin(h1)*h1"),
        ("x^2^x - (x - 1)", "h1^2^h1 - (h1 - 1)"),
        (" 2x  # twice", "2*h1"),
        ("if(x > 0, x, 0.1x)", "if(h1 > 0, h1, 0.1*h1)"),
        ("max(0, x) + pi", "max(0, h1) + pi"),
    ],
)
def test_another_name_takes_its_place(text: str, written: str) -> None:
    assert to_text(of_value(elementwise_formula(text), "h1")).replace(" * ", "*") == written


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("", 1, "there is no formula"),
        ("2 + pi", 1, "x does not occur"),
        ("sin(x) + y", 10, "unknown name 'y' - the value that comes in is x"),
        ("sin(x", 4, "never closed"),
        ("x +", 4, "the line ends"),
        ("x*(t + 1)", 4, "t is the time"),
        ("x*norm(x)", 3, "norm would take all components together"),
        ("x + softmax(x)", 5, "softmax would take all"),
        ("2*[x, 1]", 3, "a vector or an index would take all"),
        ("x[1]", 1, "a vector or an index"),
        ("x + re(x)", 5, "re takes a complex number apart"),
        ("x + 0.1 dW", 9, "unknown name 'dW'"),
        ("x = 1", 3, "second '='"),
        ("x\ny' = 1", 1, "one line of 200"),
        ("x" + "+x" * LONGEST, 1, "one line of 200"),
        ("x; y", 2, "character ;"),
        ("import(x)", 1, "unknown name 'import'"),
    ],
)
def test_where_it_is_wrong_is_told(text: str, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        FormulaNode(text)
    assert (caught.value.line, caught.value.column) == (1, column)
    assert words in str(caught.value)
    assert isinstance(caught.value, ValueError)


def test_nothing_but_the_formula_comes_into_the_text() -> None:
    text = recipe_text(Recipe((FormulaNode("x # in R^9"),)))
    assert "z' = W1 h1 + b1  # Linear\nh1 = z  # x # in R^9\n" in text
    assert parse(text).size == 2
    with pytest.raises(TypeError, match="formula must be a text"):
        FormulaNode(3)  # type: ignore[arg-type]
