"""All emitters of complex formulas against Python's own complex arithmetic."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
import torch
from complex_arithmetic import FUNCTIONS, POWERS, Formula, Measured, OutOfReachError, formulas, power
from hypothesis import assume, given

from core.language import array_field, array_jacobian, parse, python_field, to_text, torch_field
from core.language.array_math import NUMPY
from core.language.emit_torch import torch_library
from core.language.real_system import real_system
from core.language.walk import ArrayWalk

POINTS = ((1.3 + 0.4j, -0.7 + 1.9j), (-0.8 - 1.1j, 0.6 - 0.2j), (0.2 + 2.5j, 3.1 + 0.9j))
K = 1.5


def components(formula: str) -> list[np.ndarray]:
    """The values of `formula` in z, w and k at every point, by every emitter."""
    system = parse(f"z' = i*z\nw' = {formula}\nz, w in C\nk = {K}")
    states = np.array([[z.real, z.imag, w.real, w.imag] for z, w in POINTS])
    floats = np.array([python_field(system)(0.0, row, [K]) for row in states.tolist()])
    arrays = array_field(system)(0.0, states, [K])
    tensors = torch_field(system)(0.0, torch.tensor(states), {"k": K}).numpy()
    with np.errstate(all="ignore"):
        walked = ArrayWalk(real_system(system), NUMPY)(0.0, states, {"k": K})
    walked_tensors = ArrayWalk(real_system(system), torch_library())(0.0, torch.tensor(states), {"k": K}).numpy()
    emitted = (floats, arrays, tensors, walked, walked_tensors)
    return [np.ascontiguousarray(each[:, 2:]).view(complex)[:, 0] for each in emitted]


@given(formulas)
def test_every_emitter_computes_as_python_does(formula: Formula) -> None:
    wanted: list[Measured | None] = []
    for z, w in POINTS:
        try:
            wanted.append(formula.value({"z": z, "w": w, "k": K}))
        except OutOfReachError:
            wanted.append(None)
    assume(any(each is not None for each in wanted))
    for found in components(formula.text):
        for value, expected in zip(found, wanted, strict=True):
            if expected is not None:
                assert abs(value - expected.value) <= 30 * expected.error


NEAR_THE_CUT = (-2 + 0.03j, -2 - 0.03j, -1e-3 + 2j, -1e-3 - 2j, 3 - 1e-3j)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_alone(name: str) -> None:
    system = parse(f"z' = {name}(z)\nz in C")
    for z in (*(z for pair in POINTS for z in pair), *NEAR_THE_CUT):
        expected = FUNCTIONS[name](Measured(z, 0.0))
        assert abs(complex(*python_field(system)(0.0, [z.real, z.imag], [])) - expected.value) <= 2 * expected.error


@pytest.mark.parametrize("exponent", POWERS)
def test_every_power_alone(exponent: float) -> None:
    system = parse(f"z' = z^({exponent})\nz in C")
    for z in (*(z for pair in POINTS for z in pair), *NEAR_THE_CUT):
        expected = power(exponent)(Measured(z, 0.0))
        assert abs(complex(*python_field(system)(0.0, [z.real, z.imag], [])) - expected.value) <= 2 * expected.error


def test_the_comparison_sees_a_wrong_sign() -> None:
    expected = FUNCTIONS["cos"](Measured.of(POINTS[0][0]))
    found = components("conj(cos(z))")[0][0]
    assert abs(found - expected.value) > 1e6 * expected.error
    assert abs(components("cos(z)")[0][0] - expected.value) <= 2 * expected.error


@given(formulas)
def test_what_is_printed_reads_back_as_the_same_tree(formula: Formula) -> None:
    def tree(text: str):
        return parse(f"z' = i*z\nw' = {text}\nz, w in C\nk = 1").equations[1].expression

    text = to_text(tree(formula.text))
    assert tree(text) == tree(formula.text)
    assert to_text(tree(text)) == text


@pytest.mark.parametrize("exponent", range(2, 9))
def test_whole_powers_are_pythons_products_to_the_last_bit(exponent: int) -> None:
    system = parse(f"z <- z^{exponent}\nz in C")
    for z, _ in POINTS:
        product = z
        for _ in range(exponent - 1):
            product *= z
        assert complex(*python_field(system)(0.0, [z.real, z.imag], [])) == product
        assert complex(*array_field(system)(0.0, np.array([z.real, z.imag]), [])) == product


ANALYTIC = ("z^3 - 1", "exp(z)/z", "sqrt(z) + log(z)", "tanh(z)*sin(z)", "tan(z)^2", "z^(0.3 + i)")


@pytest.mark.parametrize("formula", ANALYTIC)
def test_the_derivatives_of_analytic_functions_obey_cauchy_and_riemann(formula: str) -> None:
    system = parse(f"z' = {formula}\nz in C")
    z, step = 0.7 + 0.4j, 1e-5

    def f(at: complex) -> complex:
        return complex(*python_field(system)(0.0, [at.real, at.imag], []))

    slope = (f(z + step) - f(z - step)) / (2 * step)
    expected = [[slope.real, -slope.imag], [slope.imag, slope.real]]
    found = array_jacobian(system)(0.0, np.array([z.real, z.imag]), [])
    np.testing.assert_allclose(found, expected, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("sqrt(z)", 0.0), ("abs(z)", 0.0), ("z^3", 0.0), ("z^12", 0.0), ("z^0.5", 0.0), ("exp(z)", 1.0),
        ("arg(z)", 0.0),
        ("log(z)", -math.inf), ("z^0", 1.0), ("tan(z)", 0.0),
    ],
)  # fmt: skip
def test_values_at_zero(formula: str, value: float) -> None:
    system = parse(f"z' = {formula}\nz in C")
    for found in (
        python_field(system)(0.0, [0.0, 0.0], []),
        tuple(array_field(system)(0.0, np.zeros(2), [])),
        tuple(torch_field(system)(0.0, torch.zeros(2, dtype=torch.float64), {}).tolist()),
    ):
        assert found == (value, 0.0)


@pytest.mark.parametrize("formula", ["1/z", "z/z^2", "z^-1", "1/(z*(3 + i))"])
def test_nothing_divided_by_zero_raises(formula: str) -> None:
    system = parse(f"z' = {formula}\nz in C")
    assert all(map(math.isnan, python_field(system)(0.0, [0.0, 0.0], [])))
    assert np.isnan(array_field(system)(0.0, np.zeros(2), [])).all()


@pytest.mark.parametrize("size", [1e-160, 1e-100, 1e100, 1e160])
def test_a_divisor_whose_square_leaves_the_numbers_divides(size: float) -> None:
    system = parse("z' = (1 + 2i)/z\nz in C")
    z = size * (3 - 4j)
    found = complex(*python_field(system)(0.0, [z.real, z.imag], []))
    assert abs(found - (1 + 2j) / z) <= 4e-16 * abs(found)


def test_nothing_overflows_in_tan_and_tanh() -> None:
    system = parse("z' = tanh(z)\nw' = tan(w)\nz, w in C")
    z, w = 800 + 1j, 1 - 800j
    found = python_field(system)(0.0, [z.real, z.imag, w.real, w.imag], [])
    assert complex(*found[:2]) == pytest.approx(cmath.tanh(z), abs=1e-15)
    assert complex(*found[2:]) == pytest.approx(cmath.tan(w), abs=1e-15)


@pytest.mark.parametrize("angle", [3.1, -3.1])
def test_roots_and_logarithms_are_principal_on_both_sides_of_the_cut(angle: float) -> None:
    system = parse("z' = sqrt(z)\nw' = log(w)\nz, w in C")
    z = cmath.rect(4.0, angle)
    root, logarithm = np.array(python_field(system)(0.0, [z.real, z.imag] * 2, [])).view(complex)
    assert root == pytest.approx(cmath.rect(2.0, angle / 2), rel=1e-15)
    assert logarithm == pytest.approx(complex(math.log(4.0), angle), rel=1e-15)


def test_what_is_real_stays_real() -> None:
    real = parse("z' = sqrt(2)*exp(k)*z\nz in C\nk = 1")
    (left, right) = (line.expression for line in real_system(real).equations)
    assert [to_text(left), to_text(right)] == ["part.1 * re z", "part.1 * im z"]
    assert to_text(real_system(real).helpers[0].expression) == f"{math.sqrt(2)!r} * exp(k)"
    turned = real_system(parse("z' = i*z\nz in C"))
    assert [to_text(line.expression) for line in turned.equations] == ["-im z", "re z"]
    assert turned.helpers == ()


def test_real_systems_are_their_own_real_form() -> None:
    system = parse("x' = -x")
    assert real_system(system) is system
