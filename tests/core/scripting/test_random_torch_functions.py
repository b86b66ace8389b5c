"""The torch functions of random formulas against the program's own evaluation of them."""

from __future__ import annotations

import tempfile
from pathlib import Path

import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from saved_modules import called, expected, module_of, points

from core.language import System, parse
from core.scripting import torch_function

UNARY = ("sin", "cos", "tanh", "exp", "atan", "sqrt", "log", "abs", "sigmoid", "softplus", "erf", "relu", "sinh")
LEAVES = st.sampled_from(["x", "y", "k", "m", "t", "2", "0.5", "0", "pi", "h"])


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        st.tuples(st.sampled_from((*UNARY, "step", "sign", "floor")), inner).map(lambda p: f"{p[0]}({p[1]})"),
        st.tuples(pairs, st.sampled_from("+-*/")).map(lambda p: f"({p[0][0]}) {p[1]} ({p[0][1]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "0.5", "7", "k", "x"])).map(lambda p: f"({p[0]})^({p[1]})"),
        pairs.map(lambda p: f"if({p[0]} < {p[1]}, {p[0]}, {p[1]})"),
        pairs.map(lambda p: f"max({p[0]}, {p[1]}) - min({p[1]}, {p[0]}, 1)"),
        pairs.map(lambda p: f"mod({p[0]}, 1 + ({p[1]})^2) + atan2({p[0]}, {p[1]})"),
        inner.map(lambda text: f"-({text})"),
    )


def _assert_same_where_smooth(system: System, z: torch.Tensor) -> None:
    """Equal to rounding and to what rounding z changes, where one rounding more does not decide between two values."""
    found, wanted = _evaluated(system, z), expected(system, z)
    assert found.shape == wanted.shape
    changes = [(expected(system, z * (1 + sign * 1e-13)) - wanted).abs() for sign in (-1, 1)]
    tame = wanted.isfinite() & (wanted.abs() < 1e6)
    close = (found - wanted).abs() <= 1e-12 * wanted.abs().clamp(min=1.0) + 10 * torch.maximum(*changes)
    assert bool((close | ~tame | changes[0].isnan() | changes[1].isnan()).all())


@settings(max_examples=60, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=12))
def test_random_scalar_formulas(formula: str) -> None:
    system = parse(f"x' = {formula}\ny' = 1\nh = k*m + 1\nk = 1.5\nm = 0.25")
    z = torch.tensor([[0.3, 1.7], [-1.2, 0.4], [0.25, -2.5], [4.0, -0.01]], dtype=torch.float64)
    _assert_same_where_smooth(system, z)


VECTORS = st.sampled_from(["z", "b", "[k, x, 2]", "[1, 2, 3]", "ones(3)", "c"])
SCALARS = st.sampled_from(["x", "k", "t", "z[2]", "2", "A[1, 3]"])
MATRICES = st.sampled_from(["A", "Z", "eye(3)", "z z^T", "diag(z)", "k*A", "[b, z, c]"])


def _grown_vectors(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, inner, st.sampled_from("+-*")).map(lambda p: f"({p[0]}) {p[2]} ({p[1]})"),
        st.tuples(SCALARS, inner).map(lambda p: f"({p[0]})*({p[1]}) - {p[0]}"),
        st.tuples(MATRICES, inner).map(lambda p: f"({p[0]}) ({p[1]})"),
        st.tuples(MATRICES, inner).map(lambda p: f"({p[0]})^T ({p[1]})"),
        st.tuples(MATRICES, MATRICES, inner).map(lambda p: f"(({p[0]}) ({p[1]}) + {p[0]}) ({p[2]})"),
        st.tuples(inner, inner).map(lambda p: f"(({p[0]})^T A ({p[1]}))*softmax({p[0]})"),
        st.tuples(inner, inner).map(lambda p: f"dot({p[0]}, {p[1]})*shift({p[0]}, 2) + norm({p[1]}) + sum({p[0]})"),
        st.tuples(SCALARS, inner, inner).map(lambda p: f"if({p[0]} < 1, {p[1]}, {p[2]}) + min({p[0]}, {p[1]})"),
        inner.map(lambda text: f"tanh({text})"),
    )


@settings(max_examples=60, deadline=None)
@given(st.recursive(VECTORS, _grown_vectors, max_leaves=6))
def test_random_formulas_of_vectors_and_matrices(formula: str) -> None:
    declared = "z in R^3\nZ in R^3x3\nA = normal(3, 3, seed 5)\nb = A z\nc = uniform(3)\nk = 1.5"
    system = parse(f"z' = {formula}\nZ' = -Z\nx' = 1\n{declared}")
    for batch in ((), (4,), (2, 3)):
        _assert_same_where_smooth(system, points(system, *batch))


def _evaluated(system: System, z: torch.Tensor) -> torch.Tensor:
    with tempfile.TemporaryDirectory() as place:
        return called(system, module_of(torch_function(system, {}), Path(place)), z)
