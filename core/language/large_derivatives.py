"""Derivatives of systems of long vectors: by whole arrays, and only what is not always zero."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from .derivatives import INDIFFERENT
from .program import lowered
from .system import System
from .tangents import TANGENTS, Tangent, parts
from .walk import ArrayWalk, is_large
from .walk_inputs import walk_inputs

_LEAST_ON_AVERAGE = 8
"""Components of an unknown, on average, from which its derivatives take less time by whole arrays than one by one."""
Product = Callable[[Any, np.ndarray, np.ndarray, Sequence[Any]], np.ndarray]


@lru_cache(maxsize=256)
def has_long_vectors(system: System) -> bool:
    """Whether derivatives of `system` are computed by whole arrays: those of a network that learns are, since written
    out they would be so anew for all the weights that it comes to."""
    return is_large(system) and (bool(system.learnt) or system.size >= _LEAST_ON_AVERAGE * len(system.states))


@lru_cache(maxsize=256)
def dependence(system: System) -> np.ndarray:
    """Which components the slopes can depend on: (n, n), true in row i and column j where df_i/dz_j is not always 0.

    Read off the operations, with no derivative formed: a slope depends on what its operations depend on.
    """
    program = lowered(system)
    masks: list[int] = []
    for node in program.nodes:
        if node.operation == "state":
            masks.append(1 << node.index)
        elif node.operation in INDIFFERENT:
            masks.append(0)
        else:
            mask = 0
            for argument in node.arguments:
                mask |= masks[argument]
            masks.append(mask)
    width = (system.size + 7) // 8
    rows = b"".join(masks[place].to_bytes(width, "little") for place in program.outputs)
    bits = np.frombuffer(rows, dtype=np.uint8).reshape(system.size, width)
    return np.unpackbits(bits, axis=1, count=system.size, bitorder="little").astype(bool)


@lru_cache(maxsize=256)
def array_products(system: System) -> Product:
    """df/dz v (t, z, v, p) on numpy arrays, exact: z, v (..., n) of one shape -> (..., n)."""
    walk = _walk(system)

    def product(t: Any, z: np.ndarray, v: np.ndarray, p: Sequence[Any]) -> np.ndarray:
        return _slope(walk.bound(t, walk_inputs(system, p), np.empty(0)), Tangent(z, v), z.shape)

    return product


@lru_cache(maxsize=256)
def large_time_slope(system: System) -> Callable[[Any, np.ndarray, Sequence[Any]], np.ndarray]:
    """df/dt (t, z, p), the state held, on numpy arrays, exact: z (..., n) -> (..., n)."""
    walk = _walk(system)

    def time_slope(t: Any, z: np.ndarray, p: Sequence[Any]) -> np.ndarray:
        z = np.asarray(z, dtype=np.float64)
        moment = np.asarray(t, dtype=np.float64)
        shape = (*np.broadcast_shapes(moment.shape, z.shape[:-1]), system.size)
        moving = Tangent(moment, np.ones_like(moment))
        return _slope(walk.bound(moving, walk_inputs(system, p), np.empty(0)), np.broadcast_to(z, shape), shape)

    return time_slope


@lru_cache(maxsize=256)
def large_jacobian(system: System) -> Callable[[Any, np.ndarray, Sequence[Any]], np.ndarray]:
    """df/dz (t, z, p) on numpy arrays, exact: z (..., n) -> (..., n, n), column by column."""
    products, unit = array_products(system), np.eye(system.size)

    def jacobian(t: Any, z: np.ndarray, p: Sequence[Any]) -> np.ndarray:
        z = np.asarray(z, dtype=np.float64)
        shape = (*np.broadcast_shapes(np.shape(t), z.shape[:-1]), system.size, system.size)
        points = np.broadcast_to(z[..., None, :], shape)
        spread = [np.asarray(number)[..., None] for number in (t, *p)]
        columns = products(spread[0], points, np.broadcast_to(unit, shape), spread[1:])
        return np.ascontiguousarray(columns.swapaxes(-1, -2))

    return jacobian


@lru_cache(maxsize=256)
def _walk(system: System) -> ArrayWalk:
    return ArrayWalk(system, TANGENTS)


def _slope(field: Callable[[Any], Any], point: Any, shape: tuple[int, ...]) -> np.ndarray:
    with np.errstate(all="ignore"):
        _, slope = parts(field(point))
    return np.array(np.broadcast_to(slope, shape))
