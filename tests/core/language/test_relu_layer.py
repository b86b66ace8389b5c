"""Which layers are z <- relu(W z + b), and what is inside."""

from __future__ import annotations

import numpy as np
import pytest

from core.language import array_field, array_jacobian, parse, preactivation_system

WEIGHTS = "W = [[-0.5, 3], [-3, -0.5]]\nb = [-1.5, 4.5]\n"
MATRIX, BIAS = np.array([[-0.5, 3.0], [-3.0, -0.5]]), np.array([-1.5, 4.5])


@pytest.mark.parametrize(
    "text",
    [
        f"z <- relu(W z + b)\nz in R^2\n{WEIGHTS}",
        f"z <- max(0, b + W z)\nz in R^2\n{WEIGHTS}",
        f"z <- max(W z + b, 0)\nz in R^2\n{WEIGHTS}",
        f"z <- h\nh = relu(a)\na = W z + b\nz in R^2\n{WEIGHTS}",
        "x <- relu(-x/2 + 3*y - 1.5)\ny <- relu(-(3*x + 0.5*y) + 4.5)",
        "z <- [relu(3*z[2] - z[1]/2 - 1.5), relu(dot([-3, -0.5], z) + 4.5)]\nz in R^2",
        f"z <- relu((1 - m)*z - A^T (A z) + B z - B^T z + b)\nz in R^2\nm = 1.5\nA = [[0, 0], [0, 0]]\n"
        f"B = [[0, 3], [0, 0]]\n{WEIGHTS}",
        f"z <- relu(reshape(reshape(W, 4), 2, 2) conv([1], reshape(reshape(z, 1, 2), 2)) + b)\nz in R^2\n{WEIGHTS}",
        f"z <- relu((b z^T) e1 + W z - (z e1^T) b + b + shift(0*z, 1))\nz in R^2\ne1 = [0, 0]\n{WEIGHTS}",
    ],
)
def test_the_affine_map_inside_a_relu(text: str) -> None:
    inner = preactivation_system(parse(text))
    assert inner is not None
    points = np.array([[0.3, -2.0], [0.0, 0.0], [-1.0, 5.0]])
    values = list(inner.defaults().values())
    assert array_field(inner)(0.0, points, values) == pytest.approx(points @ MATRIX.T + BIAS, abs=1e-12)
    assert array_jacobian(inner)(0.0, points, values) == pytest.approx(np.stack([MATRIX] * 3), abs=1e-12)
    assert inner.key != parse(text).key


@pytest.mark.parametrize(
    "text",
    [
        "z <- cos(z)",
        "z <- 2*z + 1",
        "z <- relu(z^2)",
        "z <- relu(z) + 1",
        "z <- relu(a*z)\na = z",
        "z <- relu(1/z)",
        "z <- relu(relu(z))",
        "z <- relu(abs(z))",
        "z <- max(1, z)",
        "z <- max(0, z, 1)",
        "x <- relu(x + y)\ny <- cos(x)",
        "z <- [relu(z[1]), z[2]]\nz in R^2",
        "z <- relu(softmax(z))\nz in R^2",
        "z <- relu(norm(z)*z)\nz in R^2",
        "z <- relu(diag(z) z)\nz in R^2",
        "z <- relu(conv(z, z))\nz in R^2",
        "x' = relu(x)",
        "0 = relu(x) - 1\nsolve x = 1",
        "minimise relu(x)\nover x = 1",
        "z <- relu(z)\nz in C",
    ],
)
def test_other_systems_have_none(text: str) -> None:
    try:
        system = parse(text)
    except ValueError:
        assert text.endswith("in C")  # a relu of a complex number has no meaning
        return
    assert preactivation_system(system) is None
