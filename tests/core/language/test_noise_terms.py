"""Noise in a text: what it is read as, how it is typeset, and where it means nothing."""

from __future__ import annotations

import pytest

from core.language import FormulaError, array_field, diffusion_of, latex, parse, to_text
from core.language.mixed_noise import mixed_noise


@pytest.mark.parametrize(
    ("rate", "drift", "factor"),
    [
        ("-x + 0.3 dW", "-x", "0.3"),
        ("dW", "0", "1"),
        ("x - x^3 - s x dW/2", "x - x^3", "-(s * x / 2)"),
        ("(x + s dW)*t", "x * t", "s * t"),
        ("dW*s + x + dW", "x", "s + 1"),
        ("-(x - dW)", "-x", "--1"),
    ],
)
def test_a_rate_falls_into_drift_and_noise(rate: str, drift: str, factor: str) -> None:
    system = parse(f"x' = {rate}\ns = 0.5")
    assert [to_text(line.expression) for line in (*system.equations, *system.noise)] == [drift, factor]


def test_every_line_has_its_own_and_a_vector_one_for_each_component() -> None:
    system = parse("z' = -z + [0.1, z[1]] dW\nx' = z[2]\nz in R^2")
    g = array_field(diffusion_of(system))(0.0, [[3.0, 4.0, 5.0]], ())
    assert g.tolist() == [[0.1, 3.0, 0.0]]
    assert mixed_noise(system) == ("z[2]", "z[1]")
    assert mixed_noise(parse("z' = s z dW\nx' = x dW\nz in R^2\ns = 1")) is None
    plain = parse("x' = -x")
    assert plain.noise == ()
    assert len({plain.key, parse("x' = -x + dW").key, parse("x' = -x + 2 dW").key}) == 3
    assert not parse("x' = -x + t dW").autonomous


def test_the_echo_writes_differentials() -> None:
    assert latex(parse("x' = x - x^3 + s dW\ny' = -y\ns = 1")) == (
        r"\mathrm{d}x = \left(x - x^{3}\right)\, \mathrm{d}t + s\, \mathrm{d}W_{x}",
        r"\dot{y} = -y",
    )
    assert latex(parse("x' = -dW")) == (r"\mathrm{d}x = -\mathrm{d}W_{x}",)
    assert latex(parse("z' = -z - 2 z dW\nz in R^2")) == (
        r"\mathrm{d}z = -z\, \mathrm{d}t - 2\, z \odot \mathrm{d}W_{z}",
    )


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("x' = x/dW", 1, 8, "denominator"),
        ("x' = dW^2", 1, 8, "power"),
        ("x' = s dW dW\ns = 1", 1, 11, "product of dW with dW"),
        ("x' = -x\ny' = sin(dW)", 2, 10, "a factor of some"),
        ("x <- dW", 1, 6, "z <- ... has none"),
        ("minimise x dW\nover x = 1", 1, 12, "minimise ... has none"),
        ("0 = x + dW\nsolve x = 1", 1, 9, "0 = ... has none"),
        ("x' = n\nn = 2 dW", 2, 7, "n dW in the rate"),
        ("x' = -x dt + dW", 1, 9, "leave dt out"),
        ("dx = -x + dW", 1, 11, "write x' = ... without dt"),
        ("x' = x dW1", 1, 8, "write dW alone"),
        ("x' = dW\nwhen x = 1: stop", 2, 1, "keep the events or the noise"),
        ("x' = 1\nwhen x = dW: stop", 2, 10, "not in an event"),
        ("z' = A dW\nz in R^2\nA = eye(2)", 1, 6, "one for each component"),
        ("z' = z + dW\nz in C", 1, 10, "z in R^2"),
    ],
)
def test_noise_elsewhere_is_refused_where_it_stands(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert words in str(caught.value)
