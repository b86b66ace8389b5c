"""The typeset echo takes no longer than a window can wait, however an equation is nested."""

from __future__ import annotations

import time

import pytest

from core import presets
from core.language import latex, parse
from explorer.equation_echo import EquationEcho
from explorer.typeset_length import shortened


def nested(formula: str, levels: int) -> str:
    text = "x"
    for _ in range(levels):
        text = formula.replace("#", text)
    return text


def line_of(formula: str) -> str:
    return latex(parse(f"x' = {formula}"))[0]


SLOW = [
    nested("tanh(2*#)", 10),
    nested("sin(#)", 13),
    nested("sqrt(#)", 16),
    nested("1/(1 + #)", 12),
    nested("(1 + #)/x", 12),
    nested("2^#", 12),
    nested("abs(x - #)", 12),
    nested("x*(1/x + #)", 12),
    "norm([" + ", ".join(["-0.5*x"] * 200) + "])",
    " + ".join(["x"] * 3000),
    " + ".join(["exp(-x^2)/(1 + x^2)"] * 100),
]


@pytest.mark.parametrize("formula", SLOW, ids=[formula[:30] for formula in SLOW])
def test_no_equation_holds_up_the_window(qtbot, formula: str) -> None:
    echo = EquationEcho()
    qtbot.addWidget(echo)
    echo.show_lines((line_of("x"),))
    echo._typeset_next()  # the first picture reads the font
    echo.show_lines((line_of(formula),))
    begun = time.process_time()
    echo._typeset_next()
    assert time.process_time() - begun < 0.5  # about 0.05 where nothing else runs; it was seconds, or minutes
    assert echo.height() > 10


@pytest.mark.parametrize(
    ("given", "set_"),
    [
        (r"\dot{x} = \tanh\left(w\, \sin\left(x\right)\right)", r"\dot{x} = \tanh(w\, \sin(x))"),
        (r"k\, \left(\frac{1}{x} - 1\right)", r"k\, \left(\frac{1}{x} - 1\right)"),
        (r"\left|x\right| + \left\|y\right\|", r"\left|x\right| + \left\|y\right\|"),
        (r"z \leftarrow \left(x^{2}\right)^{12}", r"z \leftarrow (x^2)^{12}"),
    ],
)
def test_only_what_is_tall_has_tall_brackets(given: str, set_: str) -> None:
    assert shortened(given) == set_


def test_what_is_too_deep_or_too_long_ends_in_dots() -> None:
    assert shortened(line_of(nested("sqrt(#)", 9))) == r"\dot{x} = \sqrt{\sqrt{\sqrt{\sqrt{\sqrt{ \cdots }}}}}"
    long = shortened(line_of(" + ".join(["x^2"] * 99)))
    assert long.startswith(r"\dot{x} = x^2 + x^2 + ")
    assert long.endswith(r" \cdots ")


def test_transposes_in_each_other_are_written_once() -> None:
    transposed = nested("(#)^T", 21).replace("x", "[x, 1]")
    begun = time.process_time()
    assert line_of(f"{transposed} [1, 2]").count("T") == 21
    assert time.process_time() - begun < 2.0  # it was ten seconds


def test_what_is_long_has_its_fractions_in_a_line() -> None:
    assert shortened(line_of("x/(1 + x)")) == r"\dot{x} = \frac{x}{1 + x}"
    rooted = "x/sqrt(x/8 + 1e-5)"
    assert shortened(line_of(f"tanh(tanh({rooted}))")) == r"\dot{x} = \tanh(\tanh(x/\sqrt{x/8 + 10^{-5}}))"
    long = " + x^2*x^3*x^4*x^5*x^6"
    for text, written in (
        ("(x - 1)/(2*x)*x", r"((x - 1)/(2\, x))\, x"),
        ("x*(x/2)/(x/3)", r"(x\, x/2)/(x/3)"),
        ("e^(-x^2/(2*x))", r"e^{-x^2/(2\, x)}"),
    ):
        assert shortened(line_of(text + 3 * long)).startswith(rf"\dot{{x}} = {written} + x^2")


def test_a_large_matrix_is_its_name_and_its_size() -> None:
    rows = ", ".join("[" + ", ".join(str(10 * i + j) for j in range(16)) + "]" for i in range(12))
    system = parse(f"z <- tanh(W^T W z) - [{rows}]^T W z/9\nz in R^16\nW = [{rows}]")
    lines = [shortened(line) for line in latex(system)]
    assert lines[1] == r"W\;(12 \times 16)"
    assert lines[0] == r"z \leftarrow \tanh(W^T\, W\, z) - {[12 \times 16]}^T\, W\, z/9"
    assert (
        shortened(r"\left\|\begin{bmatrix}" + r"x^{9} \\" * 40 + r"x\end{bmatrix}\right\|")
        == r"\left\|[41 \times 1]\right\|"
    )


@pytest.mark.parametrize("preset", sorted(presets.names()))
def test_every_preset_is_shown_whole(preset: str) -> None:
    experiment, _ = presets.load_preset(preset)
    assert not [one for one in latex(parse(experiment.text, experiment.tensors)) if r"\cdots" in shortened(one)]
