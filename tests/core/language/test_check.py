"""What lines declare together: shapes, inferred or given, starts, views, options, and where they disagree."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from core.language import FormulaError, array_field, parse


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("z' = A z\nA = [[0, 1], [-1, 0]]", [(2,)]),
        ("z' = -z + b\nb = [1, 2, 3]", [(3,)]),
        ("u' = A v\nv' = -A u\nA = eye(4)", [(4,), (4,)]),
        ("z' = A z\nx' = dot(z, z) - x\nA = eye(3)", [(3,), ()]),
        ("x' = norm([x, 2])", [()]),
        ("u' = v\nv' = -u\nh = A z\nz' = h\nA = eye(2)", [(), (), (2,)]),
        ("Z' = A Z - Z A\nA = eye(2)\nZ in R^2x2", [(2, 2)]),
        ("Z' = -Z\nZ in R^(3, 2)", [(3, 2)]),
        ("u' = v\nv' = -u\nu, v in R^5", [(5,), (5,)]),
        ("z' = 1\nz ∈ ℝ^2", [(2,)]),
    ],
)
def test_shapes(text: str, shapes: list[tuple[int, ...]]) -> None:
    assert [state.shape for state in parse(text).states] == shapes


def test_components_and_symbols() -> None:
    system = parse("Z' = -Z\nZ in R^2x2\nomega1' = x_max\nx_max' = 1")
    assert system.components == ("Z[1,1]", "Z[1,2]", "Z[2,1]", "Z[2,2]", "omega1", "x_max")
    assert system.symbols == ("Z₁₁", "Z₁₂", "Z₂₁", "Z₂₂", "ω₁", "x_max")


def test_products_of_vectors_and_matrices() -> None:
    system = parse(
        "z' = (z^T A z) z + z z^T b + (A z) @ 2 + b*z + A^T[1]*z[2] + (z - b)/2 + z^2\nA = [[1, 2], [3, 4]]\nb = [5, 6]"
    )
    z, a, b = np.array([0.3, -0.7]), np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0, 6.0])
    expected = (z @ a @ z) * z + np.outer(z, z) @ b + 2 * a @ z + b * z + a.T[0] * z[1] + (z - b) / 2 + z**2
    assert array_field(system)(0.0, z, []) == pytest.approx(expected, rel=1e-14)


def test_matrices_may_depend_on_parameters_time_and_state() -> None:
    system = parse("z' = R z\nR = [[cos(w t), -k], [z[1], 1]]\nw = 2\nk = 3\nz in R^2")
    assert not system.autonomous
    rates = array_field(system)(0.5, np.array([[1.0, 2.0]]), [2.0, 3.0])
    assert rates == pytest.approx(np.array([[np.cos(1.0) - 6.0, 1.0 + 2.0]]))


def philox(counter: int, key: int) -> list[int]:
    """Philox 4x64 with ten rounds, written out from Salmon et al., 2011."""
    x, keys = [counter, 0, 0, 0], [key, 0]
    for _ in range(10):
        first, second = 0xD2E7470EE14C6C93 * x[0], 0xCA5A826395121157 * x[2]
        x = [(second >> 64) ^ x[1] ^ keys[0], second % 2**64, (first >> 64) ^ x[3] ^ keys[1], first % 2**64]
        keys = [(keys[0] + 0x9E3779B97F4A7C15) % 2**64, (keys[1] + 0xBB67AE8584CAA73B) % 2**64]
    return x


def test_random_constants_follow_from_their_seed_alone() -> None:
    known = [0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B]
    assert philox(0, 0) == known  # the authors' own test vector
    uniform = [((word >> 11) + 0.5) / 2**53 for word in philox(1, 7)]
    system = parse("z' = uniform(4, seed 7)\nw' = normal(2, 2, seed 7)\nw in R^2x2")
    rates = array_field(system)(0.0, np.zeros(8), [])
    assert rates[:4].tolist() == uniform
    assert rates[4:] == pytest.approx([NormalDist().inv_cdf(value) for value in uniform], rel=1e-12)


def test_random_constants_have_their_distribution() -> None:
    system = parse("z' = W z\nW = normal(60, 60)\nz in R^60")
    matrix = array_field(system)(0.0, np.eye(60), [])
    assert abs(matrix.mean()) < 3 / 60
    assert matrix.std() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("lines", "starts"),
    [
        ("start (2, 0), (0.1, -pi)", ((2.0, 0.0), (0.1, -np.pi))),
        ("start [1, 2]", ((1.0, 2.0),)),
        ("start y = 3, x = 1/2", ((0.5, 3.0),)),
        ("start (1, 2)\nstart (3, 4)", ((1.0, 2.0), (3.0, 4.0))),
        ("", ()),
    ],
)
def test_starts(lines: str, starts: tuple[tuple[float, ...], ...]) -> None:
    found = parse(f"x' = y\ny' = -x\n{lines}").starts
    assert np.array_equal(np.array(found).reshape(-1, 2), np.array(starts).reshape(-1, 2))


def test_starts_of_vectors() -> None:
    text = "u' = A u + v\nv' = -v\nA = eye(2)\nu, v in R^2\n"
    assert parse(text + "start ([1, 2], [3, 4])").starts == ((1.0, 2.0, 3.0, 4.0),)
    assert parse(text + "start v = [3, 4], u = [1, 2]").starts == ((1.0, 2.0, 3.0, 4.0),)


def test_views_of_components() -> None:
    system = parse("z' = -z\nz in R^2\nview z[1] [-1, 1], z[2][-pi, pi]\nview t [0, 5]")
    assert dict(system.view) == {"z[1]": (-1.0, 1.0), "z[2]": (-np.pi, np.pi), "t": (0.0, 5.0)}


def test_a_slider_without_a_range_may_be_logarithmic() -> None:
    (k,) = parse('x\' = k*x\nk = 2 log step 0.5 unit "1/s" "rate"').parameters
    assert (k.lo, k.hi, k.log, k.step, k.unit, k.description) == (0.2, 20.0, True, 0.5, "1/s", "rate")


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("z' = A z\nA = eye(2)\nz in R^3", 1, 8, "cannot multiply"),
        ("z' = z + [1, 2]\nz in R^3", 1, 10, "do not fit together"),
        ("z' = A^2 z\nA = eye(2)\nz in R^2", 1, 7, "A A for a product"),
        ("z' = z/A\nA = eye(2)\nz in R^2", 1, 7, "no divisor"),
        ("x' = x^T", 1, 7, "scalar has no transpose"),
        ("x' = softmax(x)", 1, 6, "needs a vector"),
        ("x' = x[1]", 1, 6, "does not have components"),
        ("z' = z[1, 2]*z\nz in R^3", 1, 6, "2 indices"),
        ("z' = z[k]*z\nk = 1\nz in R^3", 1, 8, "whole number"),
        ("z' = [[1, 2], [3]] z\nz in R^2", 1, 6, "equally long"),
        ("z' = -z\nz in R^5000", 2, 1, "5000 components"),
        ("minimise abs(z)\nover z in C", 2, 6, "complex"),
        ("z' = -z\nz in R^2\nz in R^3", 3, 1, "twice"),
        ("x' = 1\ny in R^2", 2, 1, "no equation"),
        ("x' = a x + g dW1\na = 1\ng = 1", 1, 14, "noise"),
        ("x' = 1\nstart x = 1, x = 2", 2, 14, "twice"),
        ("x' = 1\ny' = 1\nstart x = 1", 3, 7, "where y begins"),
        ("x' = 1\nstart w = 1", 2, 7, "no unknown"),
        ("x' = k\nk = 1\nstart k", 3, 7, "without k"),
        ("x' = 1\nstart 1/0", 2, 8, "finite"),
        ("x' = 1\nview x [0, 1], x [0, 2]", 2, 16, "twice"),
        ("x' = 1\nt in [0, 1]\nt in [0, 2]", 3, 1, "twice"),
        ("x' = 1\nt in [5, 1]", 2, 7, "ends before it begins"),
        ("x' = 1\nk in [0, 1]", 2, 1, "k = 1 in [0, 2]"),
        ("x' = k\nk = 2 x in [0, 1]", 2, 7, "must be a number"),
        ("x' = k\nk = 1 in [0, 2] step 0", 2, 1, "greater than 0"),
        ("x' = a\na = b\nb = c + x\nc = a", 4, 5, "c -> a -> b -> c"),
        ("x' = eye(2.5)", 1, 10, "whole number"),
        ("x' = normal(2, 3, 4)", 1, 6, "takes 1 to 2"),
        ("x' = eye(2, seed 1)", 1, 6, "no seed"),
        ("z' = " + " + ".join(["sin(z)"] * 60) + "\nz in R^1000", 1, 6, "operations"),
        ("x' = " + "+".join(["x"] * 6000), 1, 6, "parts"),
        ("x' = in", 1, 6, "introduces a range"),
        ("dW' = 1", 1, 1, "noise"),
    ],
)
def test_each_disagreement_has_its_place_and_its_cure(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(text)
    assert words in str(caught.value)
    assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.cure


def test_a_long_chain_of_helper_lines() -> None:
    chain = "\n".join(f"a{n} = a{n + 1} + 1" for n in range(1000))
    system = parse(f"x' = a0\n{chain}\na1000 = x")
    assert array_field(system)(0.0, np.array([0.5]), []) == pytest.approx([1000.5])


def test_equal_keys_share_a_meaning_and_different_systems_never_do() -> None:
    texts = ["x' = a - b", "x' = a - -b", "x' = a + b", "x' = a*b", "x' = a/b", "x' = a^b", "x' = -a^b", "x' = (-a)^b",
             "x' = a < b", "x' = a <= b", "x' = min(a, b)", "x' = [a, b][1]", "x' = a", "x' = sum(normal(2, seed 1))",
             "x' = sum(normal(2, seed 2))", "x' = a + 2", "x' = a + 2.5", "y' = a"]  # fmt: skip
    keys = {parse(f"{text}\na = 1\nb = 2").key for text in texts}
    assert len(keys) == len(texts)
    assert parse("x' = a - b\na = 3 in [0, 9]\nb = 2\nview x [0, 1]").key == parse("x' = a-b\na=1\nb=2").key
