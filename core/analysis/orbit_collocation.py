"""Gauss collocation of a closed orbit: the orbit on a mesh, and the linearised equations with the stages eliminated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .parameter_formula import ParameterFormula

if TYPE_CHECKING:
    from jaxtyping import Float

STAGES = 4
NODES = 0.5 + 0.5 * np.polynomial.legendre.leggauss(STAGES)[0]
"""Of Gauss on [0, 1]: at the points of the mesh the solution has order 2 STAGES."""
_POWERS = np.arange(STAGES)
_LAGRANGE = np.linalg.inv(NODES[:, None] ** _POWERS)
"""Coefficients by power, of the polynomials that are 1 at one node and 0 at the others."""
A = (NODES[:, None] ** (_POWERS + 1) / (_POWERS + 1)) @ _LAGRANGE
B = (1.0 / (_POWERS + 1)) @ _LAGRANGE
_ALL = np.concatenate([[0.0], NODES, [1.0]])
_THROUGH = np.linalg.inv(_ALL[:, None] ** np.arange(STAGES + 2))
_FLOOR = 0.3
"""Of the mean of what a mesh distributes: no interval grows without bound where the orbit is straight."""


@dataclass(frozen=True)
class MeshedOrbit:
    """A closed orbit, or a step from one to another, on a mesh of N intervals of the time in periods.

    mesh (N + 1,): from 0 to 1. z (N, n): where the intervals begin. stages (N, m, n): at the nodes of Gauss in them.
    period, p: the period and the value of the parameter.
    """

    mesh: Float[np.ndarray, "N_plus_1"]
    z: Float[np.ndarray, "N n"]
    stages: Float[np.ndarray, "N m n"]
    period: float
    p: float

    def moved(self, step: MeshedOrbit, length: float = 1.0) -> MeshedOrbit:
        """This orbit and so many times the step, on the same mesh."""
        return MeshedOrbit(
            self.mesh,
            self.z + length * step.z,
            self.stages + length * step.stages,
            self.period + length * step.period,
            self.p + length * step.p,
        )

    def times(self, factor: float) -> MeshedOrbit:
        """A step, so many times as long."""
        return MeshedOrbit(self.mesh, factor * self.z, factor * self.stages, factor * self.period, factor * self.p)

    @property
    def weights(self) -> Float[np.ndarray, "N"]:
        """Of the points of the mesh, the part of the period that each stands for."""
        widths = np.diff(self.mesh)
        return np.asarray(0.5 * (widths + np.roll(widths, 1)))

    def at(self, times: Float[np.ndarray, "k"]) -> Float[np.ndarray, "k n"]:
        """Between the points, by the polynomials through them; times in periods, from 0 to 1."""
        place = np.clip(np.searchsorted(self.mesh, times, side="right") - 1, 0, len(self.z) - 1)
        theta = (times - self.mesh[place]) / np.diff(self.mesh)[place]
        whole = np.concatenate([self.z[:, None], self.stages, np.roll(self.z, -1, axis=0)[:, None]], axis=1)
        parts = theta[:, None] ** np.arange(STAGES + 2) @ _THROUGH
        return np.asarray(np.einsum("kj,kja->ka", parts, whole[place]))

    def on(self, mesh: Float[np.ndarray, "N_plus_1"]) -> MeshedOrbit:
        """The same on another mesh of as many intervals."""
        times = mesh[:-1, None] + np.diff(mesh)[:, None] * NODES
        stages = self.at(times.ravel()).reshape(*times.shape, -1)
        return MeshedOrbit(mesh, self.at(mesh[:-1]), stages, self.period, self.p)


class LinearisedOrbit(NamedTuple):
    """The equations around an orbit, linearised: dz_(i+1) = transfer_i dz_i + by_period_i dT + by_p_i dp + gap_i.

    stages (N, m, n, n + 3): of a step of the stages the constant part, and the derivatives by dz_i, dT and dp. rates
    (N, m, n): the velocity at the nodes; begin (N, n): that where the intervals begin. volume: the integral of the
    divergence around the orbit.
    """

    transfer: Float[np.ndarray, "N n n"]
    by_period: Float[np.ndarray, "N n"]
    by_p: Float[np.ndarray, "N n"]
    gap: Float[np.ndarray, "N n"]
    stages: Float[np.ndarray, "N m n n_plus_3"]
    rates: Float[np.ndarray, "N m n"]
    begin: Float[np.ndarray, "N n"]
    volume: float


def linearised(formula: ParameterFormula, orbit: MeshedOrbit) -> LinearisedOrbit | None:
    """Newton's equations of z' = T f(z; p), collocated on the mesh; None where the field is no number.

    Source: U. M. Ascher, R. M. M. Mattheij, R. D. Russell, Numerical Solution of Boundary Value Problems for ODEs,
    SIAM (1995), section 5.6.
    """
    z, stages, period = orbit.z, orbit.stages, orbit.period
    count, size = z.shape
    points = np.concatenate([stages.reshape(-1, size), z])
    f, slope, by_p = formula.linearised(points, np.full(len(points), orbit.p))
    if not (np.isfinite(f).all() and np.isfinite(slope).all() and np.isfinite(by_p).all()):
        return None
    inner = count * STAGES
    rates, by_p = f[:inner].reshape(stages.shape), by_p[:inner].reshape(stages.shape)
    slope = slope[:inner].reshape(*stages.shape, size)
    widths = np.diff(orbit.mesh)
    time = period * widths[:, None, None]
    matrix = np.eye(STAGES * size) - np.einsum("i,jl,ilab->ijalb", period * widths, A, slope).reshape(
        count, STAGES * size, STAGES * size
    )
    right = np.empty((count, STAGES, size, size + 3))
    right[..., 0] = z[:, None] + time * np.einsum("jl,ila->ija", A, rates) - stages
    right[..., 1:-2] = np.eye(size)
    right[..., -2] = widths[:, None, None] * np.einsum("jl,ila->ija", A, rates)
    right[..., -1] = time * np.einsum("jl,ila->ija", A, by_p)
    try:
        inside = np.linalg.solve(matrix, right.reshape(count, STAGES * size, size + 3)).reshape(right.shape)
    except np.linalg.LinAlgError:
        return None
    end = time * np.einsum("l,ilab,ilbc->iac", B, slope, inside)
    mean = np.einsum("l,ila->ia", B, rates)
    return LinearisedOrbit(
        transfer=np.eye(size) + end[..., 1:-2],
        by_period=widths[:, None] * mean + end[..., -2],
        by_p=time[:, 0] * np.einsum("l,ila->ia", B, by_p) + end[..., -1],
        gap=z + time[:, 0] * mean - np.roll(z, -1, axis=0) + end[..., 0],
        stages=inside,
        rates=rates,
        begin=f[inner:],
        volume=float(period * np.einsum("i,l,ilaa->", widths, B, slope)),
    )


def even_mesh(orbit: MeshedOrbit, rates: Float[np.ndarray, "N m n"], scale: Float[np.ndarray, "n"]) -> np.ndarray:
    """The mesh on which the orbit's derivative of order m + 1 has an equal part of its m + 1-th root on each interval.

    Source: R. D. Russell, J. Christiansen, Adaptive mesh selection strategies for solving boundary value problems,
    SIAM J. Numer. Anal. 15 (1978) 59.
    """
    widths = np.diff(orbit.mesh)
    highest = np.einsum("l,ila->ia", _LAGRANGE[-1], rates) / scale / widths[:, None] ** (STAGES - 1)
    jumps = np.abs(highest - np.roll(highest, 1, axis=0)).max(axis=1) / (0.5 * (widths + np.roll(widths, 1)))
    density = np.maximum(jumps, np.roll(jumps, -1)) ** (1.0 / (STAGES + 1))
    density = density + _FLOOR * float(density @ widths) + 1e-300
    whole = np.concatenate([[0.0], np.cumsum(density * widths)])
    mesh = np.interp(np.linspace(0.0, 1.0, len(orbit.mesh)), whole / whole[-1], orbit.mesh)
    mesh[0], mesh[-1] = 0.0, 1.0
    return np.asarray(mesh)
