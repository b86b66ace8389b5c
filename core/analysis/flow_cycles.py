"""Closed orbits that points of a flow have come to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..vector_field import ArrayField

if TYPE_CHECKING:
    from jaxtyping import Bool, Float

_CLOSED, _SHARP = 0.01, 5e-4
"""How near an orbit must come to where it was, and what is as good as there, as shares of the box."""
_NEAR = 0.03
_SHRINKS = 0.03
"""Part of the integral of the trace's size."""
_MOST_POINTS = 240
_CHUNK = 128


@dataclass(frozen=True)
class FlowCycle:
    """points (n, m): around it once, every `step` of time. extent (n,): the lengths that count as 1."""

    points: Float[np.ndarray, "n m"]
    period: float
    step: float
    extent: Float[np.ndarray, "n"]

    @property
    def furthest(self) -> Float[np.ndarray, "n"]:
        """The point of it with the largest first component."""
        return np.asarray(self.points[:, int(np.argmax(self.points[0]))])

    def attracts(self, jacobian: ArrayField) -> bool:
        """Whether volumes shrink along it: the orbits of a conservative flow close as well, and attract nothing.

        The trace of the Jacobian, integrated over a period, is the logarithm of the product of all multipliers.
        """
        traces = np.trace(jacobian(0.0, self.points.T), axis1=1, axis2=2)
        return bool(self._around(traces) < -_SHRINKS * self._around(np.abs(traces)))

    def _around(self, values: Float[np.ndarray, "m"]) -> float:
        """Their integral over a period, whose end lies a part of a step away from the last point."""
        rest = self.period - (len(values) - 1) * self.step
        return float(self.step * (values.sum() - 0.5 * (values[0] + values[-1])) + rest * values[-1])

    def near(self, z: Float[np.ndarray, "n m"]) -> Bool[np.ndarray, "m"]:
        """Whether the points z lie on it, all but."""
        corners = self.points[:, :: max(1, self.points.shape[1] // _MOST_POINTS)] / self.extent[:, None]
        scaled = z / self.extent[:, None]
        gap = np.linalg.norm(np.diff(corners, axis=1, append=corners[:, :1]), axis=0).max()
        nearest = np.empty(z.shape[1])
        for begin in range(0, z.shape[1], _CHUNK):
            distance = np.zeros((corners.shape[1], min(_CHUNK, z.shape[1] - begin)))
            for part, centre in zip(scaled[:, begin : begin + _CHUNK], corners, strict=True):
                distance += (part - centre[:, None]) ** 2
            nearest[begin : begin + _CHUNK] = distance.min(axis=0)
        return np.asarray(nearest <= max(_NEAR, gap) ** 2)


def closed_orbit(orbit: Float[np.ndarray, "steps n"], step: float, extent: Float[np.ndarray, "n"]) -> FlowCycle | None:
    """The cycle that an orbit in equal steps of time has come to, or None where it has come to none.

    It must end where it was before, or, if it misses by a little, by so much less than a turn earlier that all turns
    to come would move it no further than 0.01 of the box: a slow spiral is no cycle.
    """
    if not np.isfinite(orbit).all():
        return None
    scaled = orbit / extent
    last = _return(scaled, len(orbit) - 1)
    if last is None:
        return None
    if last.miss > _SHARP:
        earlier = _return(scaled, round(last.passed))
        if earlier is None or last.miss >= earlier.miss:
            return None
        shrinking = last.miss / earlier.miss
        if last.miss * shrinking / (1.0 - shrinking) > _CLOSED:
            return None
    return FlowCycle(orbit[round(last.passed) :].T, (len(orbit) - 1 - last.passed) * step, step, extent)


class _Return(NamedTuple):
    """passed: when an orbit passed a place, in steps and parts of them; miss: at what distance."""

    passed: float
    miss: float


def _return(scaled: Float[np.ndarray, "steps n"], end: int) -> _Return | None:
    """The last time that an orbit, before it came to where it is at `end`, passed there."""
    squares = ((scaled[:end] - scaled[end]) ** 2).sum(axis=1)
    near = max(_CLOSED**2, float(squares[-1]) if end else 0.0)
    left = np.flatnonzero(squares > 9.0 * near)
    back = np.flatnonzero(squares[: left[-1]] <= near) if len(left) else left
    if not len(back):
        return None
    # the last visit is the run of near points that ends with the last of them
    gaps = np.flatnonzero(np.diff(back) > 1)
    visit = back[gaps[-1] + 1 :] if len(gaps) else back
    best = int(visit[np.argmin(squares[visit])])
    if best == 0:
        return _Return(0.0, float(np.sqrt(squares[0])))
    before, here, after = squares[best - 1 : best + 2]
    bend = before - 2.0 * here + after
    if bend <= 0.0:
        return _Return(float(best), float(np.sqrt(here)))
    # the vertex of the parabola through three squared distances
    lowest = here - (before - after) ** 2 / (8.0 * bend)
    return _Return(best + 0.5 * float((before - after) / bend), float(np.sqrt(max(lowest, 0.0))))
