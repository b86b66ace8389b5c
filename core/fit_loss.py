"""How far a fit counts a point that lies beside its curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import numpy as np

from .field_check import check_fields
from .fit_choice import LOSSES
from .parameter import Choice, Range

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class FitLoss:
    """sum_i rho(r_i) of the residuals r.

    "squares": rho = r^2. "huber": r^2 up to |r| = delta and 2 delta |r| - delta^2 beyond, so that a far point pulls no
    more than one at delta does. P. J. Huber, Ann. Math. Stat. 35 (1964) 73.
    """

    name: Annotated[str, Choice(LOSSES, help="what is summed over the points")] = "squares"
    delta: Annotated[float, Range(1e-6, 1e6, log=True, symbol="δ", help="from here on a distance counts once")] = 1.0

    def __post_init__(self) -> None:
        check_fields(self)

    def value(self, residual: Float[np.ndarray, "m"]) -> float:
        """The sum; infinite where a residual is no number."""
        with np.errstate(all="ignore"):
            squares = residual * residual
            if self.name == "huber":
                far = np.abs(residual)
                squares = np.where(far > self.delta, self.delta * (2.0 * far - self.delta), squares)
            total = float(squares.sum())
        return total if np.isfinite(total) else np.inf

    def weights(self, residual: Float[np.ndarray, "m"]) -> Float[np.ndarray, "m"]:
        """w with d rho / d r = 2 w r: 1 but for far points, delta / |r|."""
        if self.name == "squares":
            return np.ones_like(residual)
        return np.asarray(self.delta / np.maximum(np.abs(residual), self.delta))
