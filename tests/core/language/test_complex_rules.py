"""Rules of texts with complex unknowns, each where it holds and where it is broken, and what may be done with them."""

from __future__ import annotations

import numpy as np
import pytest

import core
from core.language import FormulaError, array_field, latex, parse, python_field, to_text, torch_field, write_values

COMPLEX = "\nz in C"
PAIR = "z' = i z\nw' = w\nz, w in C\n"


def refused(text: str) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    return caught.value


BROKEN = (
    # starts
    ("z' = z\nz in C\nstart (1 + i, 2)", 3, 8, "mixes", "its two parts"),
    ("z' = z\nz in C\nstart (i, i)", 3, 8, "mixes", "its two parts"),
    (PAIR + "start (i, 2, 3)", 4, 8, "4 numbers, not 3", "one for each unknown, (1 + 0.5i)"),
    ("z' = z\nz in C\nstart z = [1, 2]", 3, 11, "1 number, not 2", "z = 1 + 0.5i"),
    ("z' = z\nz in C^2\nstart z = 1 + i", 3, 11, "2 numbers, not 1", "[1 + 0.5i, 2, ...]"),
    ("x' = x\nstart x = [1, 2]", 2, 11, "1 number, not 2", "one for each"),
    ("z' = z\nz in C\nstart w = i", 3, 7, "w is no unknown", "use z"),
    ("z' = z\nz in C\nstart z = i, z = 1", 3, 14, "given twice", "keep one"),
    (PAIR + "start z = i", 4, 7, "where w begins", "add w = 0"),
    ("z' = z\nz in C\nstart (1 < i)", 3, 10, "cannot compare", "abs(z)"),
    ("z' = z\nz in C\nstart (1/0 + i)", 3, 9, "not a finite", "smaller"),
    ("z' = z\nz in C\nstart ()", 3, 8, "missing", "write one"),
    # spaces
    ("z' = z\nz in C\nz in R", 3, 1, "declared twice", "keep one"),
    ("z' = z\nz, z in C", 2, 4, "declared twice", "keep one"),
    ("z' = z\nz in C^0", 2, 1, "0 components", "between 1"),
    ("z' = z\nw in C", 2, 1, "no equation", "w' ="),
    ("z' = z\ni in C", 2, 1, "imaginary unit, no unknown", "z in C"),
    ("z' = z\nconj in C", 2, 1, "name of a function, no unknown", "z in C"),
    # names
    ("im' = 1" + COMPLEX, 1, 1, "name of a function", "another name"),
    ("i' = 1" + COMPLEX, 1, 1, "imaginary unit", "another name"),
    ("z' = z\nre = 2" + COMPLEX, 2, 1, "name of a function", "another name"),
    ("z' = z\nconj = 2" + COMPLEX, 2, 1, "name of a function", "another name"),
    ("z' = 2j" + COMPLEX, 1, 7, "unknown name 'j'", "write i"),
    ("z' = iz" + COMPLEX, 1, 6, "unknown name 'iz'", "i z"),
    ("z' = re z" + COMPLEX, 1, 6, "in brackets", "re(x)"),
    ("z' = re(z, z)" + COMPLEX, 1, 6, "1 argument, not 2", "real part"),
    ("z' = z.real" + COMPLEX, 1, 7, "no meaning", "0.5"),
    ("z' = z.__class__" + COMPLEX, 1, 7, "no meaning", "0.5"),
    ("z' = __import__('os')*z" + COMPLEX, 1, 6, "no meaning", "letter"),
    ("z' = complex(z)" + COMPLEX, 1, 6, "unknown function 'complex'", "define it"),
    # kinds of numbers
    ("z' = 1 <= i" + COMPLEX, 1, 8, "cannot compare complex", "abs(z)"),
    ("z' = if(2i != z, 1, 2)" + COMPLEX, 1, 12, "cannot compare complex", "abs(z)"),
    ("z' = z\nx' = z*conj(z)" + COMPLEX, 2, 7, "x is real", "x in C"),
    ("x' = s\ns = z\nz' = z" + COMPLEX, 1, 6, "x is real", "x in C"),
    ("0 = re(z)\nsolve z in C", 1, 5, "one real number", "times i"),
    ("minimise abs(z)\nover z in C", 2, 6, "complex unknowns", "in R^2"),
    ("z' = k z\nk = i in [0, 1]" + COMPLEX, 2, 5, "must be a number", "remove the range"),
    ("z' = k z\nk = 1 in [0, i]" + COMPLEX, 2, 14, "without i", "number"),
    ("z' = z\nt in [0, i]" + COMPLEX, 2, 10, "without i", "number"),
    # views
    ("z' = z\nz in C\nview re [0, 1]", 3, 6, "no unknown", "re z, im z"),
    ("z' = z\nz in C\nview abs z [0, 1]", 3, 6, "no part", "im z"),
    ("z' = z\nz in C\nview re z [1, 0]", 3, 12, "empty", "smaller end"),
    ("z' = z\nz in C\nview w [0, 1]", 3, 6, "no unknown", "re z, im z"),
    ("x' = x\nz' = z\nz in C\nview im x [0, 1]", 4, 9, "no unknown", "re z, im z"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "line", "column", "words", "cure"), BROKEN)
def test_a_broken_rule_is_named_with_its_place_and_cure(
    text: str, line: int, column: int, words: str, cure: str
) -> None:
    error = refused(text)
    assert (error.line, error.column) == (line, column)
    assert words in error.message
    assert cure in error.cure
    assert str(error) == f"line {line}, column {column}: {error.message} - {error.cure}"
    assert "\n" not in str(error)


KEPT = (
    PAIR + "start (i, 2)", PAIR + "start (0, 1, 2, 0)", "z' = z\nz in C^2\nstart z = [1 + i, 2]",
    "z' = z\nx' = abs(z)*x" + COMPLEX, "x' = re(s)\ns = z\nz' = z" + COMPLEX, "0 = re(z) + i im(z)\nsolve z in C",
    "z' = k z\nk = i" + COMPLEX, "z' = if(abs(z) < 1, z, conj(z))" + COMPLEX, "z' = max(re(z), im(z))" + COMPLEX,
    "z' = floor(re(z)) + i*sign(im(z))" + COMPLEX, "z' = re(z)" + COMPLEX, "z' = (1 + i)(z)" + COMPLEX,
    "z' = i z" + COMPLEX, "z' = 2i z" + COMPLEX, "re_1' = z\nz' = re_1\nre_1, z in C", "dz/dt = i z" + COMPLEX,
    "z' = e^(i pi) z" + COMPLEX, "z' = z\nz in C^1", "z' = sum(z)*dot(z, conj(z))*z\nz in C^2",
)  # fmt: skip


@pytest.mark.parametrize("text", KEPT)
def test_a_kept_rule_is_computed(text: str) -> None:
    system = parse(text)
    values = array_field(system)(0.0, np.full(system.size, 0.3), list(system.defaults().values()))
    assert values.shape == (system.size,)
    assert np.isfinite(values).all()


COMPARED = ("z < 1", "1 > z", "z <= 1", "z >= 1", "z == 1", "z != 1", "min(1, z)", "max(z, 1, 2)", "if(z, 1, 2)")
REAL_ONLY = (
    "floor", "sign", "step", "relu", "sigmoid", "softplus", "erf", "asin", "acos", "atan", "asinh", "acosh", "atanh",
)  # fmt: skip


@pytest.mark.parametrize("formula", [*COMPARED, *(f"{name}(z)" for name in REAL_ONLY), "mod(z, 2)", "atan2(z, 1)"])
def test_what_needs_an_order_or_real_numbers_is_refused(formula: str) -> None:
    for text in (f"z' = {formula}", f"z' = z + 2*s\ns = {formula}"):
        error = refused(text + COMPLEX)
        assert "complex number" in error.message
        assert "abs(z), re(z) or im(z)" in error.cure
        assert error.line == text.count("\n") + 1
    parse(f"z' = {formula.replace('z', 're(z)')}" + COMPLEX)


HOSTILE = (
    "z^" * 30 + "z", "z^1000000", "z^(10^10)", "z^-1000000", "z^(1e300)", "z^(i^i^i^i)", "(1 + i)^(9^9^9)*z", "0^z",
    "(z/0)^0", "conj(" * 90 + "z" + ")" * 90, "abs(" * 45 + "z" + ")" * 45, "exp(" * 60 + "i z" + ")" * 60,
    "log(" * 30 + "z" + ")" * 30, "-" * 90 + "z", "z - z*i^" + "2^" * 20 + "2", "sqrt(-1)*z", "re(im(re(i z)))",
)  # fmt: skip


@pytest.mark.parametrize("formula", HOSTILE)
def test_hostile_formulas_end_in_numbers(formula: str) -> None:
    system, at = parse(f"z' = {formula}" + COMPLEX), [0.3, -0.4]
    assert len(python_field(system)(0.0, at, [])) == 2
    assert array_field(system)(0.0, np.array(at), []).shape == (2,)
    torch = pytest.importorskip("torch")
    assert torch_field(system)(0.0, torch.tensor(at), {}).shape == (2,)
    assert parse(f"z' = {to_text(system.equations[0].expression)}" + COMPLEX).equations == system.equations


@pytest.mark.parametrize("formula", ["(" * 2000 + "z" + ")" * 2000, "conj(" * 300 + "z" + ")" * 300, "z*" * 6000 + "z"])
def test_formulas_beyond_the_limits_are_refused(formula: str) -> None:
    assert refused(f"z' = {formula}" + COMPLEX).cure


NEWTON = (
    "# Newton \u03b6\nz <- z - a*(z^3 - 1)/(3 z^2)   # map\nz  in C # plane\n"
    'a = 1 in [0.1, 2] "step"\nstart (1 + 0.5i)\n'
)


def test_a_moved_slider_changes_its_number_only() -> None:
    assert write_values(NEWTON, {"a": 0.5}) == NEWTON.replace("a = 1 in", "a = 0.5 in")
    assert write_values(NEWTON, {"a": 1.0}) == NEWTON
    assert write_values(NEWTON, {"a": 3.0}) == NEWTON.replace("a = 1 in [0.1, 2]", "a = 3 in [0.1, 3]")
    imaginary = "z <- z^2 + c\nz in C\nc = p + q i  # Julia\np = -0.4\nq = 0.6\n"
    assert write_values(imaginary, {"q": 0.7}) == imaginary.replace("0.6", "0.7")


def test_a_moved_start_keeps_the_other_lines() -> None:
    written = write_values(NEWTON, {}, starts=[(-0.25, 2.0)])
    assert written == NEWTON.replace("start (1 + 0.5i)", "start (-0.25, 2)")
    assert parse(written).starts == ((-0.25, 2.0),)
    assert parse(written).equations == parse(NEWTON).equations


def test_typeset_and_printed_lines() -> None:
    system = parse(NEWTON)
    assert latex(system)[0] == r"z \leftarrow z - \frac{a\, \left(z^{3} - 1\right)}{3\, z^{2}}"
    assert to_text(system.equations[0].expression) == "z - a * (z^3 - 1) / (3 * z^2)"
    other = parse("z' = -i*abs(z - 2i)^2 + conj(z)^-2" + COMPLEX)
    text = to_text(other.equations[0].expression)
    assert parse(f"z' = {text}" + COMPLEX).equations == other.equations
    assert r"\overline{z}" in latex(other)[0]
    assert r"\left|z - 2\, i\right|^{2}" in latex(other)[0]


PATHS = ("python", "torch", "kernel")


@pytest.mark.parametrize("path", PATHS)
def test_a_rotation_a_spiral_and_a_driven_equation_have_their_exact_answers(path: str) -> None:
    if path == "kernel":
        pytest.importorskip("llvmlite", reason="kernels are compiled by llvmlite")
    for text, answer in (
        ("z' = i*z", lambda z, t: z * np.exp(1j * t)),
        ("z' = (-0.5 + 3i)*z", lambda z, t: z * np.exp((-0.5 + 3j) * t)),
        ("z' = i*conj(z)", lambda z, t: z * np.cosh(t) + 1j * z.conjugate() * np.sinh(t)),
        ("z' = e^(i t)", lambda z, t: z - 1j * (np.exp(1j * t) - 1)),
        ("z' = -z^2", lambda z, t: z / (1 + z * t)),
    ):
        run = core.integrate(core.parse(text + COMPLEX), [0.6, -0.8], (0.0, 2.0), rtol=1e-11, atol=1e-12, path=path)
        assert complex(*run.z[-1]) == pytest.approx(answer(0.6 - 0.8j, 2.0), abs=1e-9), text


@pytest.mark.parametrize("method", ["newton", "anderson"])
@pytest.mark.parametrize(("start", "root"), [("0.3 + 2i", 1j), ("0.1 - 0.7i", -1j)])
def test_the_roots_of_a_square_plus_one(start: str, root: complex, method: str) -> None:
    factor = "" if method == "newton" else f"{'-' if root.imag < 0 else ''}i*0.4*"
    found = core.solve(core.parse(f"0 = {factor}(z^2 + 1)\nsolve z = {start}"), None, method, tol=1e-13)
    assert complex(*found.z) == pytest.approx(root, abs=1e-11)


def test_there_is_no_root_on_the_real_axis() -> None:
    root = core.solve(core.parse("0 = x^2 + 1\nsolve x = 0.3"), None, "newton", tol=1e-13)
    assert not np.isfinite(root.z).all() or abs(root.z[0] ** 2 + 1) > 1e-3
