"""Newton's fractal of z^3 = 1: to which root the method goes from every pixel, and in how many steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..benchmarking.benchmark import Benchmark, Case, Entrant, Prepared
from ..benchmarking.double_jax import double_jax
from ..language import parse
from ..language.iteration_programs import newton_program
from ..plane_sweep import Pixels, SweepStop, sweep
from ..sweep_path import choose_sweep_path

if TYPE_CHECKING:
    from jaxtyping import Float, Int

SIDE, HALF = 1024, 2.0
MOST, TOLERANCE = 60, 1e-6
"""Steps at most, and the length of a step after which a pixel is at rest."""
MOST_MILLISECONDS = 8.0
TEXT = "0 = x^3 - 3*x*y^2 - 1\n0 = 3*x^2*y - y^3\nsolve x = 1, y = 1"
_ROOTS = np.exp(2j * np.pi * np.arange(3) / 3)


class Fractal(NamedTuple):
    """Where every pixel ended, and the steps it took."""

    z: Float[np.ndarray, "2 rows columns"]
    steps: Int[np.ndarray, "rows columns"]


def ours() -> Prepared:
    """Ours on the two real equations."""
    program, axis = newton_program(parse(TEXT)), _axis()
    pitch = axis[1] - axis[0]
    pixels = Pixels(np.array([-HALF, -HALF]), np.array([pitch, 0.0]), np.array([0.0, pitch]), SIDE, SIDE)
    stop = SweepStop(MOST, TOLERANCE, float("inf"))
    path = choose_sweep_path(program)
    slow = "" if path == "kernel" else "the fast path did not run, but numpy: no kernel can be compiled here"

    def call() -> Fractal:
        swept = sweep(program, 2, pixels, stop, range(SIDE), path)
        return Fractal(swept.z, swept.count)

    return Prepared(call, path if path == "kernel" else "numpy", slow)


def with_numpy() -> Prepared:
    """Complex arrays from which the pixels at rest are dropped."""
    begin = _plane().ravel()

    def call() -> Fractal:
        z, end, count = begin, np.empty_like(begin), np.full(begin.shape, MOST, dtype=np.int32)
        place = np.arange(len(begin))
        for number in range(1, MOST + 1):
            new = z - (z * z * z - 1) / (3 * z * z)
            step = new - z
            going = step.real**2 + step.imag**2 > TOLERANCE**2
            rest = place[~going]
            end[rest], count[rest] = new[~going], number
            z, place = new[going], place[going]
            if not len(z):
                break
        end[place] = z
        return Fractal(np.stack([end.real, end.imag]).reshape(2, SIDE, SIDE), count.reshape(SIDE, SIDE))

    return Prepared(call)


def with_jax() -> Prepared:
    """One compiled loop over all pixels until the last is at rest."""
    jax = double_jax()
    begin = jax.numpy.asarray(_plane())

    def unfinished(state: Any) -> Any:
        return (state[0] < MOST) & state[2].any()

    def step(state: Any) -> Any:
        number, z, going, count = state
        new = jax.numpy.where(going, z - (z * z * z - 1) / (3 * z * z), z)
        moved = new - z
        return (
            number + 1,
            new,
            going & (moved.real**2 + moved.imag**2 > TOLERANCE**2),
            count + going,
        )

    def fractal(begin: Any) -> Any:
        going = jax.numpy.ones(begin.shape, dtype=bool)
        state = 0, begin, going, jax.numpy.zeros(begin.shape, dtype="int32")
        _, z, _, count = jax.lax.while_loop(unfinished, step, state)
        return jax.numpy.stack([z.real, z.imag]), count

    compiled = jax.jit(fractal)
    return Prepared(lambda: Fractal(*jax.block_until_ready(compiled(begin))))


def truth() -> Fractal:
    """The definition, with complex numbers and every pixel to the end."""
    z, count, going = _plane(), np.zeros((SIDE, SIDE), dtype=np.int32), np.ones((SIDE, SIDE), dtype=bool)
    for _ in range(MOST):
        new = np.where(going, z - (z**3 - 1) / (3 * z**2), z)
        count += going
        going &= np.abs(new - z) > TOLERANCE
        z = new
    return Fractal(np.stack([z.real, z.imag]), count)


def share_of_wrong(answer: Fractal, true: Fractal) -> float:
    """The share of pixels with another root, or another number of steps."""
    z, steps = np.asarray(answer.z), np.asarray(answer.steps)
    if z.shape != true.z.shape:
        return float("nan")
    return float(((_root(z) != _root(true.z)) | (steps != true.steps)).mean())


def _root(z: Float[np.ndarray, "2 rows columns"]) -> Int[np.ndarray, "rows columns"]:
    """Which root is within 1e-6; 3 where none is."""
    near = np.abs((z[0] + 1j * z[1])[None] - _ROOTS[:, None, None]) < 1e-6
    return np.where(near.any(axis=0), near.argmax(axis=0), 3)


def _axis() -> Float[np.ndarray, "columns"]:
    return np.linspace(-HALF, HALF, SIDE)


def _plane() -> np.ndarray:
    """The pixels as complex numbers, rows upwards."""
    axis = _axis()
    return axis[None, :] + 1j * axis[:, None]


def _cases() -> Iterator[Case]:
    yield Case(
        f"z^3 = 1 from [-2, 2]^2, {SIDE} x {SIDE} pixels, until a step is shorter than {TOLERANCE:g}",
        (Entrant("ours", ours), Entrant("numpy", with_numpy), Entrant("jax", with_jax, ("jax",))),
        truth,
        share_of_wrong,
        allowed=1e-3,
        most=MOST_MILLISECONDS,
    )


BENCHMARK = Benchmark("newton_fractal", "Newton's method from every pixel: the root and the number of steps", _cases)
