"""Where an explicit Runge-Kutta method evaluates a field, from its recorded steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .dense_output import AcceptedSteps
from .tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Float


def stage_points(
    tableau: Tableau, steps: AcceptedSteps
) -> tuple[Float[np.ndarray, "m"], Float[np.ndarray, "m n"], Float[np.ndarray, "m"]]:
    """Times t, states y and weights h b_i of all stages that count for the step, so that sum w g(t, y) is what the
    method makes of another component y' = g that nothing else depends on.
    """
    h = steps.t1 - steps.t0
    times, states, weights = [], [], []
    for index, (row, weight, node) in enumerate(zip(tableau.a, tableau.b, tableau.c, strict=True)):
        if not weight:
            continue
        inner = np.einsum("j,kjn->kn", np.array([float(number) for number in row]), steps.stages[:, :index])
        times.append(steps.t0 + float(node) * h)
        states.append(steps.z0 + h[:, None] * inner)
        weights.append(float(weight) * h)
    return np.concatenate(times), np.concatenate(states), np.concatenate(weights)
