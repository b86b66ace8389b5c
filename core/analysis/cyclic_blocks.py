"""Linear equations around a closed orbit: blocks that join neighbours in a circle, with a few rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


def solve_cyclic(
    blocks: Float[np.ndarray, "N n n"],
    columns: Float[np.ndarray, "N n k"],
    right: Float[np.ndarray, "N n"],
    rows: Float[np.ndarray, "k w"],
    last: Float[np.ndarray, "k"],
) -> tuple[Float[np.ndarray, "N n"], Float[np.ndarray, "k"]]:
    """z and y of blocks_i z_i - z_(i+1) + columns_i y = right_i, z_N = z_0, and rows [z_0 ... z_(N-1), y] = last.

    w = N n + k. Every second z is eliminated with a QR decomposition until one is left, which costs N n^3, and without
    the growth of a product of the blocks. Raises LinAlgError where the matrix is singular. Source: S. J. Wright, Stable
    parallel algorithms for two-point boundary value problems, SIAM J. Sci. Stat. Comput. 13 (1992) 742.
    """
    count, n, k = columns.shape
    first, second = blocks, np.broadcast_to(-np.eye(n), blocks.shape)
    beside = np.concatenate([right[..., None], -columns], axis=2)
    levels = []
    while len(first) > 1:
        pairs = len(first) // 2
        even, odd = slice(0, 2 * pairs, 2), slice(1, 2 * pairs, 2)
        turn = np.linalg.qr(np.concatenate([second[even], first[odd]], axis=1), mode="complete")
        back = turn.Q.transpose(0, 2, 1)
        own, other = back[..., :n] @ first[even], back[..., n:] @ second[odd]
        rest = back @ np.concatenate([beside[even], beside[odd]], axis=1)
        levels.append((turn.R[:, :n], own[:, :n], other[:, :n], rest[:, :n]))
        tail = slice(2 * pairs, None)
        first = np.concatenate([own[:, n:], first[tail]])
        second = np.concatenate([other[:, n:], second[tail]])
        beside = np.concatenate([rest[:, n:], beside[tail]])
    # every z as a constant, and its derivatives by y and by z_0
    found = np.concatenate([np.zeros((n, 1 + k)), np.eye(n)], axis=1)[None]
    for triangle, own, other, rest in reversed(levels):
        pairs = len(triangle)
        begin, end = found[:pairs], np.roll(found, -1, axis=0)[:pairs]
        known = -own @ begin - other @ end
        known[..., : 1 + k] += rest
        between = np.linalg.solve(triangle, known)
        joined = np.stack([begin, between], axis=1).reshape(2 * pairs, n, -1)
        found = np.concatenate([joined, found[pairs:]])
    whole = found.reshape(count * n, -1)
    across = rows[:, : count * n] @ whole
    matrix, given = np.empty((n + k, n + k)), np.empty(n + k)
    matrix[:n, :k], matrix[:n, k:], given[:n] = -beside[0, :, 1:], first[0] + second[0], beside[0, :, 0]
    matrix[n:] = across[:, 1:]
    matrix[n:, :k] += rows[:, count * n :]
    given[n:] = last - across[:, 0]
    unknown = np.linalg.solve(matrix, given)
    return (whole[:, 0] + whole[:, 1:] @ unknown).reshape(count, n), unknown[:k]
