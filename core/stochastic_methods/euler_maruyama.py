"""The Euler-Maruyama method, for Ito's equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bound_field import BoundField
from ..lane_rows import beside
from ..stochastic_step import StochasticMethod


@dataclass(frozen=True)
class EulerMaruyama(StochasticMethod):
    """z1 = z + h f(t, z) + g(t, z) dW, with dW = W(t + h) - W(t)."""

    name: str = "euler_maruyama"
    title: str = "Euler-Maruyama (Itô)"
    citation: str = (
        "G. Maruyama, Rend. Circ. Mat. Palermo 4 (1955) 48; P. E. Kloeden, E. Platen, Numerical Solution of "
        "Stochastic Differential Equations, 1992, section 10.2"
    )
    help: str = (
        "Noise is read as Itô's. Paths are right to order 1/2 (1 where g does not hang on the state), means of many "
        "paths to order 1."
    )

    def move(self, field: BoundField, noise: BoundField, t: Any, h: Any, z: Any, dw: Any) -> Any:
        """Everything as it is where the step begins."""
        return z + beside(field.library, h, z) * field.slope(t, z) + noise.slope(t, z) * dw


METHOD = EulerMaruyama()
