"""How the solutions of an implicit layer move with its parameters, by the implicit function theorem."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int

    from ..formula_map import FormulaMap
    from ..module_layer import ModuleLayer


class RootSensitivity(NamedTuple):
    """At M solutions z* of a layer with P parameters: effects (M, n, P) are dz*/dp, NaN where it does not exist;
    condition (M,) of I - J in the 2-norm, infinite where that is singular; distance (M,) from 1 of the eigenvalue of
    J = df/dz that is nearest to it."""

    effects: Float[np.ndarray, "M n P"]
    condition: Float[np.ndarray, "M"]
    distance: Float[np.ndarray, "M"]


def root_sensitivity(
    mapping: FormulaMap | ModuleLayer, z: Float[np.ndarray, "M n"], rows: Int[np.ndarray, "R"] | None = None
) -> RootSensitivity:
    """dz*/dp = (I - J)^-1 df/dp at the solutions z (M, n) of z = f(z; p), for every parameter in the text's order.

    rows (M,) or (1,): which row of the batch data each sees. A root problem 0 = g(z; p) is the layer f = z - g, so
    that this is -(dg/dz)^-1 dg/dp. Krantz and Parks, The Implicit Function Theorem, Birkhäuser 2002, section 3.3.
    """
    count, size = z.shape
    names = tuple(mapping.parameters)
    unit = np.eye(size)
    matrices = unit - mapping.jacobian(rows)(z)
    slopes = np.empty((count, size, len(names)))
    for place, name in enumerate(names):
        slopes[..., place] = mapping.parameter_slope(name, rows)(z)
    effects = np.full_like(slopes, np.nan)
    condition, distance = np.full(count, np.nan), np.full(count, np.nan)
    for index in np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2))):
        matrix = matrices[index]
        condition[index] = np.linalg.cond(matrix)
        distance[index] = np.abs(np.linalg.eigvals(matrix)).min()
        if condition[index] < 1.0 / np.finfo(np.float64).eps and distance[index] > 0.0:
            effects[index] = np.linalg.solve(matrix, slopes[index])
    return RootSensitivity(effects, condition, distance)
