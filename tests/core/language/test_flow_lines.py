"""flow normal(n): a differential equation that transports a density."""

from __future__ import annotations

import pytest

from core.language import FlowDeclaration, FormulaError, latex, parse


@pytest.mark.parametrize(
    ("text", "size", "span"),
    [
        ("z' = tanh(z)\nz in R^2\nflow normal(2)", 2, (0.0, 1.0)),
        ("x' = y\ny' = -x\nflow normal(2)\nt in [0, 2.5]", 2, (0.0, 2.5)),
        ("flow normal(6)\nZ' = -Z\nZ in R^2x3\nt in [-1, 1]", 6, (-1.0, 1.0)),
    ],
)
def test_it_declares_the_base_at_the_end_of_the_span(text: str, size: int, span: tuple[float, float]) -> None:
    system = parse(text)
    line = next(number for number, words in enumerate(text.split("\n"), start=1) if words.startswith("flow"))
    assert system.flow == FlowDeclaration("normal", size, line)
    assert system.span == span
    plain = parse("\n".join(words for words in text.split("\n") if not words.startswith("flow")))
    assert plain.flow is None
    assert plain.key == system.key  # the right-hand side is the same


def test_it_is_typeset() -> None:
    import ziamath  # noqa: PLC0415 - half a second that the other tests do without

    base = r"\left(x, y\right)\left(2.5\right) \sim N\left(0, I_{2}\right)"
    lines = latex(parse("x' = y\ny' = -x\nflow normal(2)\nt in [0, 2.5]"))
    assert lines[-1] == base
    assert ziamath.Latex(base).getsize()[0] > 20


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x' = x\nflow normal(2)", 2, 6, "which has 1 component - write flow normal(1)"),
        ("z' = z\nz in R^3\nflow normal(3, 1)", 3, 6, "which has 3 components - write flow normal(3)"),
        ("x' = x\nflow normal(1, seed 3)", 2, 6, "not the numbers that a seed draws"),
        ("x' = x\nflow uniform(1)", 2, 6, "standard normal distribution - write flow normal(1)"),
        ("x' = x\nflow normal", 2, 6, "standard normal distribution"),
        ("x' = x\nflow normal(k)\nk = 1", 2, 13, "must be a whole number"),
        ("x' = x\nflow", 2, 5, "more is expected"),
        ("z <- z\nflow normal(1)", 2, 1, "flows along x' = ... only"),
        ("0 = z\nsolve z = 1\nflow normal(1)", 3, 1, "flows along x' = ... only"),
        ("x' = x + dW\nflow normal(1)", 2, 1, "a path with noise (dW) cannot"),
        ("x' = x\nwhen x = 0: stop\nflow normal(1)", 2, 1, "without jumps or stops"),
        ("z' = z\nz in C\nflow normal(2)", 3, 1, "complex unknown"),
        ("x' = x\nflow normal(1)\nflow normal(1)", 3, 1, "given twice"),
    ],
)
def test_what_is_no_flow_is_refused_at_its_place(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.cure


def test_flow_may_still_be_a_name() -> None:
    system = parse("flow' = -flow\nflow normal(1)")
    assert (system.components, system.flow.size if system.flow else 0) == (("flow",), 1)
