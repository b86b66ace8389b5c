"""Milstein's method, for Ito's equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bound_field import BoundField
from ..lane_rows import beside
from ..language import System, mixed_noise
from ..stochastic_step import StochasticMethod


@dataclass(frozen=True)
class Milstein(StochasticMethod):
    """z1 = z + h f + g dW + g dg/dz (dW^2 - h)/2, everything at (t, z), each component with its own g and dW."""

    name: str = "milstein"
    title: str = "Milstein (Itô)"
    citation: str = (
        "G. N. Milstein, Theory Probab. Appl. 19 (1975) 557; P. E. Kloeden, E. Platen, Numerical Solution of "
        "Stochastic Differential Equations, 1992, section 10.3"
    )
    help: str = (
        "Noise is read as Itô's. Paths and means are right to order 1; dg/dz comes exactly from the formula. The noise "
        "of a component may not hang on another one that has noise."
    )

    def refusal(self, system: System | None) -> str | None:
        """Where the noise of a component hangs on another noisy one: the order 1/2 is all that dW then gives."""
        reason = super().refusal(system)
        if reason is not None or system is None:
            return reason
        mixed = mixed_noise(system)
        if mixed is None:
            return None
        noisy, other = mixed
        return (
            f"{self.title} would need more than the increments of W: the noise of {noisy} hangs on {other}, which has "
            "noise of its own; take Euler-Maruyama"
        )

    def move(self, field: BoundField, noise: BoundField, t: Any, h: Any, z: Any, dw: Any) -> Any:
        """With the diagonal of dg/dz, whose other entries meet components without noise."""
        width, g = beside(field.library, h, z), noise.slope(t, z)
        bend = g * noise.jacobian(t, z).diagonal(0, 1, 2)
        return z + width * field.slope(t, z) + g * dw + 0.5 * bend * (dw * dw - width)


METHOD = Milstein()
