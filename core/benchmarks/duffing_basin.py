"""The plane of Duffing's driven oscillator: 512 x 512 starts, 2000 classical Runge-Kutta steps each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..benchmarking.arithmetic_limit import multiply_adds
from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.double_jax import double_jax
from ..benchmarking.own_path import own_path
from ..budget import Budget
from ..integration import integrate
from ..language import parse

if TYPE_CHECKING:
    from jaxtyping import Float

SIDE, STEPS, STEP = 512, 2000, 0.02
END = STEPS * STEP
FRICTION, DRIVE = 0.25, 0.3
TEXT = f"x' = v\nv' = x - x^3 - {FRICTION}*v + {DRIVE}*cos(t)"
_TILE = 8192
"""Points that numpy takes together, so that they stay in the cache."""
_IN_A_SLOPE = 3
"""Multiply-adds of x - x^3 - d v + c: a square, and two that take a product off a sum."""
_IN_THE_STATES = 3 * 2 + 2 * 4
"""Of two states that move to three inner points by one slope each, and to the end by four."""
_UNHURRIED = Budget(seconds=3600.0)
_COMPARED = slice(None, None, SIDE * SIDE // 20)


def starts() -> Float[np.ndarray, "B 2"]:
    """The points of a grid on [-2, 2]^2."""
    axis = np.linspace(-2.0, 2.0, SIDE)
    x, v = np.meshgrid(axis, axis)
    return np.column_stack([x.ravel(), v.ravel()])


def ours() -> Prepared:
    """Ours with fixed steps."""
    system, points = parse(TEXT), starts()
    path = own_path(system, len(points))

    def call() -> Any:
        run = integrate(
            system, points, t=(0.0, END), method="rk4", step=STEP, at=(END,), path=path.asked, budget=_UNHURRIED
        )
        return run.z[:, 0]

    return Prepared(call, path.runs, path.slow)


def limit() -> Prepared:
    """What all steps need at least: additions run beside multiplications on many processors and are not counted."""
    return multiply_adds(SIDE * SIDE * STEPS * (4 * _IN_A_SLOPE + _IN_THE_STATES))


def with_numpy() -> Prepared:
    """The same steps, tile by tile."""
    points, drives = starts(), _drives()

    def call() -> Any:
        tiles = np.split(points, range(_TILE, len(points), _TILE))
        return np.concatenate([_followed(tile, drives) for tile in tiles])

    return Prepared(call)


def _followed(tile: Float[np.ndarray, "b 2"], drives: Sequence[tuple[float, float, float]]) -> np.ndarray:
    x, v = tile.T.copy()
    for drive in drives:
        x, v = _stepped(x, v, drive)
    return np.column_stack([x, v])


def with_jax() -> Prepared:
    """The same steps in one compiled loop."""
    jax = double_jax()
    points, drives = jax.numpy.asarray(starts()), jax.numpy.asarray(_drives())

    def steps(points: Any) -> Any:
        state = points[:, 0], points[:, 1]
        return jax.numpy.stack(jax.lax.fori_loop(0, STEPS, lambda i, z: _stepped(z[0], z[1], drives[i]), state), axis=1)

    compiled = jax.jit(steps)
    return Prepared(lambda: compiled(points).block_until_ready())


def _drives() -> list[tuple[float, float, float]]:
    """What drives the oscillator at the beginning, the middle and the end of every step."""
    values = (DRIVE * np.cos(np.arange(2 * STEPS + 1) * STEP / 2)).tolist()
    return [(values[2 * i], values[2 * i + 1], values[2 * i + 2]) for i in range(STEPS)]


def _stepped(x: Any, v: Any, drive: Any) -> tuple[Any, Any]:
    """One step of the classical method, on arrays of any library."""
    half = STEP / 2
    a1 = _force(x, v, drive[0])
    v2, x2 = v + half * a1, x + half * v
    a2 = _force(x2, v2, drive[1])
    v3, x3 = v + half * a2, x + half * v2
    a3 = _force(x3, v3, drive[1])
    v4, x4 = v + STEP * a3, x + STEP * v3
    a4 = _force(x4, v4, drive[2])
    return x + STEP / 6 * (v + 2 * (v2 + v3) + v4), v + STEP / 6 * (a1 + 2 * (a2 + a3) + a4)


def _force(x: Any, v: Any, drive: Any) -> Any:
    return x - x * x * x - FRICTION * v + drive


def truth() -> Float[np.ndarray, "b 2"]:
    """Where some of the points are at the end, by scipy's DOP853 at a tolerance of 1e-12."""
    from scipy.integrate import solve_ivp  # noqa: PLC0415 - a peer, which need not be installed

    def slopes(t: float, z: np.ndarray) -> tuple[float, float]:
        return z[1], _force(z[0], z[1], DRIVE * np.cos(t))

    found = [
        solve_ivp(slopes, (0.0, END), start, method="DOP853", rtol=1e-12, atol=1e-12).y[:, -1]
        for start in starts()[_COMPARED]
    ]
    return np.stack(found)


def largest_error(answer: Any, true: Float[np.ndarray, "b 2"]) -> float:
    """The largest distance of those that are compared; not a number where any has none."""
    z = np.asarray(answer)
    return float(np.abs(z[_COMPARED] - true).max()) if np.isfinite(z).all() else float("nan")


def _cases() -> Iterator[Case]:
    yield Case(
        f"x'' = x - x^3 - {FRICTION} x' + {DRIVE} cos t to t = {END:g}; {len(starts()[_COMPARED])} compared",
        (
            Entrant("ours", ours),
            Entrant("numpy", with_numpy),
            Entrant("jax", with_jax, ("jax",)),
            Entrant("limit", limit, goal=1 / 1.5, is_limit=True),
        ),
        truth,
        largest_error,
        allowed=1e-3,
        needs=("scipy",),
    )


BENCHMARK = Benchmark("duffing_basin", f"{SIDE} x {SIDE} starts, {STEPS} steps of the classical method each", _cases)
