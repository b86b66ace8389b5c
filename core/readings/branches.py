"""Curves of fixed points over a parameter: a bifurcation diagram."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class BranchMark:
    """Where something happens: kind is "fold", "branch", "flip", "torus" or "hopf"; at z (n,) and the parameter p.

    multiplier: the eigenvalue of df/dz there that says so.
    """

    kind: str
    p: float
    z: Float[np.ndarray, "n"]
    multiplier: complex


@dataclass(frozen=True)
class Branch:
    """Points of one curve, one after the other: p (m,) and z (m, n).

    radius (m,): of df/dz; below 1 Picard's method converges there. growth (m,): the largest real part of df/dz - I;
    below 0 the flow z' = f - z rests there. Marks are among the points.
    """

    p: Float[np.ndarray, "m"]
    z: Float[np.ndarray, "m n"]
    radius: Float[np.ndarray, "m"]
    growth: Float[np.ndarray, "m"]


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

    is_root: of a problem 0 = g(z): nobody is to iterate z - g(z), and nothing is stable or unstable. traced: no more
    curves will come. coarse: a preview, with longer steps and without a loop. row: of the batch data they belong to.
    """

    parameter: str
    components: tuple[str, ...]
    branches: tuple[Branch, ...]
    marks: tuple[BranchMark, ...]
    loop: HysteresisLoop | None
    is_root: bool
    traced: bool
    coarse: bool = False
    row: int = 0
