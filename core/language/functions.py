"""The functions a formula may call, with one line of help each."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Kind = Literal["elementwise", "reduction", "vector", "matrix"]


@dataclass(frozen=True)
class Function:
    """fewest, most: how many arguments it takes.

    kind: "elementwise" acts on every component and broadcasts; "reduction" gives a scalar; "vector" makes a vector
    or matrix from all components of its first argument; "matrix" makes a constant.
    """

    name: str
    fewest: int
    most: int
    help: str
    kind: Kind = "elementwise"


_TABLE = (
    Function("sin", 1, 1, "sine of an angle in radians"),
    Function("cos", 1, 1, "cosine of an angle in radians"),
    Function("tan", 1, 1, "tangent of an angle in radians"),
    Function("asin", 1, 1, "inverse sine, in [-pi/2, pi/2]"),
    Function("acos", 1, 1, "inverse cosine, in [0, pi]"),
    Function("atan", 1, 1, "inverse tangent, in (-pi/2, pi/2)"),
    Function("atan2", 2, 2, "atan2(y, x): the angle of the point (x, y)"),
    Function("sinh", 1, 1, "hyperbolic sine"),
    Function("cosh", 1, 1, "hyperbolic cosine"),
    Function("tanh", 1, 1, "hyperbolic tangent"),
    Function("asinh", 1, 1, "inverse hyperbolic sine"),
    Function("acosh", 1, 1, "inverse hyperbolic cosine"),
    Function("atanh", 1, 1, "inverse hyperbolic tangent"),
    Function("exp", 1, 1, "e to the power of the argument"),
    Function("log", 1, 1, "natural logarithm"),
    Function("ln", 1, 1, "natural logarithm"),
    Function("log10", 1, 1, "logarithm to base 10"),
    Function("log2", 1, 1, "logarithm to base 2"),
    Function("sqrt", 1, 1, "square root"),
    Function("abs", 1, 1, "absolute value, of a real or complex number"),
    Function("re", 1, 1, "real part of a complex number"),
    Function("im", 1, 1, "imaginary part of a complex number"),
    Function("conj", 1, 1, "complex conjugate"),
    Function("arg", 1, 1, "angle of a complex number, in (-pi, pi]"),
    Function("sign", 1, 1, "-1, 0 or 1"),
    Function("floor", 1, 1, "the largest whole number not above the argument"),
    Function("mod", 2, 2, "mod(a, b): a - b floor(a/b), in [0, b)"),
    Function("min", 2, 8, "the smallest argument"),
    Function("max", 2, 8, "the largest argument"),
    Function("step", 1, 1, "0 below 0, 1 from 0 on"),
    Function("erf", 1, 1, "error function"),
    Function("relu", 1, 1, "max(0, a)"),
    Function("softplus", 1, 1, "log(1 + exp(a))"),
    Function("sigmoid", 1, 1, "1/(1 + exp(-a))"),
    Function("if", 3, 3, "if(condition, a, b): a where the condition holds, else b"),
    Function("dot", 2, 2, "sum of the products of the components", "reduction"),
    Function("norm", 1, 1, "Euclidean length", "reduction"),
    Function("sum", 1, 1, "sum of the components", "reduction"),
    Function("softmax", 1, 1, "exp(a) divided by the sum of its components; of a matrix, row by row", "vector"),
    Function("shift", 2, 2, "shift(z, k): the components of z moved round by k places", "vector"),
    Function("reshape", 2, 3, "reshape(a, n) or reshape(a, m, n): a, row by row, in another shape", "vector"),
    Function(
        "conv",
        2,
        4,
        "conv(k, z): a kernel times neighbours, edges joined; conv(K, z, n), conv(K, z, h, w): of channels",
        "vector",
    ),
    Function("diag", 1, 1, "diag(a): the matrix with the vector a on its diagonal", "vector"),
    Function("eye", 1, 1, "eye(n): the unit matrix", "matrix"),
    Function("ones", 1, 2, "ones(n) or ones(m, n): a vector or matrix of ones", "matrix"),
    Function("normal", 1, 2, "normal(n, seed 1) or normal(m, n, seed 1): fixed standard normal numbers", "matrix"),
    Function("uniform", 1, 2, "uniform(n, seed 1) or uniform(m, n, seed 1): fixed numbers between 0 and 1", "matrix"),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in _TABLE}
RANDOM: frozenset[str] = frozenset({"normal", "uniform"})
"""Functions whose numbers follow from a seed."""
CONSTANTS: frozenset[str] = RANDOM | {"eye", "ones"}
"""Functions that make a constant from sizes."""
COMPARISONS = ("<", ">", "<=", ">=", "==", "!=")
BUILT_IN_NUMBERS = {"pi": math.pi, "e": math.e}
RESERVED = {
    "t": "is the time",
    "pi": "is the circle constant",
    "e": "is the base of the natural logarithm",
    "i": "is the imaginary unit",
    "in": "introduces a range",
    "dW": "is the noise of a rate, as in x' = -x + 0.3 dW",
}
"""Names with a meaning of their own, which no parameter, helper or state may take."""
