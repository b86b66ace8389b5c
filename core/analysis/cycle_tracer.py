"""Pseudo-arclength continuation of closed orbits over a parameter."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from .arclength import CurveBox
from .cyclic_blocks import solve_cyclic
from .floquet import floquet_multipliers
from .orbit_collocation import LinearisedOrbit, MeshedOrbit, even_mesh, linearised
from .orbit_extremes import extremes
from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

_CORRECTIONS, _ARRIVED = 9, 1e-8
"""Newton steps, and the length of one after which rounding is all that is left: the next is its square."""
_PERIOD = 0.3
"""What counts as 1 of the logarithm of the period is its inverse."""
_FEW, _GROWTH = 4, 1.5
_MOST_TURN, _SHARP = 0.5, 0.2
"""Angles between two tangents: a step that turns by more is taken back; one that turns by less may grow."""
_SHORTEST = 1e-6
_FAR = 20.0
"""Boxes that a cycle may reach from the middle of the box: the size of components that are not shown is not known."""
_UNSURE, _DROWNED = 1e-3, 100.0
"""An error of the multiplier along the flow, which is 1, and how many times larger others are that it leaves alone."""
_MESHES = 3
"""Times that a first cycle is found, each time on a mesh that suits the one before."""
_SOLVED = 1e-9
"""Of its lengths: by how much an orbit may miss the equations where Newton's method cannot correct it."""
_UNEVEN = 1.3
"""Ratio of two widths by which a better mesh differs from one that stays."""


@dataclass(frozen=True)
class CyclePoint:
    """A closed orbit, its tangent along the family, and its multipliers as of `floquet_multipliers`.

    around: the equations there; slowest: the least speed on it as a part of the largest, in lengths of the box.
    """

    orbit: MeshedOrbit
    tangent: MeshedOrbit
    around: LinearisedOrbit
    multipliers: Complex[np.ndarray, "n"]
    slowest: float

    @cached_property
    def extremes(self) -> tuple[Float[np.ndarray, "n"], Float[np.ndarray, "n"]]:
        """The lowest and the highest value of every component."""
        return extremes(self.orbit, self.around)

    @property
    def backward(self) -> CyclePoint:
        """The same with the opposite tangent."""
        return replace(self, tangent=self.tangent.times(-1.0))


class CycleTracer:
    """Solves z' = T f(z; p), z(0) = z(1) along a family: tangent predictor, and Newton's method across the tangent.

    Lengths: the root of the mean of z^2 around the orbit in shares of the box, or of the orbit where that is larger;
    that of p in shares of its range, and that of the logarithm of the period. The phase is such that the mean of
    (z - z0) . z0' is 0 with the orbit z0 that a step begins at. Source: E. Doedel, H. B. Keller, J. P. Kernevez,
    Numerical analysis and control of bifurcation problems (II), Int. J. Bifurcation and Chaos 1 (1991) 745.
    """

    def __init__(self, formula: ParameterFormula, box: CurveBox) -> None:
        self._formula, self._box = formula, box
        self._range = float(box.scale[-1])

    def begin(self, orbit: MeshedOrbit) -> CyclePoint | None:
        """The cycle near a guess, at its parameter, with a tangent along which p grows."""
        found: CyclePoint | None = None
        for _ in range(_MESHES):
            around = linearised(self._formula, orbit)
            upward = MeshedOrbit(orbit.mesh, 0.0 * orbit.z, 0.0 * orbit.stages, 0.0, self._range)
            begun = None if around is None else self._corrected(orbit, upward, around.begin, orbit)
            if begun is None:
                break
            found = begun[0]
            orbit = found.orbit.on(even_mesh(found.orbit, found.around.rates, self.lengths(found.orbit)))
        return found

    def near(self, here: CyclePoint, guess: MeshedOrbit) -> tuple[CyclePoint, int] | None:
        """The cycle across the tangent at `here` from a guess, and how many corrections it took; None where they fail.

        All that are found from one `here` on lie on one curve over the length along its tangent.
        """
        found = self._corrected(guess, here.tangent, here.around.begin, here.orbit)
        return found if found is None or self._turn(here, found[0]) <= _MOST_TURN else None

    def solved(self, here: CyclePoint, guess: MeshedOrbit) -> CyclePoint | None:
        """The guess as it is, with its multipliers, where it solves the equations; None elsewhere. The tangent is that
        at `here`: where two families cross there are two."""
        around = linearised(self._formula, guess)
        if around is None or not guess.period > 0.0:
            return None
        missed = max(np.abs(part / self.lengths(guess)).max() for part in (around.gap, around.stages[..., 0]))
        return self._multiplied(guess, here.tangent, around) if missed <= _SOLVED else None

    def over(
        self, orbit: MeshedOrbit, tangent: MeshedOrbit, length: float, phase: Float[np.ndarray, "N n"]
    ) -> tuple[CyclePoint, int] | None:
        """The cycle over a length along the tangent, from an orbit that may have shrunk to a point, as of `near`.

        phase: its velocity, or that of the tangent.
        """
        return self._corrected(orbit.moved(tangent, length), tangent, phase, orbit)

    def next(
        self, here: CyclePoint, step: float, longest: float
    ) -> Generator[None, None, tuple[CyclePoint, float, float] | None]:
        """The next cycle, the length of the step after it and of that to it; None where no step is short enough.

        Yields after every try.
        """
        while True:
            found = self.over(here.orbit, here.tangent, step, here.around.begin)
            yield
            if found is not None:
                there, corrections = found
                turn = self._turn(here, there)
                if turn <= _MOST_TURN or step <= _SHORTEST:
                    easy = corrections <= _FEW and turn <= _SHARP
                    return there, min(longest, step * _GROWTH) if easy else step, step
            if step <= _SHORTEST:
                return None
            step = max(_SHORTEST, step / 2.0)

    def remeshed(self, here: CyclePoint) -> CyclePoint:
        """The same cycle on a mesh that suits it; as it is where that comes to none."""
        orbit = here.orbit
        mesh = even_mesh(orbit, here.around.rates, self.lengths(orbit))
        ratio = np.diff(mesh) / np.diff(orbit.mesh)
        if max(ratio.max(), 1.0 / ratio.min()) <= _UNEVEN:
            return here
        other, tangent = orbit.on(mesh), here.tangent.on(mesh)
        around = linearised(self._formula, other)
        found = None if around is None else self._corrected(other, tangent, around.begin, other)
        return here if found is None else found[0]

    def product(self, one: MeshedOrbit, other: MeshedOrbit, at: MeshedOrbit) -> float:
        """The scalar product of two steps at an orbit."""
        states = float(np.sum(one.weights[:, None] / self.lengths(at) ** 2 * one.z * other.z))
        return states + _PERIOD**2 * one.period * other.period / at.period**2 + one.p * other.p / self._range**2

    def lengths(self, orbit: MeshedOrbit) -> Float[np.ndarray, "n"]:
        """What counts as 1 along every component of an orbit."""
        return np.asarray(np.maximum(self._box.scale[:-1], np.ptp(orbit.z, axis=0)))

    def holds(self, here: CyclePoint) -> bool:
        """Whether a cycle is not far larger than the box of the states, and not far from it."""
        away = np.abs(here.orbit.z - 0.5 * (self._box.lower + self._box.upper))
        return bool((away <= _FAR * self._box.scale[:-1]).all())

    def _corrected(
        self, guess: MeshedOrbit, tangent: MeshedOrbit, phase: Float[np.ndarray, "N n"], at: MeshedOrbit
    ) -> tuple[CyclePoint, int] | None:
        """Newton's method from the guess in the plane across the tangent. at: the orbit that lengths are of."""
        orbit, last, rows = guess, np.inf, self._borders(tangent, phase, at)
        for number in range(1, _CORRECTIONS + 1):
            around = linearised(self._formula, orbit)
            if around is None:
                return None
            away = guess.moved(orbit, -1.0)
            right = rows @ np.append(away.z, [away.period, away.p])
            step = _solution(around, rows, right, guess.mesh, whole=True)
            if step is None:
                return None
            orbit = orbit.moved(step)
            size = np.sqrt(self.product(step, step, guess))
            if not size <= 2.0 * last or not orbit.period > 0.0:
                return None
            last = size
            if size <= _ARRIVED:
                found = self._described(orbit, rows)
                return None if found is None else (found, number)
        return None

    def _described(self, orbit: MeshedOrbit, rows: Float[np.ndarray, "2 k"]) -> CyclePoint | None:
        """A solution with its tangent, in the direction of the one before, and its multipliers."""
        around = linearised(self._formula, orbit)
        if around is None:
            return None
        tangent = _solution(around, rows, np.array([0.0, 1.0]), orbit.mesh, whole=False)
        if tangent is None:
            return None
        unit = tangent.times(1.0 / np.sqrt(self.product(tangent, tangent, orbit)))
        return self._multiplied(orbit, unit, around)

    def _multiplied(self, orbit: MeshedOrbit, tangent: MeshedOrbit, around: LinearisedOrbit) -> CyclePoint | None:
        scale = self.lengths(orbit)
        speed = np.linalg.norm(around.begin / scale, axis=1)
        place = int(speed.argmax())
        matrix = np.eye(orbit.z.shape[1])
        for one in np.roll(around.transfer, -place, axis=0):
            matrix = one @ matrix
        if not np.isfinite(matrix).all() or not speed[place] > 0.0:
            return None
        matrix = matrix * scale / scale[:, None]
        multipliers = _trusted(floquet_multipliers(matrix, around.begin[place] / scale, around.volume))
        return CyclePoint(orbit, tangent, around, multipliers, float(speed.min() / speed[place]))

    def _borders(self, tangent: MeshedOrbit, phase: Float[np.ndarray, "N n"], at: MeshedOrbit) -> np.ndarray:
        """The rows (2, N n + 2) of the phase's equation, and of the product with a tangent at an orbit."""
        weights = tangent.weights[:, None] / self.lengths(at) ** 2
        across = [_PERIOD**2 * tangent.period / at.period**2, tangent.p / self._range**2]
        return np.stack([np.append(weights * phase, [0.0, 0.0]), np.append(weights * tangent.z, across)])

    def _turn(self, here: CyclePoint, there: CyclePoint) -> float:
        """The angle between two tangents."""
        one, other, at = here.tangent, there.tangent, here.orbit
        sizes = self.product(one, one, at) * self.product(other, other, at)
        return float(np.arccos(np.clip(self.product(one, other, at) / np.sqrt(sizes), -1.0, 1.0)))


def _solution(
    around: LinearisedOrbit, rows: Float[np.ndarray, "2 k"], right: np.ndarray, mesh: np.ndarray, *, whole: bool
) -> MeshedOrbit | None:
    """The step that solves the linearised equations, and those of the rows with these right sides.

    whole: with the constant parts of the equations and of the stages.
    """
    columns = np.stack([around.by_period, around.by_p], axis=2)
    try:
        z, others = solve_cyclic(around.transfer, columns, -around.gap * whole, rows, right)
    except np.linalg.LinAlgError:
        return None
    period, p = others.tolist()
    inside = around.stages
    stages = np.einsum("ijab,ib->ija", inside[..., 1:-2], z) + inside[..., -2] * period + inside[..., -1] * p
    return MeshedOrbit(mesh, z, stages + inside[..., 0] if whole else stages, period, p)


def _trusted(multipliers: Complex[np.ndarray, "n"]) -> Complex[np.ndarray, "n"]:
    """Those across the flow that the error of the one along it leaves nothing of are NaN, but for the largest.

    In a plane the divergence alone tells the only one.
    """
    error = abs(multipliers[0] - 1.0)
    if len(multipliers) > 2 and error > _UNSURE:
        rest = multipliers[2:]
        rest[np.abs(rest) <= _DROWNED * error] = np.nan
    return multipliers
