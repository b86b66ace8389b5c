"""Complex unknowns in texts: what they declare, how they begin and are seen, and how they are refused."""

from __future__ import annotations

import numpy as np
import pytest

from core.language import FormulaError, array_field, latex, parse, write_values

NEWTON = "# Newton\nz <- z - a*(z^3 - 1)/(3 z^2)\nz in C\na = 1 in [0.1, 2]"


def fault(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert caught.value.cure
    return caught.value


def test_a_complex_unknown_has_two_components() -> None:
    system = parse(NEWTON)
    assert system.components == ("re z", "im z")
    assert system.symbols == ("Re z", "Im z")
    assert system.size == 2
    assert [state.name for state in system.states] == ["z"]
    assert system.is_complex
    z = 1 + 0.5j
    expected = z - 0.7 * (z**3 - 1) / (3 * z**2)
    assert array_field(system)(0.0, np.array([1.0, 0.5]), [0.7]) == pytest.approx([expected.real, expected.imag])


def test_greek_letters_and_vectors_of_complex_numbers() -> None:
    system = parse("ζ' = A ζ/norm(ζ)\nζ in C^2\nA = [[1, 2i], [3, 4]]\nstart ([1, i]), (1, 2, 3, 4)")
    assert system.components == ("re zeta[1]", "im zeta[1]", "re zeta[2]", "im zeta[2]")
    assert system.symbols == ("Re ζ₁", "Im ζ₁", "Re ζ₂", "Im ζ₂")
    assert system.starts == ((1.0, 0.0, 0.0, 1.0), (1.0, 2.0, 3.0, 4.0))
    z, matrix = np.array([1 + 2j, 3 + 4j]), np.array([[1, 2j], [3, 4]])
    found = array_field(system)(0.0, np.array([1.0, 2.0, 3.0, 4.0]), [])
    assert found.view(complex) == pytest.approx(matrix @ z / np.linalg.norm(z), rel=1e-15)


def test_real_and_complex_unknowns_stand_in_one_text() -> None:
    system = parse("z' = i*omega*z\nomega' = -abs(z)*omega\nw' = if(omega > 1, w^2, conj(z))\nz, w in C")
    assert system.components == ("re z", "im z", "omega", "re w", "im w")
    z, w = 0.3 + 0.4j, 1 - 2j
    rates = array_field(system)(0.0, np.array([[0.3, 0.4, 2.0, 1.0, -2.0], [0.3, 0.4, 1.0, 1.0, -2.0]]), [])
    assert rates[:, :2].view(complex)[:, 0] == pytest.approx([2j * z, 1j * z])
    assert rates[:, 2] == pytest.approx([-1.0, -0.5])
    assert rates[:, 3:].copy().view(complex)[:, 0] == pytest.approx([w**2, z.conjugate()])


def test_helper_lines_may_be_complex() -> None:
    system = parse("z <- z^2 + c\nz in C\nc = p + q i\np = -0.4\nq = 0.6")
    assert system.defaults() == {"p": -0.4, "q": 0.6}
    assert array_field(system)(0.0, np.array([0.5, 1.0]), [-0.4, 0.6]) == pytest.approx([-1.15, 1.6])


@pytest.mark.parametrize(
    ("lines", "starts"),
    [
        ("start (1, 0.5)", ((1.0, 0.5),)),
        ("start z = 1 + 0.5i", ((1.0, 0.5),)),
        ("start z = 2", ((2.0, 0.0),)),
        ("start (1 + 0.5i), (0, 2), i", ((1.0, 0.5), (0.0, 2.0), (0.0, 1.0))),
        ("start (exp(i pi/2)*2), (sqrt(3 + 4i)), (abs(3 + 4i))", ((0.0, 2.0), (2.0, 1.0), (5.0, 0.0))),
    ],
)
def test_starts(lines: str, starts: tuple[tuple[float, float], ...]) -> None:
    assert np.allclose(parse(f"z' = i z\nz in C\n{lines}").starts, starts, atol=1e-15)


def test_starts_of_several_unknowns() -> None:
    text = "z' = i z\nx' = -x\nw' = w\nz, w in C\n"
    flat = ((1.0, 2.0, 3.0, 4.0, 5.0),)
    assert parse(text + "start (1, 2, 3, 4, 5)").starts == flat
    assert parse(text + "start (1 + 2i, 3, 4 + 5i)").starts == flat
    assert parse(text + "start w = 4 + 5i, z = 1 + 2i, x = 3").starts == flat


def test_a_root_is_asked_for_with_a_complex_start() -> None:
    for lines in (
        "solve z = 1 + 2i",
        "z in C\nsolve z = 1 + 2i",
        "solve z in C\nstart (1, 2)",
        "z in C\nsolve z = i^2",
    ):
        system = parse(f"0 = z^3 - 1\n{lines}")
        assert system.components == ("re z", "im z")
        assert system.starts == (((-1.0, 0.0),) if "i^2" in lines else ((1.0, 2.0),))


@pytest.mark.parametrize(
    "line",
    [
        "view re z [-2, 2], im z [-1.5, 1.5]",
        "view z [-2, 2], [-1.5, 1.5]",
        "view im(z) [-1.5, 1.5], re(z) [-2, 2]",
        "view z [-2, 2], [-1.5, 1.5], t [0, 3]",
    ],
)
def test_views(line: str) -> None:
    view = dict(parse(f"z' = i z\nz in C\n{line}").view)
    assert (view["re z"], view["im z"]) == ((-2.0, 2.0), (-1.5, 1.5))
    assert view.get("t") == ((0.0, 3.0) if "t [" in line else None)


def test_one_range_is_that_of_both_parts() -> None:
    system = parse("z' = i z\nx' = 1\nz in C^2\nview z[1] [-2, 2], x [0, 1], re z[2] [0, 3]")
    assert dict(system.view) == {"re z[1]": (-2, 2), "im z[1]": (-2, 2), "x": (0, 1), "re z[2]": (0, 3)}


def test_what_is_moved_is_written_back() -> None:
    text = "0 = z^3 - 1\nsolve z in C"
    written = write_values(text, {}, starts=[(1.0, -0.5), (2.0, 0.0)])
    assert written == "0 = z^3 - 1\nsolve z = 1 - 0.5i\nstart (2, 0)\n"
    assert parse(written).starts == ((1.0, -0.5), (2.0, 0.0))
    real = write_values(text, {}, starts=[(-1.0, 0.0)])
    assert real.endswith("solve z = -1 + 0i")
    assert parse(real).components == ("re z", "im z")
    vector = write_values("0 = z^2 - [1, i]\nsolve z in C^2", {}, starts=[(1.0, 0.0, 1e-7, 2.0)])
    assert vector.endswith("solve z = [1 + 0i, 1e-07 + 2i]")
    assert parse(vector).starts == ((1.0, 0.0, 1e-7, 2.0),)


def test_the_typeset_lines_are_those_that_were_typed() -> None:
    import ziamath  # noqa: PLC0415 - half a second that the other tests do without

    system = parse("z' = 2i*conj(z) + abs(z)*re(z^2) - q i\nz in C\nq = 1\nc = arg(z) + im(z)")
    lines = latex(system)
    assert lines == (
        r"\dot{z} = 2\, i\, \overline{z} + \left|z\right|\, \operatorname{Re}\left(z^{2}\right) - q\, i",
        r"c = \operatorname{arg}\left(z\right) + \operatorname{Im}\left(z\right)",
    )
    assert all(ziamath.Latex(line).getsize()[0] > 20 for line in lines)


def test_complex_and_real_systems_share_no_code() -> None:
    assert parse("z' = -z").key != parse("z' = -z\nz in C").key
    assert parse("z' = -z\nz in R^2").key != parse("z' = -z\nz in C").key


REFUSED = (
    ("x' = i*x", 1, 6, "every unknown here is real", "z in C"),
    ("x' = 2i", 1, 7, "every unknown here is real", "z in C"),
    ("x' = re(x)", 1, 6, "every unknown here is real", "z in C"),
    ("x' = x\nk = arg(2)", 2, 5, "every unknown here is real", "z in C"),
    ("x' = x\nstart (conj(2))", 2, 8, "every unknown here is real", "z in C"),
    ("minimise abs(z)^2\nover z in C", 2, 6, "complex unknowns", "in R^2"),
    ("minimise x^2\nover x = 1 + i", 2, 6, "complex unknowns", "in R^2"),
    ("z' = if(z < 1, z, 0)\nz in C", 1, 11, "compare complex", "abs(z)"),
    ("z' = if(z, z, 0)\nz in C", 1, 6, "condition", "abs(z)"),
    ("z' = min(z, 1)\nz in C", 1, 6, "compare complex", "abs(z)"),
    ("z' = floor(z)\nz in C", 1, 6, "does not take complex", "re(z)"),
    ("z' = sign(z) + 1\nz in C", 1, 6, "does not take complex", "re(z)"),
    ("z' = mod(2, z)\nz in C", 1, 6, "does not take complex", "re(z)"),
    ("z' = softmax(z)\nz in C^3", 1, 6, "does not take complex", "re(z)"),
    ("z' = erf(s)\ns = i*k\nk = 1\nz in C", 1, 6, "does not take complex", "re(z)"),
    ("z' = z\nx' = z\nz in C", 2, 6, "x is real", "x in C"),
    ("0 = abs(z) - 1\nsolve z in C", 1, 5, "one real number", "times i"),
    ("z' = z\nz in C\nk = 1 + i in [0, 2]", 3, 5, "must be a number", "number"),
    ("z' = z\nz in C\nview z [0, i]", 3, 12, "without i", "number"),
    ("z' = z\nz in C\nstart (1, 2, 3)", 3, 8, "2 numbers, not 3", "one for each"),
    ("z' = z\nz in C\nstart (1 + i, 2)", 3, 8, "mixes", "parts"),
    ("z' = z\nz in C\nstart (i*k)\nk = 1", 3, 10, "without k", "number"),
    ("z' = z\nz in C\nstart (1/(i*0))", 3, 9, "not a finite", "number"),
    ("z' = z\nz in C\nstart (floor(i))", 3, 8, "does not take complex", "re(z)"),
    ("z' = z\nx' = x\nz in C\nstart z = 1, x = i", 4, 18, "x is real", "x in C"),
    ("x' = x\nstart x = i", 2, 11, "every unknown here is real", "z in C"),
    ("z' = z\nz in C\nview z [0, 1], [0, 2], [0, 3]", 3, 25, "belongs to no unknown", "x [-1, 1]"),
    ("x' = x\nview x [0, 1], [0, 2]", 2, 17, "one range", "a name before"),
    ("x' = x\nview [0, 2]", 2, 7, "belongs to no unknown", "x [-1, 1]"),
    ("x' = x\nview re x [0, 2]", 2, 9, "no unknown", "use t or"),
    ("z' = z\nz in C\nview up z [0, 2]", 3, 6, "no part", "re z"),
    ("z' = z\nz in C\nview z [0, 1], re z [0, 2]", 3, 19, "given twice", "one of the two"),
    ("z' = z\nz in C^17", 2, 1, "17 complex", "at most 16"),
    ("z' = z\nz in C\nz in C", 3, 1, "twice", "one of the lines"),
    ("re' = 1", 1, 1, "name of a function", "another name"),
    ("z' = conj z\nz in C", 1, 6, "in brackets", "conj(x)"),
    ("z' = z\nz in C\ni = 2", 3, 1, "imaginary unit", "another name"),
    ("z' = M M M M M M M M z\nM = normal(16, 16)*i\nz in C^16", 1, 22, "operations on complex", "smaller"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "words", "cure"), REFUSED)
def test_refusals(text: str, line: int, column: int, words: str, cure: str) -> None:
    error = fault(text)
    assert words in error.message
    assert cure in error.cure
    assert (error.line, error.column) == (line, column)


def test_a_stored_tensor_cannot_stand_beside_complex_unknowns() -> None:
    with pytest.raises(FormulaError, match="line 3, column 1: stored tensors"):
        parse('z <- W z\nz in C^2\nW = data "W"', {"W": np.eye(2)})


HARMLESS = (
    "z' = z^z^z^z", "z' = exp(exp(exp(exp(z))))", "z' = 9^9^9*z", "z' = (i^i)^(-i)", "z' = 1/(z - z)", "z' = log(0*z)",
    "z' = " + "sin(" * 40 + "z" + ")" * 40, "z' = " + "(" * 40 + "z" + "^2 + z)" * 40,
    "z' = " + "tan(1/" * 20 + "z" + ")" * 20, "z' = z^64 + z^-64 + z^65 + z^0",
    "z' = a\na = b*b\nb = c*c\nc = d*d\nd = z*z - i", "z' = " + " + ".join(["z*i"] * 400),
)  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_hostile_texts_are_harmless(text: str) -> None:
    system = parse(f"{text}\nz in C")
    assert array_field(system)(0.0, np.array([[0.3, 0.4], [0.0, 0.0]]), []).shape == (2, 2)
