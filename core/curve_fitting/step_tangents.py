"""How the states of a trajectory move with its parameters, through the accepted steps of an explicit method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..dense_output import AcceptedSteps, stage_weights
from ..language import System, array_jacobian, array_parameter_slope
from ..tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Float


def step_tangents(
    system: System,
    values: Sequence[float],
    tableau: Tableau,
    steps: AcceptedSteps,
    times: Float[np.ndarray, "T"],
    names: Sequence[str],
    starts: int,
) -> Float[np.ndarray, "T n P"]:
    """d z(t) / d (parameters `names`, then the first `starts` components of the start) at `times`, ascending.

    The exact derivative of what the solver computed, its step sizes taken as constants: the slopes k_i of a step move
    by dk_i = J_i (S + h sum_j a_ij dk_j) + df/dp, where S is the derivative at its beginning. With dk_i = A_i S + C_i
    all steps find their A and C at once, and only S goes from step to step.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.15.
    """
    weights = np.array([float(number) for number in tableau.b])
    h = (steps.t1 - steps.t0)[:, None, None]
    size, columns = system.size, len(names) + starts
    first = np.zeros((size, columns))
    first[:, len(names) :] = np.eye(size)[:, :starts]
    by_start, by_parameter = _stage_slopes(system, values, tableau, steps, names, starts)
    move = np.eye(size) + h * np.einsum("i,kimn->kmn", weights, by_start)
    push = h * np.einsum("i,kimp->kmp", weights, by_parameter)
    reached = np.empty((len(h) + 1, size, columns))
    reached[0] = first
    for step in range(len(h)):
        reached[step + 1] = move[step] @ reached[step] + push[step]
    place = np.searchsorted(steps.t1, times)  # the step that ends at the time, or holds it
    place = place.clip(max=max(len(h) - 1, 0))
    found = np.empty((len(times), size, columns))
    for index, (step, time) in enumerate(zip(place.tolist(), times.tolist(), strict=True)):
        if not len(h) or time <= steps.t0[0]:
            found[index] = first
        elif time == steps.t1[step]:
            found[index] = reached[step + 1]
        else:
            theta = (time - steps.t0[step]) / (steps.t1[step] - steps.t0[step])
            inside = h[step] * stage_weights(tableau, np.array(theta))[:, None, None]
            slopes = by_start[step] @ reached[step] + by_parameter[step]
            found[index] = reached[step] + (inside * slopes).sum(axis=0)
    return found


def _stage_slopes(
    system: System,
    values: Sequence[float],
    tableau: Tableau,
    steps: AcceptedSteps,
    names: Sequence[str],
    starts: int,
) -> tuple[Float[np.ndarray, "k s n n"], Float[np.ndarray, "k s n P"]]:
    """A and C of every step."""
    lower = np.zeros((tableau.stages, tableau.stages))
    for index, row in enumerate(tableau.a):
        lower[index, :index] = [float(number) for number in row]
    nodes = np.array([float(number) for number in tableau.c])
    h = (steps.t1 - steps.t0)[:, None, None]
    points = steps.z0[:, None] + h * np.einsum("ij,kjn->kin", lower, steps.stages)
    at = steps.t0[:, None] + nodes * h[:, :, 0]
    jacobians = array_jacobian(system)(at, points, values)
    forcing = [array_parameter_slope(system, name)(at, points, values) for name in names]
    forcing += [np.zeros_like(points)] * starts
    by_parameter = np.stack(forcing, axis=-1)
    by_start = np.zeros_like(jacobians)
    unit = np.eye(points.shape[2])
    for stage in range(tableau.stages):
        inner = unit + h * np.einsum("j,kjmn->kmn", lower[stage], by_start)
        by_start[:, stage] = jacobians[:, stage] @ inner
        moved = h * np.einsum("j,kjmp->kmp", lower[stage], by_parameter)  # 0 from this stage on
        by_parameter[:, stage] += jacobians[:, stage] @ moved
    return by_start, by_parameter
