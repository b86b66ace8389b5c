"""Points at which the vector field vanishes, with their linear type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Complex, Float


@dataclass(frozen=True)
class Equilibrium:
    """One equilibrium.

    point (n,); residual: |f| there; eigenvalues (n,) of the Jacobian, by descending real part; eigenvectors
    (n, n), columns in the same order; label: "stable spiral", "saddle", ... ; stable: True, False, or None
    where linearisation does not decide.
    """

    point: Float[np.ndarray, "n"]
    residual: float
    eigenvalues: Complex[np.ndarray, "n"]
    eigenvectors: Complex[np.ndarray, "n n"]
    label: str
    stable: bool | None


@dataclass(frozen=True)
class Equilibria:
    """The equilibria found in and around the visible plane; `frozen_at` as in VelocityGrid.time.

    of_drift: the field has noise, and they are those of its drift alone.
    note: a sentence where the list is not the whole truth, such as a continuum of equilibria; else empty.
    """

    components: tuple[str, ...]
    points: tuple[Equilibrium, ...]
    frozen_at: float | None = None
    note: str = ""
    of_drift: bool = False
