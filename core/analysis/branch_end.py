"""Where a branch of a saddle's manifold ends: at a border, an equilibrium or a limit cycle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..readings.equilibria import Equilibrium
from ..readings.separatrices import End
from .classification import BAND

if TYPE_CHECKING:
    from jaxtyping import Float

_NEAR = 1e-4
"""A branch comes to an equilibrium from within such a share of the lengths."""
_MISS = 1e-5
"""It passes a saddle where it will not come nearer than this."""
_LEFT = 10.0
"""Times `_NEAR`: so far away it has left its own saddle, and may come back."""
_TOUCH = 5e-4
"""A branch that stays within such a share of the lengths of a limit cycle is on it: below what is seen."""
_LOOP = 0.02
"""The least size of a cycle, as such a share."""
_NOISE = 2e-5
"""Below it, turns differ by how their extremes are read off."""


class BranchEnd(NamedTuple):
    """place: of the last point that counts; target: of the equilibrium that it comes to."""

    place: int
    end: End
    target: Float[np.ndarray, "n"] | None


class Surroundings(NamedTuple):
    """rests: every equilibrium that is known. lower, upper (n,): the border, infinite where there is none.

    size (n,): the lengths that count as 1.
    """

    rests: tuple[Equilibrium, ...]
    lower: Float[np.ndarray, "n"]
    upper: Float[np.ndarray, "n"]
    size: Float[np.ndarray, "n"]


def branch_end(
    z: Float[np.ndarray, "m n"], saddle: Equilibrium, forward: bool, around: Surroundings, left: int
) -> BranchEnd | None:
    """The first end at a border or an equilibrium of a branch that goes through the states z; None: it goes on.

    left: the place from which on it has come away from its own saddle. A saddle ends it only where the branch cannot be
    told from one that comes to it: where the part of its distance that grows there, e^(u t), lets the part that
    shrinks, e^(-s t), come to 1e-5 of the lengths before it is as large itself. u is the fastest of the one, s the
    slowest of the other.
    """
    begins = ((rest, left if rest is saddle else 0) for rest in around.rests)
    ends = [found for rest, begin in begins if (found := _at_rest(z, rest, begin, forward, around.size))]
    outside = np.flatnonzero(((z < around.lower) | (z > around.upper)).any(axis=1))
    if outside.size:
        ends.append(BranchEnd(int(outside[0]), "border", None))
    return min(ends, key=lambda end: end.place, default=None)


def come_away(z: Float[np.ndarray, "m n"], saddle: Equilibrium, size: Float[np.ndarray, "n"]) -> int:
    """The place from which on a branch has left its saddle, so that it may come back; m before it has."""
    away = np.flatnonzero((np.abs(z - saddle.point) > _LEFT * _NEAR * size).any(axis=1))
    return int(away[0]) if away.size else len(z)


def _at_rest(
    z: Float[np.ndarray, "m n"], rest: Equilibrium, begin: int, forward: bool, size: Float[np.ndarray, "n"]
) -> BranchEnd | None:
    near = np.flatnonzero((np.abs(z[begin:] - rest.point) <= _NEAR * size).all(axis=1))
    values = rest.eigenvalues if forward else -rest.eigenvalues
    if not near.size or not np.isfinite(values).all():
        return None
    place = begin + int(near[0])
    staying = values.real < -BAND * np.abs(values).max()
    if staying.all():
        return BranchEnd(place, "equilibrium", rest.point)
    apart = (z[place] - rest.point) / size
    distance = float(np.linalg.norm(apart))
    vectors = rest.eigenvectors / size[:, None]
    parts = np.linalg.lstsq(vectors, apart.astype(np.complex128), rcond=None)[0]
    growing = float(np.linalg.norm(vectors[:, ~staying] @ parts[~staying]))
    grows = float(values.real[~staying].max(initial=0.0))
    shrinks = float(-values.real[staying].max(initial=-np.inf)) if staying.any() else 0.0
    nearest = shrinks * np.log(max(growing, 1e-300)) + grows * np.log(max(distance, 1e-300))
    passes = nearest > (shrinks + grows) * np.log(_MISS) or growing > 0.1 * distance
    return None if passes else BranchEnd(place, "equilibrium", rest.point)


def cycle_end(t: Float[np.ndarray, "m"], z: Float[np.ndarray, "m n"], size: Float[np.ndarray, "n"]) -> BranchEnd | None:
    """Where a branch is on a limit cycle: what is left to it is too small to be seen.

    That follows from how the differences of successive turns shrink, of the states at which one component is largest.
    """
    scaled = z / size
    half = scaled[len(z) // 2 :]
    axis = int(np.argmax(half.max(axis=0) - half.min(axis=0)))
    x = scaled[:, axis]
    tops = np.flatnonzero((x[1:-1] > x[:-2]) & (x[1:-1] >= x[2:])) + 1
    if len(tops) < 4:
        return None
    states = _tops(t, scaled, axis, tops)
    steps = np.linalg.norm(np.diff(states, axis=0), axis=1)
    for number in range(2, len(steps)):
        before, last, now = steps[number - 2 : number + 1]
        settled = max(last, now) <= _NOISE or now < last < before
        left = now * now / max(last - now, 1e-300) if now > _NOISE else now
        turn = scaled[tops[number] : tops[number + 1] + 1]
        large = (turn.max(axis=0) - turn.min(axis=0)).max() > _LOOP
        if settled and large and max(left, now) <= _TOUCH:
            return BranchEnd(int(tops[number + 1]), "cycle", None)
    return None


def _tops(
    t: Float[np.ndarray, "m"], z: Float[np.ndarray, "m n"], axis: int, tops: np.ndarray
) -> Float[np.ndarray, "k n"]:
    """The states at the tops of the parabolas in t through each of `tops` and its neighbours."""
    t0, t1, t2 = (t[tops + shift] for shift in (-1, 0, 1))
    z0, z1, z2 = (z[tops + shift] for shift in (-1, 0, 1))
    first = (z1 - z0) / (t1 - t0)[:, None]
    second = ((z2 - z1) / (t2 - t1)[:, None] - first) / (t2 - t0)[:, None]
    curve = second[:, axis]
    when = 0.5 * (t0 + t1) - 0.5 * first[:, axis] / np.where(curve == 0.0, np.inf, curve)
    return np.asarray(z0 + first * (when - t0)[:, None] + second * ((when - t0) * (when - t1))[:, None])
