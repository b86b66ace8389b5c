"""Fixed points found in and around the visible range, whoever converges to them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float

SINGULAR = 1e-6
"""Distance of an eigenvalue from 1 below which the point is singular."""


@dataclass(frozen=True)
class FixedPoint:
    """z (n,) with f(z) = z: the residual |f(z) - z|, eigenvalues (n,) of df/dz by descending modulus, and their
    radius; attracting: whether Picard's method converges to it from nearby, None where the radius is 1 to rounding.
    is_root: of a problem 0 = g(z), whose map z - g(z) is a matter of form: nobody is to iterate it.
    effects (n, P): dz*/dp for every parameter, NaN where it does not exist; condition of I - df/dz in the 2-norm."""

    point: Float[np.ndarray, "n"]
    residual: float
    eigenvalues: Complex[np.ndarray, "n"]
    radius: float
    attracting: bool | None
    is_root: bool = False
    effects: Float[np.ndarray, "n P"] = field(default_factory=lambda: np.empty((0, 0)))
    condition: float = math.nan

    @property
    def singular(self) -> bool:
        """Whether 1 is an eigenvalue, to rounding: solutions meet or end here."""
        return bool(np.abs(self.eigenvalues - 1.0).min() <= SINGULAR)

    @property
    def word(self) -> str:
        """What it is, in a word or two."""
        if self.is_root:
            return "multiple root" if self.singular else "root"
        return {True: "attracting", False: "repelling", None: "undecided"}[self.attracting]


@dataclass(frozen=True)
class FixedPoints:
    """row: of the batch data they belong to. note: a sentence where the list is not the whole truth.
    parameters: the names of the P parameters, and the values for which these are the fixed points. problem: the
    `problem_key` of what they are fixed points of."""

    components: tuple[str, ...]
    points: tuple[FixedPoint, ...]
    row: int = 0
    note: str = ""
    parameters: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    problem: str = ""
