"""How much a flow has spread or shrunk volumes along its trajectories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..vector_field import VectorField

if TYPE_CHECKING:
    from jaxtyping import Float

_NUMBERS = 1_000_000
"""Of Jacobians that are held at once."""


def log_volumes(
    field: VectorField, times: Float[np.ndarray, "T"], z: Float[np.ndarray, "m T n"], rates: Float[np.ndarray, "m T n"]
) -> Float[np.ndarray, "m T"]:
    """log det dz(t)/dz(t_0) = int tr f_z dt along m trajectories, from their states and rates at T times.

    Liouville's formula, with Simpson's rule between two times, in whose middle the state is that of Hermite's cubic:
    exact where the trace is constant. NaN from where a trajectory ended on.
    """
    count = max(1, _NUMBERS // (len(times) * field.size**2))
    parts = [_integrated(field, times, z[i : i + count], rates[i : i + count]) for i in range(0, len(z), count)]
    return np.concatenate(parts) if parts else np.empty(z.shape[:2])


def _integrated(field: VectorField, times: np.ndarray, z: np.ndarray, rates: np.ndarray) -> np.ndarray:
    jacobian, steps = field.jacobian(), np.diff(times)
    middles = 0.5 * (z[:, 1:] + z[:, :-1]) - 0.125 * steps[:, None] * np.diff(rates, axis=1)

    def traces(t: np.ndarray, states: np.ndarray) -> np.ndarray:
        return np.asarray(np.trace(jacobian(np.broadcast_to(t, states.shape[:-1]), states), axis1=-2, axis2=-1))

    with np.errstate(all="ignore"):
        ends, between = traces(times, z), traces(0.5 * (times[1:] + times[:-1]), middles)
        gains = steps / 6.0 * (ends[:, :-1] + 4.0 * between + ends[:, 1:])
    return np.asarray(np.pad(np.cumsum(gains, axis=1), ((0, 0), (1, 0))))
