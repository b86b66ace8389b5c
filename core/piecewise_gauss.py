"""Gauss quadrature over the pieces of an interval in which two solutions are polynomials."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .dense_output import AcceptedSteps

if TYPE_CHECKING:
    from jaxtyping import Float, Int


def gauss_nodes(
    back: AcceptedSteps, forward: AcceptedSteps, points: int
) -> tuple[Int[np.ndarray, "m"], Float[np.ndarray, "m"], Float[np.ndarray, "m"]]:
    """Trajectory, time and weight of every node, so that sum_i w_i f(t_i) is the integral of f along the steps `back`.

    The pieces lie between ends of steps of either solution, one of which may be much longer than the other's: inside
    them both interpolants are smooth. Each has `points` nodes, exact for polynomials of the degree 2 points - 1.
    Source: Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.1.
    """
    sample, begin, end = _pieces(back, forward)
    nodes, weights = np.polynomial.legendre.leggauss(points)
    half = 0.5 * (end - begin)[:, None]
    times = begin[:, None] + half * (1.0 + nodes)
    return np.repeat(sample, points), times.reshape(-1), (half * weights).reshape(-1)


def _pieces(
    back: AcceptedSteps, forward: AcceptedSteps
) -> tuple[Int[np.ndarray, "k"], Float[np.ndarray, "k"], Float[np.ndarray, "k"]]:
    """Trajectory, beginning and end of every piece, in the direction of the steps `back`."""
    if not len(back.t0):
        return back.sample, back.t0, back.t1
    low, high = min(back.t0.min(), back.t1.min()), max(back.t0.max(), back.t1.max())
    between = (low < forward.t0) & (forward.t0 < high) & np.isin(forward.sample, back.sample)
    sample = np.concatenate([back.sample, back.sample, forward.sample[between]])
    times = np.concatenate([back.t0, back.t1, forward.t0[between]])
    order = np.lexsort((np.sign(back.t1[0] - back.t0[0]) * times, sample))
    sample, times = sample[order], times[order]
    real = (sample[1:] == sample[:-1]) & (times[1:] != times[:-1])
    return sample[:-1][real], times[:-1][real], times[1:][real]
