"""Pseudo-arclength continuation: a curve of fixed points z = f(z; p), followed past the folds where p turns back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from .solution_family import SolutionFamily

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_CORRECTIONS = 7
_ARRIVED = 1e-8
"""Length of a Newton step, in shares of the box, after which rounding is all that is left: the next is its square."""
_FEW, _GROWTH = 3, 1.4
"""A step that took at most so many corrections is followed by a longer one."""
_MOST_TURN, _SHARP = 0.35, 0.12
"""Angles between two tangents: a step that turns by more is taken back; one that turns by less may grow."""
_ASTRAY = 0.5
"""Of a step: how far a correction may lead away from the tangent."""


@dataclass(frozen=True)
class CurveBox:
    """Where a curve is followed: p_range, and lower and upper (n,) of z. Lengths are measured in it.

    spread (n,): what counts as 1 along every component; the box's own size where not given.
    """

    p_range: tuple[float, float]
    lower: Float[np.ndarray, "n"]
    upper: Float[np.ndarray, "n"]
    spread: Float[np.ndarray, "n"] | None = None

    @property
    def scale(self) -> Float[np.ndarray, "n_plus_1"]:
        """What counts as 1 along the components of z and along p."""
        height = self.upper - self.lower if self.spread is None else self.spread
        return np.append(height, self.p_range[1] - self.p_range[0])

    def holds(self, z: Float[np.ndarray, "n"], p: float) -> bool:
        """Whether a point lies in the box."""
        inside = bool((z >= self.lower).all() and (z <= self.upper).all())
        return inside and self.p_range[0] <= p <= self.p_range[1]


@dataclass(frozen=True)
class CurvePoint:
    """z (n,) with z = f(z; p); x (n + 1,): both in shares of the box, p last; tangent (n + 1,): of the curve there.

    eigenvalues (n,) of df/dz. border: the determinant of [df/dz - I, df/dp; tangent] with rows made short, which
    changes its sign where another curve crosses; singular: the least singular value of I - df/dz beside 1 + |df/dz|.
    """

    z: Float[np.ndarray, "n"]
    p: float
    x: Float[np.ndarray, "n_plus_1"]
    tangent: Float[np.ndarray, "n_plus_1"]
    eigenvalues: Complex[np.ndarray, "n"]
    border: float
    singular: float


class CurveTracer:
    """Solves f(z; p) - z = 0 along a curve: tangent predictor, and Newton's method across the tangent.

    Source: H. B. Keller, Numerical solution of bifurcation and nonlinear eigenvalue problems, in: Applications of
    Bifurcation Theory (1977) 359; steps by E. L. Allgower, K. Georg, Introduction to Numerical Continuation Methods,
    SIAM (2003), ch. 6.
    """

    def __init__(self, family: SolutionFamily, box: CurveBox) -> None:
        self._family, self._box, self._scale = family, box, box.scale

    def begin(self, z: Float[np.ndarray, "n"], p: float) -> CurvePoint | None:
        """The point with a tangent along which p grows; None where its derivatives are no numbers."""
        x = np.append(z, p) / self._scale
        found = self._system(x)
        if found is None:
            return None
        tangent = np.linalg.svd(found[1])[2][-1]
        first = np.flatnonzero(np.abs(tangent) > 1e-12)
        sign = tangent[-1] if abs(tangent[-1]) > 1e-12 else tangent[first[0]]
        return self._point(x, found, tangent * np.sign(sign))

    def across(self, point: CurvePoint) -> Float[np.ndarray, "n_plus_1"] | None:
        """At a point where two curves cross, a direction out of the curve that it lies on: the other null vector."""
        found = self._system(point.x)
        if found is None or len(found[1]) < 1:
            return None
        null = np.linalg.svd(found[1])[2][-2:]
        out = null - (null @ point.tangent)[:, None] * point.tangent
        longest = out[np.linalg.norm(out, axis=1).argmax()]
        return np.asarray(longest / max(float(np.linalg.norm(longest)), 1e-300))

    def from_side(
        self, point: CurvePoint, direction: Float[np.ndarray, "n_plus_1"], length: float
    ) -> CurvePoint | None:
        """The point of a curve at `length` from `point` along a direction, which becomes its first tangent."""
        found = self._corrected(point.x + length * direction, direction)
        return None if found is None else found[0]

    def at(self, point: CurvePoint, length: float) -> tuple[CurvePoint, int, float] | None:
        """The point of the curve over `length` along the tangent at `point`, the corrections that it took, and how far
        from the tangent it lies; None where Newton's method does not arrive."""
        return self._corrected(point.x + length * point.tangent, point.tangent)

    def between(self, here: CurvePoint, there: CurvePoint, length: float) -> CurvePoint | None:
        """The point over `length` along the tangent at `here`, guessed by Hermite's cubic through both points: Newton's
        method arrives even where another curve crosses nearby, unless that is too near."""
        reach, s = self.reach(here, there), length / max(self.reach(here, there), 1e-300)
        slope = there.tangent / max(float(here.tangent @ there.tangent), 0.1)
        guess = (1 + 2 * s) * (1 - s) ** 2 * here.x + s**2 * (3 - 2 * s) * there.x
        guess = guess + reach * s * (1 - s) * ((1 - s) * here.tangent - s * slope)
        found = self._corrected(guess, here.tangent)
        return None if found is None else found[0]

    def described(self, x: Float[np.ndarray, "n_plus_1"], tangent: Float[np.ndarray, "n_plus_1"]) -> CurvePoint | None:
        """The point at x, in shares of the box, without a correction."""
        found = self._system(x)
        return None if found is None else self._point(x, found, tangent)

    def reach(self, point: CurvePoint, other: CurvePoint) -> float:
        """The length along the tangent at `point` over which `other` lies."""
        return float(point.tangent @ (other.x - point.x))

    def follow(
        self, start: CurvePoint, forward: bool = True, longest: float = 0.02, shortest: float = 1e-7, most: int = 4000
    ) -> Iterator[CurvePoint]:
        """The points of the curve from `start` on, without it, until it leaves the box or comes back to `start`.

        forward: along the start's tangent, or against it. longest, shortest: steps in shares of the box. The last point
        may lie outside the box; the curve also ends where Newton's method fails with the shortest step.
        """
        here = start if forward else reversed_point(start)
        begun, step, gone = here, longest / 4.0, 0.0
        for _ in range(most):
            ahead = self._next(here, step, longest, shortest)
            if ahead is None:
                return
            there, step, length = ahead
            if gone > 2.0 * longest and self._passes(here, there, begun):
                yield begun
                return
            gone += length
            here = there
            yield here
            if not self._box.holds(here.z, here.p):
                return

    def _next(
        self, here: CurvePoint, step: float, longest: float, shortest: float
    ) -> tuple[CurvePoint, float, float] | None:
        """The next point, the length of the step after it, and that of the step to it."""
        while True:
            found = self.at(here, step)
            if found is not None:
                there, corrections, away = found
                turn = float(np.arccos(np.clip(here.tangent @ there.tangent, -1.0, 1.0)))
                # at a corner no step is short enough to turn little
                if (turn <= _MOST_TURN and away <= _ASTRAY * step) or step <= shortest:
                    easy = corrections <= _FEW and turn <= _SHARP
                    return there, min(longest, step * _GROWTH) if easy else step, step
            if step <= shortest:
                return None
            step = max(shortest, step / 2.0)

    def _passes(self, here: CurvePoint, there: CurvePoint, begun: CurvePoint) -> bool:
        """Whether the way from one point to the next goes through the first one, in its direction."""
        step, length = self.reach(here, there), self.reach(here, begun)
        if not 0.0 < length <= step or here.tangent @ begun.tangent < 0.5:
            return False
        return float(np.linalg.norm(begun.x - here.x - length * here.tangent)) <= 0.5 * step

    def _system(self, x: Float[np.ndarray, "n_plus_1"]) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """In shares of the box: the residual (n,) and its derivative (n, n + 1); and df/dz. None where no numbers."""
        scale = self._scale
        z, p = x[:-1] * scale[:-1], x[-1] * scale[-1]
        f, jacobian, slope = (part[0] for part in self._family.linearised(z[None], np.array([p])))
        derivative = np.column_stack([jacobian - np.eye(len(z)), slope]) * scale / scale[:-1, None]
        if not (np.isfinite(f).all() and np.isfinite(derivative).all()):
            return None
        return (f - z) / scale[:-1], derivative, jacobian

    def _corrected(
        self, guess: Float[np.ndarray, "n_plus_1"], tangent: Float[np.ndarray, "n_plus_1"]
    ) -> tuple[CurvePoint, int, float] | None:
        """Newton's method from the guess in the plane across the tangent."""
        x, last = guess, np.inf
        for number in range(1, _CORRECTIONS + 1):
            found = self._system(x)
            if found is None:
                return None
            residual, derivative, _ = found
            try:
                move = np.linalg.solve(np.vstack([derivative, tangent]), np.append(-residual, tangent @ (guess - x)))
            except np.linalg.LinAlgError:
                return None
            x = x + move
            size = float(np.linalg.norm(move))
            if not size <= 2.0 * last:
                return None
            last = size
            if size <= _ARRIVED:
                found = self._system(x)
                if found is None:
                    return None
                return self._point(x, found, self._tangent(found[1], tangent)), number, float(np.linalg.norm(x - guess))
        return None

    @staticmethod
    def _tangent(derivative: np.ndarray, before: np.ndarray) -> Float[np.ndarray, "n_plus_1"]:
        """The null vector of the derivative, in the direction of `before`."""
        try:
            tangent = np.linalg.solve(np.vstack([derivative, before]), np.append(np.zeros(len(derivative)), 1.0))
        except np.linalg.LinAlgError:
            return before
        return np.asarray(tangent / np.linalg.norm(tangent))

    def _point(self, x: np.ndarray, found: tuple[np.ndarray, ...], tangent: np.ndarray) -> CurvePoint:
        _, derivative, jacobian = found
        matrix = np.eye(len(jacobian)) - jacobian
        rows = derivative / np.sqrt(1.0 + np.sum(derivative**2, axis=1, keepdims=True))
        least = float(np.linalg.svd(matrix, compute_uv=False)[-1])
        return CurvePoint(
            z=x[:-1] * self._scale[:-1],
            p=float(x[-1] * self._scale[-1]),
            x=x,
            tangent=tangent,
            eigenvalues=np.linalg.eigvals(jacobian).astype(np.complex128),
            border=float(np.linalg.det(np.vstack([rows, tangent]))),
            singular=least / (1.0 + float(np.abs(jacobian).max())),
        )


def reversed_point(point: CurvePoint) -> CurvePoint:
    """The same point with the opposite direction."""
    return replace(point, tangent=-point.tangent, border=-point.border)
