"""A residual network of ever more and thinner layers: Euler's polylines, the differential equation, its equilibrium."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..fitted_order import FittedOrder

if TYPE_CHECKING:
    from jaxtyping import Complex, Float, Int


@dataclass(frozen=True)
class RestPoint:
    """An equilibrium z* to which a trajectory comes.

    point (m,): z*; label: "stable node", ..., empty where its Jacobian was not looked at. eigenvalues: of df/dz there,
    none where it is not known or of no use. settled: the time from which on the trajectory is nearer to z* than a
    thousandth of the start's distance. polished: whether Newton's method found z*; else it is where the trajectory
    moves no more.
    """

    point: Float[np.ndarray, "m"]
    label: str
    eigenvalues: Complex[np.ndarray, "e"]
    settled: float
    polished: bool

    def amplification(self, h: float) -> float:
        """max |1 + h lambda|: by which a layer z + h f(z) multiplies a small distance from z*, once it has been
        multiplied often; NaN where no eigenvalue is known."""
        return float(np.abs(1.0 + h * self.eigenvalues).max()) if self.eigenvalues.size else math.nan


@dataclass(frozen=True)
class DepthLimit:
    """z_(k+1) = z_k + h f(t_k, z_k) from one start for L numbers N of layers, h = T/N, beside z' = f(t, z).

    trajectory: its number, from 0. components, places: names and places of the m components that are kept.
    span: (t0, t1), T = t1 - t0. layers (L,): N, rising. Of the i-th network offsets[i]:offsets[i + 1] are its N + 1
    states: t, z (P, m), NaN from where it is no number; gap (P,): |z_k - z(t_k)| in all components, NaN where the
    solution is not known. error (L,): the last gap of each; from_rest (L,): |z_N - z*|. order: p in error = C h^p.
    curve_t (K,), curve_z (K, m): the solution as far as it goes to t1; further_t, further_z: on from there.
    rest: where it comes to rest, None where it does not, or that is not known: rest_note says why. end_from_rest:
    |z(t1) - z*|. note: why the solution is not known up to t1, or not well; else empty. accuracy: what it may be wrong
    by at t1.
    """

    trajectory: int
    components: tuple[str, ...]
    places: tuple[int, ...]
    span: tuple[float, float]
    layers: Int[np.ndarray, "L"]
    offsets: Int[np.ndarray, "L1"]
    t: Float[np.ndarray, "P"]
    z: Float[np.ndarray, "P m"]
    gap: Float[np.ndarray, "P"]
    error: Float[np.ndarray, "L"]
    from_rest: Float[np.ndarray, "L"]
    order: FittedOrder
    curve_t: Float[np.ndarray, "K"]
    curve_z: Float[np.ndarray, "K m"]
    further_t: Float[np.ndarray, "F"]
    further_z: Float[np.ndarray, "F m"]
    rest: RestPoint | None
    rest_note: str
    end_from_rest: float
    note: str
    accuracy: float

    def network(self, index: int) -> slice:
        """Where the states of the i-th network are."""
        return slice(int(self.offsets[index]), int(self.offsets[index + 1]))

    def step(self, index: int) -> float:
        """h of the i-th network; below 0 where time runs backward."""
        return (self.span[1] - self.span[0]) / int(self.layers[index])
