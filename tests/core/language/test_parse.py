"""What a text means, and what is said where it means nothing."""

from __future__ import annotations

import pytest

from core.language import FormulaError, parse, to_text

VAN_DER_POL = """# Van der Pol oscillator
x' = y
dy/dt = μ*(1 - x^2)*y - x   # a comment
mu = 1 in [0, 5] log step 0.1 unit "1/s" "damping"
start (2, 0), (0.1, -2 pi)
view x [-4, 4], y [-6, 6]
t in [0, 30]
"""


def rate(formula: str, more: str = "") -> str:
    return to_text(parse(f"x' = {formula}\n{more}").equations[0].expression)


def test_every_part_of_a_system() -> None:
    with pytest.raises(FormulaError, match="logarithmic range that reaches 0"):
        parse(VAN_DER_POL)
    system = parse(VAN_DER_POL.replace("[0, 5]", "[0.1, 5]"))
    assert (system.kind, system.title, system.components) == ("ode", "Van der Pol oscillator", ("x", "y"))
    (mu,) = system.parameters
    assert (mu.name, mu.symbol, mu.default, mu.lo, mu.hi, mu.log) == ("mu", "μ", 1.0, 0.1, 5.0, True)
    assert (mu.step, mu.unit, mu.description, mu.line) == (0.1, "1/s", "damping", 4)
    assert system.starts == ((2.0, 0.0), (0.1, pytest.approx(-6.283185307179586)))
    assert dict(system.view) == {"x": (-4.0, 4.0), "y": (-6.0, 6.0)}
    assert system.span == (0.0, 30.0)
    assert system.autonomous


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1/2x", "1 / 2 * x"),
        ("2x^2", "2 * x^2"),
        ("-x^2", "-x^2"),
        ("2^-x", "2^-x"),
        ("x^2^3", "x^2^3"),
        ("(x^2)^3", "(x^2)^3"),
        ("x**2", "x^2"),
        ("3sin(x)", "3 * sin(x)"),
        ("k(1 - x)^2", "k * (1 - x)^2"),
        ("x(1-x)", "x * (1 - x)"),
        ("1/k(x)", "1 / k * x"),
        ("x - 1 - 2", "x - 1 - 2"),
        ("x - (1 - 2)", "x - (1 - 2)"),
        ("2e3 x", "2000 * x"),
        ("k x k", "k * x * k"),
        ("a + -x", "a - x"),
        ("x*-k", "x * -k"),
        ("ln(x)", "log(x)"),
        ("if(x <= k, 1, 0)", "if(x <= k, 1, 0)"),
    ],
)
def test_precedence_and_products(written: str, read: str) -> None:
    text = rate(written, "k = 1\na = 2")
    assert text == read
    assert rate(text, "k = 1\na = 2") == read  # printing and reading again changes nothing


def test_greek_is_one_name_however_it_is_typed() -> None:
    assert parse("x' = ω*x\nomega = 2").key == parse("x' = omega*x\nω = 2").key


def test_default_ranges() -> None:
    parameters = parse("x' = a*x + b + c\na = 3\nb = 0\nc = -2").parameters
    assert [(p.lo, p.hi) for p in parameters] == [(0.0, 6.0), (-5.0, 5.0), (-7.0, 3.0)]


def test_key_ignores_values_and_layout_but_not_the_formula() -> None:
    one = parse("x' = k*x\nk = 1\nstart (1)\nt in [0, 1]")
    assert one.key == parse("# title\n\nx'=k * x\nk = 2 in [0, 9]\nstart (3)").key
    assert one.key != parse("x' = k*x^2\nk = 1").key


def test_names_may_be_used_before_their_definition_and_helpers_are_ordered() -> None:
    system = parse("x' = s\ns = 2*r\nr = k*x\nk = 1")
    assert [helper.name for helper in system.helpers] == ["r", "s"]


def test_vectors_and_matrices() -> None:
    system = parse("z' = A z + b\nz in R^2\nA = [[0, 1], [-1, -k]]\nb = [0, cos(t)]\nk = 0.5\nstart (1, 0)")
    assert system.components == ("z[1]", "z[2]")
    assert not system.autonomous
    assert parse("Z' = A Z\nZ in R^2x3\nA = eye(2)").size == 6


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x' = y +", 1, 9, "value"),
        ("x' = y\ny' = mew*x\nmu = 1", 2, 6, "did you mean mu"),
        ("x' = (x", 1, 6, "never closed"),
        ("x' = x)", 1, 7, "closes nothing"),
        ("x' = sin x", 1, 6, "sin(x)"),
        ("x' = sin^2 x", 1, 6, "sin(x)^2"),
        ("x' = sin(x, 1)", 1, 6, "takes 1"),
        ("x' = x 2", 1, 8, "number follows"),
        ("x' = 1 = 2", 1, 8, "'='"),
        ("x'' = x", 1, 2, "second or higher derivative"),
        ("x' = x\nx' = 1", 2, 1, "twice"),
        ("x' = x\nk = 1\nk = 2", 3, 1, "defined twice"),
        ("x' = a\na = b\nb = a + x", 3, 5, "by itself"),
        ("x' = x\ne = 1", 2, 1, "natural logarithm"),
        ("x' = x\nsin = 1", 2, 1, "name of a function"),
        ("x' = k\nk = 9 in [0, 5]", 2, 5, "outside its range"),
        ("x' = k\nk = 1 in [5, 0]", 2, 11, "empty"),
        ("x' = x\nstart (1, 2)", 2, 8, "1 number"),
        ("x' = x\nview w [0, 1]", 2, 6, "no unknown"),
        ("x' = x\nt in [1, 1]", 2, 7, "empty"),
        ("x' = i*x", 1, 6, "complex"),
        ("x' = normal(2, seed 0.5)", 1, 21, "whole number"),
        ("z' = [1, 2]\nz in R^3", 1, 6, "another shape"),
        ("z' = A z\nz in R^3\nA = eye(2)", 1, 8, "cannot multiply"),
        ("z' = z[3]\nz in R^2", 1, 8, "outside 1..2"),
        ("", 1, 1, "no equation"),
        ("k = 1", 1, 1, "no equation"),
    ],
)
def test_errors_name_the_place_and_a_cure(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    fault = caught.value
    assert (fault.line, fault.column) == (line, column)
    assert words in str(fault)
    assert fault.cure


def test_an_unknown_name_is_told_to_the_window() -> None:
    with pytest.raises(FormulaError) as caught:
        parse("x' = y\ny' = k*y")
    assert caught.value.unknown == "k"
    with pytest.raises(FormulaError) as caught:
        parse("x' = y +\ny' = x")
    assert caught.value.unknown is None
