"""Where families of limit cycles begin: beside an equilibrium, at a cycle that is known, and at a period doubling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..readings.branches import BranchMark
from ..readings.closed_orbits import ClosedOrbit
from .cycle_tracer import CyclePoint, CycleTracer
from .orbit_collocation import NODES, LinearisedOrbit, MeshedOrbit
from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Float

_BEGIN = 0.01
"""Of the box: the size of the first cycle beside an equilibrium, or its distance from the one whose period doubles."""
_MOST_TURNS = 4
"""Of a cycle that was found, turns for each of which there are so many intervals."""


def beside_equilibrium(
    formula: ParameterFormula, tracer: CycleTracer, mark: BranchMark, intervals: int
) -> CyclePoint | None:
    """The first cycle of the family that begins at a Hopf point, in the plane of its imaginary pair."""
    mesh, inner = _even(intervals)
    matrix = formula.jacobian(mark.z[None], np.array([mark.p]))[0]
    values, vectors = np.linalg.eig(matrix)
    mode = vectors[:, np.abs(values - 1j * mark.frequency).argmin()]

    def around(times: np.ndarray, factor: complex) -> np.ndarray:
        return np.asarray((factor * np.exp(2j * np.pi * times)[..., None] * mode).real)

    rest = np.broadcast_to(mark.z, (*inner.shape, len(mark.z)))
    begin = MeshedOrbit(mesh, rest[:, 0].copy(), rest.copy(), mark.period, mark.p)
    step = MeshedOrbit(mesh, around(mesh[:-1], 1.0), around(inner, 1.0), 0.0, 0.0)
    return _aside(tracer, begin, step, around(mesh[:-1], 1j))


def at_cycle(tracer: CycleTracer, p: float, found: ClosedOrbit, intervals: int) -> CyclePoint | None:
    """A cycle that was found at p, collocated; intervals: for each of its turns."""
    mesh, inner = _even(intervals * min(_turns(found), _MOST_TURNS))
    z, stages = (
        np.column_stack([np.interp(times * found.period, found.t, column) for column in found.points.T])
        for times in (mesh[:-1], inner.ravel())
    )
    return tracer.begin(MeshedOrbit(mesh, z, stages.reshape(*inner.shape, -1), found.period, p))


def at_half(tracer: CycleTracer, orbit: MeshedOrbit) -> CyclePoint | None:
    """Of a cycle that nearly goes round twice the one that goes round once, at the same parameter."""
    mesh, inner = _even(len(orbit.z) // 2)
    stages = orbit.at(inner.ravel() / 2.0).reshape(*inner.shape, -1)
    return tracer.begin(MeshedOrbit(mesh, orbit.at(mesh[:-1] / 2.0), stages, orbit.period / 2.0, orbit.p))


def gone_twice(point: CyclePoint) -> CyclePoint:
    """The same cycle, gone round twice."""
    mesh = np.concatenate([point.orbit.mesh[:-1] / 2.0, 0.5 + point.orbit.mesh / 2.0])
    *once, volume = point.around
    return replace(
        point,
        orbit=_twice(point.orbit, mesh, 1.0),
        tangent=_twice(point.tangent, mesh, 1.0),
        around=LinearisedOrbit._make([*(np.concatenate([part, part]) for part in once), 2.0 * volume]),
        multipliers=point.multipliers**2,
    )


def beside_twice(tracer: CycleTracer, point: CyclePoint, twice: CyclePoint) -> CyclePoint | None:
    """The first cycle of the family that begins where a multiplier is -1, with twice the period.

    twice: the cycle there, gone round twice. The difference from it is the eigenvector of -1, which the flow carries
    around once to its negative. Source: E. Doedel, H. B. Keller, J. P. Kernevez, Int. J. Bifurcation and Chaos 1 (1991)
    745.
    """
    matrix = np.eye(point.orbit.z.shape[1])
    for one in point.around.transfer:
        matrix = one @ matrix
    values, vectors = np.linalg.eig(matrix)
    way = [vectors[:, np.abs(values + 1.0).argmin()].real]
    for one in point.around.transfer[:-1]:
        way.append(one @ way[-1])
    moved = np.array(way)
    inside = np.einsum("ijab,ib->ija", point.around.stages[..., 1:-2], moved)
    step = _twice(MeshedOrbit(point.orbit.mesh, moved, inside, 0.0, 0.0), twice.orbit.mesh, -1.0)
    return _aside(tracer, twice.orbit, step, twice.around.begin)


def _twice(orbit: MeshedOrbit, mesh: Float[np.ndarray, "M"], again: float) -> MeshedOrbit:
    """Once as it is, and once times `again`."""
    z, stages = (np.concatenate([part, again * part]) for part in (orbit.z, orbit.stages))
    return MeshedOrbit(mesh, z, stages, 2.0 * orbit.period, orbit.p)


def _aside(
    tracer: CycleTracer, begin: MeshedOrbit, step: MeshedOrbit, phase: Float[np.ndarray, "N n"]
) -> CyclePoint | None:
    tangent = step.times(1.0 / np.sqrt(tracer.product(step, step, begin)))
    found = tracer.over(begin, tangent, _BEGIN, phase)
    return None if found is None else found[0]


def _even(intervals: int) -> tuple[Float[np.ndarray, "N_plus_1"], Float[np.ndarray, "N m"]]:
    """Points of an even mesh, and the nodes inside its intervals."""
    mesh = np.linspace(0.0, 1.0, intervals + 1)
    return mesh, mesh[:-1, None] + np.diff(mesh)[:, None] * NODES


def _turns(found: ClosedOrbit) -> int:
    """How often the component that moves up and down the least often does so."""
    rises = np.diff(found.points, axis=0) > 0.0
    return max(1, int((rises & ~np.roll(rises, 1, axis=0)).sum(axis=0).min()))
