"""Heun's method, for Stratonovich's equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bound_field import BoundField
from ..lane_rows import beside
from ..stochastic_step import StochasticMethod


@dataclass(frozen=True)
class StochasticHeun(StochasticMethod):
    """z* = z + h f + g dW at (t, z), then z1 = z + h (f + f*)/2 + (g + g*) dW/2 with f*, g* at (t + h, z*)."""

    name: str = "stochastic_heun"
    title: str = "Heun (Stratonovich)"
    citation: str = (
        "W. Rümelin, SIAM J. Numer. Anal. 19 (1982) 604; P. E. Kloeden, E. Platen, Numerical Solution of "
        "Stochastic Differential Equations, 1992, section 11.1"
    )
    help: str = (
        "Noise is read as Stratonovich's, as ordinary calculus and noise with a short memory have it. Paths are right "
        "to order 1 where the noise of no component hangs on another one that has noise, else to order 1/2."
    )

    @property
    def nodes(self) -> tuple[float, ...]:
        """Both ends."""
        return (0.0, 1.0)

    def move(self, field: BoundField, noise: BoundField, t: Any, h: Any, z: Any, dw: Any) -> Any:
        """The mean of both ends, the later one as Euler-Maruyama's method foresees it."""
        width = beside(field.library, h, z)
        f, g = field.slope(t, z), noise.slope(t, z)
        foreseen = z + width * f + g * dw
        later = t + h
        return z + 0.5 * width * (f + field.slope(later, foreseen)) + 0.5 * (g + noise.slope(later, foreseen)) * dw


METHOD = StochasticHeun()
