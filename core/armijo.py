"""Backtracking: how far along a step |f - z| falls enough.

L. Armijo, Pacific J. Math. 16 (1966) 1; J. E. Dennis, R. B. Schnabel, Numerical Methods for Unconstrained Optimization
and Nonlinear Equations, Prentice-Hall (1983), section 6.3.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

from .array_library import ArrayLibrary
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


@dataclass(frozen=True)
class Lengths(ABC):
    """Which lengths t of a step are tried, and which is short enough; everything is of shape (S,)."""

    library: ArrayLibrary

    @abstractmethod
    def enough(self, t: Any, reached: Any, length: Any) -> Any:
        """Whether t will do, where |g| = `reached` there and `length` at t = 0."""

    def shorter(self, t: Any, _reached: Any, _length: Any) -> Any:
        """The length after one that will not do: half of it."""
        return 0.5 * t

    def hopeless(self, moved: Any) -> Any:
        """Which samples try no further; moved: whether the last length led to another point at all."""
        return moved & ~moved


class Parabola(Lengths):
    """|g(z + t d)| <= (1 - c t) |g(z)| with c = 1e-4.

    The next t is the minimum of the parabola through |g|^2 at 0 and t with the slope -2 |g|^2 at 0, kept between
    0.1 t and 0.5 t; 0.5 t where g is no number.
    """

    def enough(self, t: Any, reached: Any, length: Any) -> Any:
        """See above; the residual 0 need not fall."""
        falls = (reached < length) | (length == 0.0)
        return falls & (reached <= (1.0 - _DECREASE * t) * length)

    def shorter(self, t: Any, reached: Any, length: Any) -> Any:
        """See above."""
        where = self.library.where
        ratio = reached / where(length > 0.0, length, 1.0)
        parabola = t / (ratio * ratio - 1.0 + 2.0 * t)
        part = where(parabola > _SHORTEST, parabola, _SHORTEST)
        return where(self.library.module.isfinite(reached) & (part < _LONGEST), part, _LONGEST) * t


@dataclass(frozen=True)
class Halves(Lengths):
    """t = 1, 1/2, 1/4, ... with |g(z + t d)|^2 <= (1 - 2 c t) |g(z)|^2, while that is another point than z.

    slope: c. floor (S,): the rounding of |g|. resting (S,): where |g| is below; it need not fall, and only t = 1 is
    tried.
    """

    slope: float
    floor: Any
    resting: Any

    def enough(self, t: Any, reached: Any, length: Any) -> Any:
        """See above."""
        shorter = (reached < length) & (reached <= self.library.module.sqrt(1.0 - 2.0 * self.slope * t) * length)
        return shorter | (self.resting & (reached <= self.floor))

    def hopeless(self, moved: Any) -> Any:
        """See above."""
        return self.resting | ~moved


def backtrack(
    problem: BoundMap, z: Any, f: Any, step: Any, wanted: Any, most: int = 30, lengths: Lengths | None = None
) -> Backtracked:
    """The first t = 1, t1 < 1, t2 < t1, ... at which |g(z + t step)| is short enough, g = f - z.

    z, f, step (S, n): f at z, and a step along which |g| falls at the rate |g|, as Newton's does. wanted (S,): the
    samples that look for a length. most: evaluations at most. lengths: by default `Parabola`.
    """
    library, lengths = problem.library, lengths or Parabola(problem.library)
    length = library.norm(f - z)
    fraction = library.full_like(length, 1.0)
    tries = library.full_like(length, 0.0)
    accepted = wanted & ~wanted
    waiting, found_z, found_f = wanted, z, f
    for _ in range(most):
        if not bool(waiting.any()):
            break
        trial = library.where(waiting[:, None], z + fraction[:, None] * step, found_z)
        value = problem.value(trial)
        tries = tries + library.where(waiting, 1.0, 0.0)
        reached = library.norm(value - trial)
        good = waiting & lengths.enough(fraction, reached, length)
        found_z = library.where(good[:, None], trial, found_z)
        found_f = library.where(good[:, None], value, found_f)
        accepted = accepted | good
        waiting = waiting & ~good & ~lengths.hopeless((trial != z).any(-1))
        fraction = library.where(waiting, lengths.shorter(fraction, reached, length), fraction)
    return Backtracked(found_z, found_f, library.where(accepted, fraction, 0.0), tries, accepted)
