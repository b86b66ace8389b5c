"""The adjoint of the steps of an explicit Runge-Kutta method, all stages at once.

It gives the same numbers as backpropagation through the solver, from the recorded stages instead of a tape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .dense_output import AcceptedSteps
from .tableau import Tableau
from .vector_field import ArrayField

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class DiscreteAdjoint:
    """Of N steps with s stages.

    a (N + 1, n): d loss / d z at the ends of the steps, the start first. t (N s,), z (N s, n): where the field was
    evaluated; slopes (N s, n): d loss / d k, so that d loss / d p = sum (df/dp)^T slopes over all stages.
    """

    a: Float[np.ndarray, "N1 n"]
    t: Float[np.ndarray, "M"]
    z: Float[np.ndarray, "M n"]
    slopes: Float[np.ndarray, "M n"]


def discrete_adjoint(
    jacobian: ArrayField, tableau: Tableau, steps: AcceptedSteps, v: Float[np.ndarray, "n"]
) -> DiscreteAdjoint:
    """Send v = d loss / d z at the end back through the steps of one trajectory.

    With Y_i = z + h sum_j a_ij k_j, k_i = f(Y_i), J_i = df/dz there and a' = d loss / d z1:
    d loss / d k_i = h (b_i a' + sum_l a_li J_l^T d loss / d k_l), a = a' + sum_i J_i^T d loss / d k_i.
    A first pass finds every step's own dz1/dz, so that only a product of matrices is left to go from step to step.
    Source: Hairer, Lubich, Wanner, Geometric Numerical Integration, VI.4.
    """
    weights, nodes, lower = _numbers(tableau)
    h = (steps.t1 - steps.t0)[:, None, None]
    points = steps.z0[:, None] + h * np.einsum("ij,kjn->kin", lower, steps.stages)
    times = steps.t0[:, None] + nodes * h[:, :, 0]
    slopes_of_f = jacobian(times, points)
    transfer = _transfer(slopes_of_f, h, weights, lower)
    a = np.empty((len(h) + 1, len(v)))
    a[-1] = v
    for step in range(len(h) - 1, -1, -1):
        a[step] = a[step + 1] @ transfer[step]
    slopes, back = np.zeros_like(points), np.zeros_like(points)
    for stage in range(len(weights) - 1, -1, -1):
        slopes[:, stage] = h[:, 0] * (weights[stage] * a[1:] + np.einsum("l,kln->kn", lower[:, stage], back))
        back[:, stage] = np.einsum("km,kmn->kn", slopes[:, stage], slopes_of_f[:, stage])
    size = points.shape[2]
    return DiscreteAdjoint(a, times.reshape(-1), points.reshape(-1, size), slopes.reshape(-1, size))


def _transfer(
    jacobians: Float[np.ndarray, "k s n n"],
    h: Float[np.ndarray, "k 1 1"],
    weights: Float[np.ndarray, "s"],
    lower: Float[np.ndarray, "s s"],
) -> Float[np.ndarray, "k n n"]:
    """dz1/dz of every step: dk_i/dz = J_i (I + h sum_j a_ij dk_j/dz), dz1/dz = I + h sum_i b_i dk_i/dz."""
    unit = np.eye(jacobians.shape[-1])
    moved = np.zeros_like(jacobians)
    for stage in range(len(weights)):
        inner = unit + h * np.einsum("j,kjmn->kmn", lower[stage], moved)
        moved[:, stage] = jacobians[:, stage] @ inner
    return np.asarray(unit + h * np.einsum("i,kimn->kmn", weights, moved))


def _numbers(tableau: Tableau) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """b, c and a in floats, a as a full square."""
    lower = np.zeros((tableau.stages, tableau.stages))
    for index, row in enumerate(tableau.a):
        lower[index, :index] = [float(number) for number in row]
    weights, nodes = (np.array([float(number) for number in row]) for row in (tableau.b, tableau.c))
    return weights, nodes, lower
