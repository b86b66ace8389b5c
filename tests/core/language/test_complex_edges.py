"""Functions of complex numbers where they are delicate: on branch cuts, at 0, at infinity, and on the compiled path."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from complex_arithmetic import EPSILON, Formula, Measured, OutOfReachError, formulas
from hypothesis import assume, given, settings

from core.language import array_field, parse, python_field, torch_field
from core.language.program import lowered

INF = math.inf
SEEN: dict[str, Callable[[complex], complex]] = {
    "sqrt(z)": cmath.sqrt,
    "log(z)": cmath.log,
    "log10(z)": cmath.log10,
    "log2(z)": lambda z: cmath.log(z) / math.log(2),
    "arg(z)": cmath.phase,
    "abs(z)": abs,
    "re(z)": lambda z: z.real,
    "im(z)": lambda z: z.imag,
    "conj(z)": complex.conjugate,
    "z^0.5": lambda z: z**0.5,
    "z^(1/3)": lambda z: z ** (1 / 3),
    "z^-1": lambda z: z**-1,
    "z^-2": lambda z: z**-2,
    "z^-7": lambda z: z**-7,
    "z^-65": lambda z: cmath.exp(-65 * cmath.log(z)),
    "z^i": lambda z: cmath.exp(1j * cmath.log(z)),
    "i^z": lambda z: cmath.exp(z * cmath.log(1j)),
    "e^z": cmath.exp,
    "2^z": lambda z: cmath.exp(z * math.log(2)),
}
AXES = (2 + 0j, -2 + 0j, 2j, -2j, complex(2, -0.0), complex(-0.0, 2), complex(-0.0, -2), 0.5 + 0j, -0.5 + 0j)
RANDOM = np.random.default_rng(3).uniform(-3, 3, (60, 2)).view(complex)[:, 0].tolist()


def everywhere(formula: str, z: complex) -> list[complex]:
    """The value by floats, by arrays and by tensors."""
    system, parts = parse(f"z' = {formula}\nz in C"), [z.real, z.imag]
    tensor = torch_field(system)(0.0, torch.tensor(parts, dtype=torch.float64), {})
    return [
        complex(*python_field(system)(0.0, parts, [])),
        complex(*array_field(system)(0.0, np.array(parts), [])),
        complex(*tensor.tolist()),
    ]


@pytest.mark.parametrize("formula", SEEN)
def test_values_are_those_of_cmath(formula: str) -> None:
    for z in (*AXES, *RANDOM):
        wanted = complex(SEEN[formula](z))
        slack = 300 * EPSILON if formula == "z^-65" else 40 * EPSILON
        for found in everywhere(formula, z):
            assert abs(found - wanted) <= slack * max(abs(wanted), EPSILON), (z, found, wanted)


@pytest.mark.parametrize("formula", ["log(z)", "sqrt(z)", "z^0.5", "z^(1/3)", "arg(z)"])
def test_the_cut_belongs_to_its_upper_side(formula: str) -> None:
    on, above, below = (everywhere(formula, complex(-2.0, y)) for y in (0.0, 1e-12, -1e-12))
    for at, over, under in zip(on, above, below, strict=True):
        assert abs(at - over) < 1e-11
        assert abs(at - under) > 1.0


def test_a_negative_zero_lies_below_the_cut_for_arguments() -> None:
    for formula in ("log(z)", "arg(z)"):
        for found in everywhere(formula, complex(-2.0, -0.0)):
            assert (found.imag if formula == "log(z)" else found.real) == -math.pi


@pytest.mark.parametrize(
    ("formula", "z", "parts"),
    [
        ("abs(z)", complex(INF, 1), (INF, 0.0)), ("abs(z)", complex(1, -INF), (INF, 0.0)),
        ("arg(z)", complex(-INF, 1), (math.pi, 0.0)), ("arg(z)", complex(INF, INF), (math.pi / 4, 0.0)),
        ("log(z)", complex(INF, 1), (INF, 0.0)), ("exp(z)", complex(-INF, 1), (0.0, 0.0)),
        ("sqrt(z)", complex(INF, 1), (INF, 0.0)), ("sqrt(z)", complex(-INF, 1), (0.0, INF)),
        ("tanh(z)", complex(INF, 1), (1.0, 0.0)), ("tanh(z)", complex(-INF, 1), (-1.0, 0.0)),
        ("re(z)", complex(INF, 1), (INF, 0.0)), ("im(z)", complex(INF, 1), (1.0, 0.0)),
        ("conj(z)", complex(1, INF), (1.0, -INF)), ("z + 1", complex(INF, 1), (INF, 1.0)),
    ],
)  # fmt: skip
def test_values_at_infinity(formula: str, z: complex, parts: tuple[float, float]) -> None:
    for found in everywhere(formula, z):
        assert (found.real, found.imag) == pytest.approx(parts, abs=0)


@pytest.mark.parametrize("formula", SEEN)
def test_no_value_is_invented_for_what_is_no_number(formula: str) -> None:
    for z in (complex(math.nan, 1), complex(1, math.nan)):
        for found in everywhere(formula, z):
            known = {"re(z)": z.real, "im(z)": z.imag}.get(formula)
            assert cmath.isnan(found) if known is None or known != known else found == known


@pytest.mark.parametrize("exponent", [-1, -2, -3, -64, -65])
def test_negative_powers_of_zero_have_no_value(exponent: int) -> None:
    for found in everywhere(f"z^{exponent}", 0j):
        assert not cmath.isfinite(found)


def test_the_range_in_which_lengths_are_known() -> None:
    """Between 1e-150 and 1e150: beyond, squares leave the numbers, and the length is 0 or infinite."""
    for size in (1e-150, 1e150):
        for formula, root in (("abs(z)", 5 * size), ("sqrt(z)", cmath.sqrt(size * (3 + 4j)))):
            for found in everywhere(formula, size * (3 + 4j)):
                assert found == pytest.approx(root, rel=1e-15)
    for found in everywhere("abs(z)", 1e160 + 0j):
        assert found == INF


def compiled_values(formula: str, points: np.ndarray) -> np.ndarray:
    """The same in compiled code: the values (n,) at points (n, 4), the parts of z and of w."""
    pytest.importorskip("llvmlite", reason="kernels are compiled by llvmlite")
    from core.kernels.builder import Function  # noqa: PLC0415 - needs llvmlite
    from core.kernels.compiler import compiled  # noqa: PLC0415 - needs llvmlite
    from core.kernels.functions.power import power  # noqa: PLC0415 - needs llvmlite
    from core.kernels.memory import load, store  # noqa: PLC0415 - needs llvmlite
    from core.kernels.program_emission import emit_program  # noqa: PLC0415 - needs llvmlite
    from core.kernels.value import DOUBLE, INTEGER, POINTER, Type  # noqa: PLC0415 - needs llvmlite

    lanes = Type("double", len(points))
    arguments = [(name, POINTER) for name in ("out", "z", "k")]
    function = Function("go", arguments, INTEGER, power)
    states = [load(lanes, function.argument("z"), row * lanes.lanes) for row in range(4)]
    parameters = [load(DOUBLE, function.argument("k"))]
    found = lowered(parse(text(formula)))
    outputs = emit_program(found, function, function.constant(DOUBLE, 0.0), states, parameters)
    for row, value in enumerate(outputs):
        store(value, function.argument("out"), row * lanes.lanes)
    code = compiled(function, function.integer(0))
    columns, out, k = np.ascontiguousarray(points.T), np.empty((4, len(points))), np.array([1.5])
    code(out.ctypes.data, columns.ctypes.data, k.ctypes.data)
    return joined(out.T)


def joined(rows: np.ndarray) -> np.ndarray:
    """The last two columns as complex numbers."""
    return np.ascontiguousarray(rows[:, 2:]).view(complex)[:, 0]


def text(formula: str) -> str:
    return f"z' = i*z\nw' = {formula}\nz, w in C\nk = 1.5"


POINTS = ((1.3 + 0.4j, -0.7 + 1.9j), (-0.8 - 1.1j, 0.6 - 0.2j), (0.2 + 2.5j, 3.1 + 0.9j), (-1.7 + 0.3j, 0.1 - 1.4j))


@settings(max_examples=40)
@given(formulas)
def test_floats_tensors_and_compiled_code_agree(formula: Formula) -> None:
    wanted: list[Measured | None] = []
    for z, w in POINTS:
        try:
            wanted.append(formula.value({"z": z, "w": w, "k": 1.5}))
        except OutOfReachError:
            wanted.append(None)
    assume(any(each is not None for each in wanted))
    rows = np.array([[z.real, z.imag, w.real, w.imag] for z, w in POINTS])
    system = parse(text(formula.text))
    floats = joined(np.array([python_field(system)(0.0, row, [1.5]) for row in rows.tolist()]))
    tensors = joined(torch_field(system)(0.0, torch.tensor(rows), {"k": 1.5}).numpy())
    compiled = compiled_values(formula.text, rows)
    for expected, *found in zip(wanted, floats, tensors, compiled, strict=True):
        if expected is not None:
            for one, other in zip(found, (*found[1:], expected.value), strict=True):
                assert abs(one - other) <= 30 * expected.error
