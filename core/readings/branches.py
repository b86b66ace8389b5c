"""Curves of fixed points, roots or equilibria over a parameter: a bifurcation diagram."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .cycle_families import CycleFamily, CycleMark

if TYPE_CHECKING:
    from jaxtyping import Complex, Float, Int

_NAMES = {
    "fold": "fold",
    "branch": "branch point",
    "flip": "flip",
    "torus": "Neimark–Sacker",
    "hopf": "Hopf",
}
_FORMS = {"pitchfork": "pitchfork", "transcritical": "transcritical", "vertical": "vertical curve"}
_NEUTRAL = 1e-9
"""Of the largest eigenvalue: a real part below which an equilibrium is neither stable nor unstable, as a centre."""


@dataclass(frozen=True)
class BranchMark:
    """Where something happens: kind is "fold", "branch", "flip", "torus" or "hopf"; at z (n,) and the parameter p.

    eigenvalue: that of df/dz there which says so. form: of a "branch" where it is known, "pitchfork" if one of the two
    curves turns back there, "transcritical" if neither does, and "vertical" if one lies at this value of p alone.
    lyapunov: of a flow's Hopf point the first Lyapunov coefficient: the cycles beside it attract where it is below 0, a
    supercritical bifurcation, and repel above, a subcritical one; NaN where it is not known, or of another point.
    """

    kind: str
    p: float
    z: Float[np.ndarray, "n"]
    eigenvalue: complex
    form: str = ""
    lyapunov: float = math.nan

    @property
    def criticality(self) -> str:
        """Of a Hopf point "supercritical", "subcritical", or "degenerate" where lyapunov is 0; else ""."""
        if math.isnan(self.lyapunov):
            return ""
        return "degenerate" if self.lyapunov == 0.0 else "supercritical" if self.lyapunov < 0.0 else "subcritical"

    @property
    def name(self) -> str:
        """What happens there, for people."""
        return f"{self.criticality} {_FORMS.get(self.form) or _NAMES[self.kind]}".strip()

    @property
    def frequency(self) -> float:
        """omega of the oscillations that begin at a flow's Hopf point."""
        return abs(self.eigenvalue.imag)

    @property
    def period(self) -> float:
        """2 pi / omega: the period of the first, infinitely small cycle."""
        return 2.0 * math.pi / self.frequency if self.frequency else math.inf


@dataclass(frozen=True)
class Branch:
    """Points of one curve, one after the other: p (m,), z (m, n), and the eigenvalues (m, n) of df/dz.

    is_flow: of equilibria of z' = f, else of fixed points z = f. Marks are among the points.
    """

    p: Float[np.ndarray, "m"]
    z: Float[np.ndarray, "m n"]
    eigenvalues: Complex[np.ndarray, "m n"]
    is_flow: bool = False

    @property
    def radius(self) -> Float[np.ndarray, "m"]:
        """The spectral radius of df/dz: below 1 Picard's method converges to a fixed point from nearby."""
        return np.asarray(np.abs(self.eigenvalues).max(axis=1))

    @property
    def growth(self) -> Float[np.ndarray, "m"]:
        """The largest real part of an eigenvalue: a flow rests where it is below 0. Of fixed points, that of the flow
        z' = f - z."""
        return np.asarray(self.eigenvalues.real.max(axis=1)) - (0.0 if self.is_flow else 1.0)

    @property
    def unstable(self) -> Int[np.ndarray, "m"]:
        """Of equilibria, in how many directions a flow leaves them."""
        return np.asarray((self.eigenvalues.real > self._rounding[:, None]).sum(axis=1))

    def pieces(self) -> Int[np.ndarray, "m_minus_1"]:
        """Of every piece between two points 1 where it is stable, -1 where it is unstable, 0 where a flow's
        linearisation does not decide, as along centres."""
        if not self.is_flow:
            radius = self.radius
            return np.where(radius[:-1] + radius[1:] < 2.0, 1, -1)
        growth, rounding = self.growth, self._rounding
        sums, none = growth[:-1] + growth[1:], rounding[:-1] + rounding[1:]
        return np.where(np.abs(sums) <= none, 0, np.where(sums < 0.0, 1, -1))

    @property
    def _rounding(self) -> Float[np.ndarray, "m"]:
        return _NEUTRAL * np.asarray(np.abs(self.eigenvalues).max(axis=1))


@dataclass(frozen=True)
class HysteresisLoop:
    """What a solver finds that begins at the last solution, for values (k,) of the parameter that go up, then down.

    up, down (k, n) in the order of the values; NaN where it found nothing. solver: its title.
    """

    values: Float[np.ndarray, "k"]
    up: Float[np.ndarray, "k n"]
    down: Float[np.ndarray, "k n"]
    solver: str


@dataclass(frozen=True)
class Branches:
    """All curves that were found over the visible range of `parameter`. loop: None while it is not computed.

    kind: as the system's. Of a "root" problem 0 = g(z) nobody is to iterate z - g(z), and nothing is stable or
    unstable; of an "ode" or a "minimise" the curves are of equilibria of a flow, which has no loop. traced: no more
    curves will come. coarse: a preview, with longer steps and without a loop. row: of the batch data they belong to.
    note: a sentence where the curves are not the whole truth, as where equilibria are not isolated; else empty.
    cycles, cycle_marks: of a flow its families of limit cycles, and what happens on them.
    """

    parameter: str
    components: tuple[str, ...]
    branches: tuple[Branch, ...]
    marks: tuple[BranchMark, ...]
    loop: HysteresisLoop | None
    kind: str
    traced: bool
    coarse: bool = False
    row: int = 0
    note: str = ""
    cycles: tuple[CycleFamily, ...] = ()
    cycle_marks: tuple[CycleMark, ...] = ()

    @property
    def is_root(self) -> bool:
        """Whether it is of a problem 0 = g(z)."""
        return self.kind == "root"

    @property
    def is_flow(self) -> bool:
        """Whether it is of a flow, whose equilibria they are."""
        return self.kind in ("ode", "minimise")
