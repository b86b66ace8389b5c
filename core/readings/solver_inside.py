"""What root solvers remember while they iterate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class SolverInside:
    """One solver's memory of its way with one sample; R records, of each run as many as it has.

    solver: its name in the catalogue; title: for people; place: in the race, 0 the chosen one.
    iteration (R,).
    weights (R, m): with which the last m points were combined in the step that led to the record, the newest first;
    NaN where there were fewer. m is 0 for a solver without weights.
    distance (R,): |B - (J - I)| / |J - I| in the Frobenius norm, B the approximation of J - I with which the solver
    goes on, J = df/dz at the record; empty for a solver without one.
    """

    solver: str
    title: str
    place: int
    iteration: Int[np.ndarray, "R"]
    weights: Float[np.ndarray, "R m"]
    distance: Float[np.ndarray, "Q"]


@dataclass(frozen=True)
class SolversInside:
    """The runs of one sample that have something to show, in the order of the race."""

    sample: int
    runs: tuple[SolverInside, ...]
