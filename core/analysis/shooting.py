"""Newton's method on the return map of a flow, and what the derivative of that map tells."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..formula_field import FormulaField
from ..language.variational_system import variational_system
from ..readings.closed_orbits import ClosedOrbit, Kind
from ..vector_field import VectorField
from .floquet import floquet_multipliers
from .flow_return import flow, times_at
from .integrator_run import Followed

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_RTOL, _ROUGH_RTOL = 1e-13, 1e-8
_ATOL = 0.1
"""Absolute tolerance, as a part of the relative one, of what has size 1."""
_ROUGH = 1e-4
"""Steps longer than this are made with the rough tolerance."""
_ITERATIONS = 12
_LONGEST = 0.3
"""A Newton step longer than this part of the orbit, or of its period, leads elsewhere."""
_SHARP, _GOOD = 1e-11, 1e-8
"""Length of the last step; where rounding lets none be that short, of one that the next no longer shortens."""
_CUT = 1e-7
"""Singular values below this part of the largest are of the directions along a family of closed orbits."""
_ONE = 1e-6
"""Multipliers this near to 1 are 1."""
_UNSURE = 1e-4
"""Where the multiplier along the flow, which is 1, is computed with a larger error, no other number is trusted."""
_PARTS = (2, 3, 5, 7)
"""An orbit may have been found that goes round so often."""
_SAME = 1e-5
_PER_STEP = 3


@dataclass(frozen=True)
class Turn:
    """Once around from `start`: how the flow over `duration` moves it, with its derivative.

    duration: negative backward in time. matrix (n, n): the derivative in lengths of `size`; volume: the logarithm of
    its determinant, the integral of the field's divergence along the way.
    """

    field: VectorField
    start: Float[np.ndarray, "n"]
    duration: float
    size: Float[np.ndarray, "n"]
    run: Followed

    @classmethod
    def made(
        cls,
        field: VectorField,
        start: Float[np.ndarray, "n"],
        duration: float,
        size: Float[np.ndarray, "n"],
        rtol: float = _RTOL,
    ) -> Generator[None, None, Turn | None]:
        """Integrate the field with its variational equation; None where that comes to no end."""
        system = field.system
        assert system is not None
        values = dict(zip(system.defaults(), field.parameters, strict=True))
        whole = FormulaField(variational_system(system), values)
        opening = np.concatenate([start, np.eye(field.size).ravel(), [0.0]])
        run = yield from flow(whole, opening, duration, rtol, _ATOL * rtol * float(min(1.0, size.min())))
        return cls(field, start, duration, size, run) if run.outcome.success else None

    @property
    def moved(self) -> Float[np.ndarray, "n"]:
        """How far from the start it ends, in lengths of `size`."""
        return np.asarray((self.run.z[-1, : self.field.size] - self.start) / self.size)

    @property
    def matrix(self) -> Float[np.ndarray, "n n"]:
        """The derivative of the end by the start."""
        n = self.field.size
        return np.asarray(self.run.z[-1, n : n + n * n].reshape(n, n) * self.size / self.size[:, None])

    @property
    def volume(self) -> float:
        """The integral of the divergence."""
        return float(self.run.z[-1, -1])

    def way(self, z: Float[np.ndarray, "n"]) -> Float[np.ndarray, "n"]:
        """The velocity at z along the way that the run goes, in lengths of `size`."""
        return np.asarray(np.sign(self.duration) * self.field.array()(0.0, z) / self.size)

    def correction(self) -> Float[np.ndarray, "n_plus_1"]:
        """Newton's step of the start, within the section normal to the flow, and of the duration.

        (M - I) dz + v dT = -(phi(z) - z), v(z) . dz = 0. Where orbits form a family it is the shortest such step.
        """
        n, matrix = self.field.size, self.matrix
        normal, end = self.way(self.start), self.way(self.run.z[-1, : self.field.size])
        system = np.zeros((n + 1, n + 1))
        system[:n, :n], system[:n, n] = matrix - np.eye(n), end * abs(self.duration)
        system[n, :n] = normal * abs(self.duration)
        step, *_ = np.linalg.lstsq(system, np.append(-self.moved, 0.0), rcond=_CUT)
        return np.asarray(step)

    def multipliers(self) -> Complex[np.ndarray, "n"]:
        """Eigenvalues of the derivative: first the one along the flow, then those across it by descending size."""
        found = floquet_multipliers(self.matrix, self.way(self.start), self.volume)
        if self.duration > 0.0:
            return found
        return np.concatenate([1.0 / found[:1], 1.0 / found[:0:-1]])


class Shot(NamedTuple):
    """What Newton's method came to.

    distance: of the closed orbit from the point it began at, as a share of its size; infinite where it came to none.
    orbit: None where no trajectory comes to it: it does not attract, and is no member of a family.
    """

    distance: float = np.inf
    orbit: ClosedOrbit | None = None


def shoot(
    field: VectorField,
    start: Float[np.ndarray, "n"],
    duration: float,
    size: Float[np.ndarray, "n"],
    *,
    exact: bool = False,
) -> Generator[None, None, Shot]:
    """The closed orbit near `start`, by Newton's method on the return map from a period of about |duration|.

    duration: negative to look at what attracts backward in time. exact: whether `start` lies on it but for rounding.
    Source: R. Seydel, Practical Bifurcation and Stability Analysis, chapter 7.
    """
    place, last = start, _GOOD if exact else np.inf
    for _ in range(_ITERATIONS):
        rough = last > _ROUGH
        turn = yield from Turn.made(field, place, duration, size, _ROUGH_RTOL if rough else _RTOL)
        if turn is None:
            return Shot()
        step = turn.correction()
        length = float(np.linalg.norm(step))
        if not length <= _LONGEST or (last > _GOOD and length > last):
            return Shot()
        settled = length <= _SHARP or (length <= _GOOD and length >= 0.5 * last)
        if settled and not rough:
            break
        place, duration, last = place + step[:-1] * size, duration * (1.0 + step[-1]), length
    else:
        return Shot()
    shorter = _shorter(turn)
    if shorter:
        return (yield from shoot(field, place, duration / shorter, size, exact=True))
    return Shot(float(np.linalg.norm((place - start) / size)), _described(turn, duration * (1.0 + step[-1])))


def _shorter(turn: Turn) -> int:
    """How often the orbit goes round, where that is more than once; else 0."""
    n, begin = turn.field.size, turn.run.t[0]
    states = turn.run.steps.at(begin + turn.duration / np.array(_PARTS))[0, :, :n]
    misses = np.linalg.norm((states - turn.start) / turn.size, axis=1)
    return next((part for part, miss in zip(_PARTS, misses, strict=True) if miss <= _SAME), 0)


def _described(turn: Turn, duration: float) -> ClosedOrbit | None:
    multipliers = turn.multipliers()
    kind = _kind(multipliers, forward=duration > 0)
    if kind is None:
        return None
    n, steps = turn.field.size, turn.run.steps.steps()
    theta = np.arange(_PER_STEP) / _PER_STEP
    t = np.append((steps.t0[:, None] + theta * (steps.t1 - steps.t0)[:, None]).ravel(), turn.run.t[-1])
    points = turn.run.steps.at(t)[0, :, :n]
    lowest, highest = points.min(axis=0), points.max(axis=0)
    rate = turn.field.array()
    for component in range(n):
        turns = times_at(steps, lambda z, component=component: rate(0.0, z[:, :n])[:, component])  # type: ignore[misc]
        if len(turns):
            values = turn.run.steps.at(turns)[0, :, component]
            lowest[component] = min(lowest[component], values.min())
            highest[component] = max(highest[component], values.max())
    t = t - turn.run.t[0]
    if duration < 0.0:
        t, points = (t - t[-1])[::-1], points[::-1]
    miss = float(np.linalg.norm(turn.moved))
    return ClosedOrbit(kind, float(abs(duration)), t, points, lowest, highest, multipliers, miss)


def _kind(multipliers: Complex[np.ndarray, "n"], *, forward: bool) -> Kind | None:
    if not abs(multipliers[0] - 1.0) <= _UNSURE:
        return None
    across = multipliers[1:]
    if (np.abs(across - 1.0) <= _ONE).any():
        return "family"
    sizes = np.abs(across)
    if forward:
        return "attracting" if (~(sizes >= 1.0 - _ONE)).all() else None  # NaN is one that is too small to be computed
    return "repelling" if (~(sizes <= 1.0 + _ONE)).all() else None
