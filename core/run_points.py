"""The times and states that a run returns, from the steps or the samples that were kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from .dense_output import DenseOutput

if TYPE_CHECKING:
    from jaxtyping import Bool, Float


class Points(NamedTuple):
    """t (B, T), z (B, T, n) and where there is a solution (B, T); or those of one trajectory."""

    t: Any
    z: Any
    mask: Any


def sampled_points(
    z: Float[np.ndarray, "B T n"], arrived: Bool[np.ndarray, "B"], times: Float[np.ndarray, "..."]
) -> Points:
    """States z at `times`, (T,) or (B, T); arrived: which trajectories came to the end of their span."""
    shape = z.shape[:2]
    mask = np.ones(shape, dtype=bool) if len(z) == 1 else np.broadcast_to(True, shape)
    early = (~arrived).nonzero()[0]
    if early.size:
        mask = mask.copy()
        mask[early] = np.isfinite(z[early]).all(axis=2)
    return Points(np.array(times, ndmin=2) if len(mask) == 1 else np.broadcast_to(times, mask.shape), z, mask)


def accepted_points(
    dense: DenseOutput, starts: Float[np.ndarray, "B n"], begins: float | Float[np.ndarray, "B"]
) -> Points:
    """The start and the end of every accepted step, padded to the longest trajectory."""
    sample, t1, z1 = dense.ends()
    return _padded(sample, t1, z1, starts, begins)


def points_with_jumps(
    dense: DenseOutput, starts: Float[np.ndarray, "B n"], begins: float | Float[np.ndarray, "B"]
) -> Points:
    """The same of steps that may begin elsewhere than the one before ended: those times stand twice."""
    t0, z0 = dense.begins()
    sample, t1, z1 = dense.ends()
    goes_on = np.flatnonzero(sample[1:] == sample[:-1]) + 1
    jumps = goes_on[(z0[goes_on] != z1[goes_on - 1]).any(axis=1)]
    sample = np.insert(sample, jumps, sample[jumps])
    return _padded(sample, np.insert(t1, jumps, t0[jumps]), np.insert(z1, jumps, z0[jumps], axis=0), starts, begins)


def _padded(
    sample: np.ndarray, t1: np.ndarray, z1: np.ndarray, starts: np.ndarray, begins: float | np.ndarray
) -> Points:
    counts = np.bincount(sample, minlength=len(starts))
    shape = len(starts), 1 + int(counts.max())
    t, z = np.full(shape, np.nan), np.full((*shape, starts.shape[1]), np.nan)
    t[:, 0], z[:, 0] = begins, starts
    place = 1 + np.arange(len(sample)) - np.repeat(np.cumsum(counts) - counts, counts)
    t[sample, place], z[sample, place] = t1, z1
    return Points(t, z, np.isfinite(z).all(axis=2))
