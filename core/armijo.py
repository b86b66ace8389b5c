"""Backtracking: how far along a step |f - z| falls enough.

L. Armijo, Pacific J. Math. 16 (1966) 1; the next length from a parabola, as in J. E. Dennis, R. B. Schnabel, Numerical
Methods for Unconstrained Optimization and Nonlinear Equations, Prentice-Hall (1983), section 6.3.2.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from .root_problem import BoundMap

_DECREASE = 1e-4
"""c of Armijo's condition."""
_SHORTEST, _LONGEST = 0.1, 0.5
"""Of the next length, as parts of the last."""


class Backtracked(NamedTuple):
    """Of each of S samples: where it came to, what part of its step that is, and at the price of how many
    evaluations; one that found no length, or was not wanted, stays where it was."""

    z: Any
    f: Any
    fraction: Any
    tries: Any
    accepted: Any


def backtrack(problem: BoundMap, z: Any, f: Any, step: Any, wanted: Any, most: int = 30) -> Backtracked:
    """The first t of 1, t1 < 1, t2 < t1, ... with |g(z + t step)| <= (1 - c t) |g(z)|, c = 1e-4, g = f - z.

    z, f, step (S, n): f at z, and a step along which |g| falls at the rate |g|, as Newton's does. wanted (S,): the
    samples that look for a length. most: evaluations at most. The next t is the minimum of the parabola through
    |g|^2 at 0 and t with the slope -2 |g|^2 at 0, kept between 0.1 t and 0.5 t; 0.5 t where g is no number.
    """
    library = problem.library
    length = library.norm(f - z)
    fraction = library.full_like(length, 1.0)
    tries = library.full_like(length, 0.0)
    waiting, found_z, found_f = wanted, z, f
    for _ in range(most):
        if not bool(waiting.any()):
            break
        trial = library.where(waiting[:, None], z + fraction[:, None] * step, found_z)
        value = problem.value(trial)
        tries = tries + library.where(waiting, 1.0, 0.0)
        reached = library.norm(value - trial)
        falls = (reached < length) | (length == 0.0)
        good = waiting & falls & (reached <= (1.0 - _DECREASE * fraction) * length)
        found_z = library.where(good[:, None], trial, found_z)
        found_f = library.where(good[:, None], value, found_f)
        waiting = waiting & ~good
        ratio = reached / library.where(length > 0.0, length, 1.0)
        parabola = fraction / (ratio * ratio - 1.0 + 2.0 * fraction)
        part = library.where(parabola > _SHORTEST, parabola, _SHORTEST)
        part = library.where(library.module.isfinite(reached) & (part < _LONGEST), part, _LONGEST)
        fraction = library.where(waiting, part * fraction, fraction)
    accepted = wanted & ~waiting
    return Backtracked(found_z, found_f, library.where(accepted, fraction, 0.0), tries, accepted)
