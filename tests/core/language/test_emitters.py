"""All emitters against one another and against independent arithmetic, on random trees."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import sympy
import torch
from hypothesis import given
from hypothesis import strategies as st

from core import presets
from core.language import array_field, array_jacobian, latex, parse, python_field, to_text, torch_field

UNARY = ("sin", "cos", "tanh", "exp", "atan", "sqrt", "log", "abs", "sigmoid", "softplus", "erf", "relu", "sinh")
leaves = st.sampled_from(["x", "y", "k", "t", "2", "0.5", "pi"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from(UNARY), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(pairs, st.sampled_from("+-*/")).map(lambda p: f"({p[0][0]}) {p[1]} ({p[0][1]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5", "7"])).map(lambda p: f"({p[0]})^({p[1]})"),
        pairs.map(lambda p: f"if({p[0]} < {p[1]}, {p[0]}, {p[1]})"),
        pairs.map(lambda p: f"max({p[0]}, {p[1]})"),
        inner.map(lambda text: f"-({text})"),
    )


formulas = st.recursive(leaves, grown, max_leaves=12)
POINTS = np.array([[0.3, 1.7], [-1.2, 0.4], [0.0, -2.5], [40.0, -0.01]])


def close(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal to rounding; infinities and NaN at the same places."""
    with np.errstate(all="ignore"):
        scale = np.maximum(np.abs(a), np.abs(b))
        same = (a == b) | (np.isnan(a) & np.isnan(b)) | (np.abs(a - b) <= 1e-9 * np.maximum(scale, 1e-3))
    return bool(same.all())


@given(formulas)
def test_floats_arrays_and_tensors_agree(formula: str) -> None:
    system = parse(f"x' = {formula}\ny' = 1\nk = 1.5")
    floats = np.array([python_field(system)(0.7, point, [1.5]) for point in POINTS.tolist()])
    arrays = array_field(system)(0.7, POINTS, [1.5])
    tensors = torch_field(system)(torch.full((4,), 0.7, dtype=torch.float64), torch.tensor(POINTS), {"k": 1.5})
    # next to a pole or a jump one rounding more decides on the side: there only arrays and floats must agree
    assert close(floats, arrays)
    finite = np.isfinite(floats).all(axis=1) & (np.abs(floats) < 1e8).all(axis=1)
    assert close(floats[finite], tensors.numpy()[finite])


@given(formulas)
def test_what_is_printed_reads_back_as_the_same_tree(formula: str) -> None:
    tree = parse(f"x' = {formula}\ny' = 1\nk = 1.5").equations[0].expression
    text = to_text(tree)
    again = parse(f"x' = {text}\ny' = 1\nk = 1.5").equations[0].expression
    assert again == tree
    assert to_text(again) == text


SMOOTH = (
    "sin(x)*cos(y)/(1 + x^2)",
    "exp(-x^2)*tanh(k*y)",
    "sqrt(1 + x^2) + log(2 + cos(y))",
    "x^3*y^-2 + (1 + x^2)^(0.3)",
    "atan(x/(2 + y^2))*asinh(x*y)",
    "erf(x + y)*cosh(x/3) - sinh(y)^2",
    "(2 + x^2)^(y/4)",
)


@pytest.mark.parametrize("formula", SMOOTH)
def test_values_and_jacobians_against_sympy(formula: str) -> None:
    system = parse(f"x' = {formula}\ny' = 1\nk = 0.8")
    x, y, k = sympy.symbols("x y k", real=True)
    # the oracle reads our own test formulas, never a person's
    oracle = sympy.sympify(formula.replace("^", "**"), locals={"x": x, "y": y, "k": k})
    point = {x: sympy.Float("0.6", 30), y: sympy.Float("-0.9", 30), k: sympy.Float("0.8", 30)}
    z = np.array([0.6, -0.9])
    assert array_field(system)(0.0, z, [0.8])[0] == pytest.approx(float(oracle.evalf(25, subs=point)), rel=4e-15)
    slopes = array_jacobian(system)(0.0, z, [0.8])[0]
    for slope, symbol in zip(slopes, (x, y), strict=True):
        assert slope == pytest.approx(float(oracle.diff(symbol).evalf(25, subs=point)), rel=1e-12)


@pytest.mark.parametrize("name", ["log10(x)", "log2(x)", "asin(x)", "acos(x)", "acosh(x+2)", "atanh(x)", "tan(x)"])
def test_derivatives_of_the_rest_against_mpmath(name: str) -> None:
    system = parse(f"x' = {name}")
    function = {"log10": mpmath.log10, "log2": lambda v: mpmath.log(v, 2)}.get(
        name.split("(")[0], getattr(mpmath, name.split("(")[0], None)
    )
    shift = 2 if "+2" in name else 0
    expected = mpmath.diff(lambda v: function(v + shift), mpmath.mpf("0.4"))
    assert array_jacobian(system)(0.0, np.array([0.4]), [])[0, 0] == pytest.approx(float(expected), rel=1e-12)


def test_gradients_flow_through_states_and_parameters() -> None:
    function = torch_field(parse("x' = k*sin(x)^2\nk = 1"))
    z = torch.tensor([[0.4]], dtype=torch.float64, requires_grad=True)
    k = torch.tensor(1.3, dtype=torch.float64, requires_grad=True)
    function(0.0, z, {"k": k}).sum().backward()
    assert z.grad.item() == pytest.approx(1.3 * math.sin(0.8))
    assert k.grad.item() == pytest.approx(math.sin(0.4) ** 2)


def test_torch_func_transforms_work() -> None:
    system = parse("x' = y\ny' = mu*(1 - x^2)*y - x\nmu = 1")
    function = torch_field(system)
    z = torch.tensor([[0.5, -0.3], [2.0, 1.0]], dtype=torch.float64)
    jacobians = torch.func.vmap(torch.func.jacrev(lambda row: function(0.0, row, {"mu": 1.0})))(z)
    assert np.allclose(jacobians.numpy(), array_jacobian(system)(0.0, z.numpy(), [1.0]), atol=1e-14)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_torch_keeps_the_dtype_of_the_state(dtype: torch.dtype) -> None:
    function = torch_field(parse("x' = if(x < 1, 2, k)/3 + mod(x, 2)\nk = 1"))
    assert function(0.0, torch.ones(5, 1, dtype=dtype), {"k": 0.1}).dtype == dtype


@pytest.mark.parametrize(
    ("formula", "value"),
    [("1/0", math.inf), ("-1/0", -math.inf), ("0/0", math.nan), ("log(0)", -math.inf), ("log(-1)", math.nan),
     ("sqrt(-1)", math.nan), ("exp(1000)", math.inf), ("(-8)^(1/3)", math.nan), ("0^-1", math.inf),
     ("x/0", math.inf), ("1/(x - 1)", math.inf), ("log(x - 1)", -math.inf), ("exp(1000x)", math.inf),
     ("mod(x, 0)", math.nan), ("asin(2x)", math.nan), ("sinh(-1000 x)", -math.inf), ("x^(-2)", 1.0)],
)  # fmt: skip
def test_what_has_no_value_never_raises(formula: str, value: float) -> None:
    system = parse(f"x' = {formula}")
    found = [
        python_field(system)(0.0, [1.0], [])[0],
        array_field(system)(0.0, np.array([1.0]), [])[0],
        torch_field(system)(0.0, torch.ones(1, 1, dtype=torch.float64), {})[0, 0].item(),
    ]
    assert found == pytest.approx([value] * 3, nan_ok=True)


def test_linear_algebra_is_that_of_numpy() -> None:
    system = parse(
        "z' = A z/norm(z) + softmax(z)*dot(z, A z) + shift(z, 1) - A^T z\nz in R^3\n"
        "A = [[1, k, 3], [4, 5, 6], [7, 8, 9]]\nk = 2"
    )
    z, matrix = np.array([0.3, -0.7, 1.1]), np.arange(1.0, 10.0).reshape(3, 3)
    soft = np.exp(z) / np.exp(z).sum()
    expected = matrix @ z / np.linalg.norm(z) + soft * (z @ matrix @ z) + np.roll(z, 1) - matrix.T @ z
    assert array_field(system)(0.0, z, [2.0]) == pytest.approx(expected, rel=1e-14)
    assert python_field(system)(0.0, z.tolist(), [2.0]) == pytest.approx(expected, rel=1e-14)


def test_a_samples_rate_does_not_depend_on_its_batch_mates() -> None:
    function = torch_field(parse("x' = sin(x)*exp(-x^2) + x^5 + tanh(x)/y\ny' = x*y - sqrt(abs(y))"))
    z = torch.randn(1000, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    whole = function(0.0, z, {})
    z_bad = z.clone()
    z_bad[3] = math.nan
    kept = torch.arange(1000) != 3
    assert torch.equal(function(0.0, z_bad, {})[kept], whole[kept])
    assert torch.equal(function(0.0, z[:992], {}), whole[:992])


@pytest.mark.parametrize("preset", presets.names())
def test_every_preset_is_typeset(preset: str) -> None:
    import ziamath  # noqa: PLC0415 - half a second that the other tests do without

    experiment, _ = presets.load_preset(preset)
    lines = latex(parse(experiment.text, experiment.tensors))
    assert lines
    for line in lines:
        assert ziamath.Latex(line).getsize()[0] > 20


EVERYTHING = (
    "k*x^-2 - (-x)^(1/3) + exp(exp(x))^2 + e^x^2 - 2*3.5^x",
    "if(x <= 1, abs(x), min(x, 2, t)) + mod(atan2(x, k), pi) + log10(x) + log2(x) + (x != 1)",
    "norm([x, 1e-7])*dot([1, 2], [x, x]) + sum(softmax(shift([x, 1], 1))) - [[1, 2], [3, x]][1, 2]",
    "sum(conv([1, k], [x, 2])) + reshape(conv(reshape([1, x], 1, 2), [[x, 2, 1]]), 3)[2]",
    "sum(eye(2) [x, 1]) + sum(normal(2, seed 3)) + ([x, 1]^T [1, 2])^2 + theta_max + mu12 + a_b_c",
)


@pytest.mark.parametrize("formula", EVERYTHING)
def test_every_operation_is_typeset(formula: str) -> None:
    import ziamath  # noqa: PLC0415 - half a second that the other tests do without

    system = parse(f"x' = {formula}\nk = 1\ntheta_max = 1\nμ12 = 2\na_b_c = 3\nw = [x, 2]")
    for line in latex(system):
        assert ziamath.Latex(line).getsize()[0] > 20


@pytest.mark.parametrize(
    ("formula", "line"),
    [
        ("1/2x", r"\dot{x} = \frac{1}{2}\, x"),
        ("k(x + 1)", r"\dot{x} = k\, \left(x + 1\right)"),
        ("-x^2", r"\dot{x} = -x^{2}"),
        ("(-x)^2", r"\dot{x} = \left(-x\right)^{2}"),
        ("k - (x - 1)", r"\dot{x} = k - \left(x - 1\right)"),
        ("-k*x", r"\dot{x} = -k\, x"),
        ("1 + -k*x*2", r"\dot{x} = 1 - k\, x \cdot 2"),
        ("x*(-k*x)", r"\dot{x} = x\, \left(-k\, x\right)"),
        ("-(-x)", r"\dot{x} = -\left(-x\right)"),
        ("(-k + x)*x", r"\dot{x} = \left(-k + x\right)\, x"),
        ("-(k + x)*x", r"\dot{x} = -\left(k + x\right)\, x"),
        ("2*3", r"\dot{x} = 2 \cdot 3"),
        ("mu_1 sqrt(x)", r"\dot{x} = \mu_{1}\, \sqrt{x}"),
        ("exp(-x)^2", r"\dot{x} = \left(e^{-x}\right)^{2}"),
    ],
)
def test_the_typeset_line_shows_which_reading_was_taken(formula: str, line: str) -> None:
    assert latex(parse(f"x' = {formula}\nk = 1\nmu_1 = 1")) == (line,)
