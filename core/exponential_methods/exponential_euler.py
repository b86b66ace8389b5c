"""The exponential Euler method with the Jacobian of every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bound_field import BoundField
from ..exponential_step import ExponentialMethod
from ..phi_functions import phi_functions
from ..small_systems import applied
from ..stepper import Memory


@dataclass(frozen=True)
class ExponentialEuler(ExponentialMethod):
    """z1 = z + h phi_1(hJ) f(t, z) + h^2 phi_2(hJ) df/dt with J = df/dz at (t, z): the field made linear there."""

    name: str = "exponential_euler"
    title: str = "Exponential Euler"
    citation: str = (
        "D. A. Pope, Comm. ACM 6 (1963) 491; M. Hochbruck, A. Ostermann, J. Schweitzer, "
        "SIAM J. Numer. Anal. 47 (2009) 786 (exponential Rosenbrock-Euler)"
    )
    help: str = "Solves the field made linear at the start of every step exactly: stiff systems without equations."
    order: int = 2

    @property
    def nodes(self) -> tuple[float, ...]:
        """The end."""
        return (1.0,)

    @property
    def calls(self) -> int:
        """The slope at the end."""
        return 1

    def opening(self, field: BoundField, t: Any, z: Any) -> Memory:  # noqa: ARG002 - every step has its own matrix
        """Nothing."""
        return ()

    def move(self, field: BoundField, t: Any, h: Any, z: Any, slope: Any, memory: Memory) -> tuple[Any, Memory]:
        """With phi functions of h df/dz (L, n, n)."""
        width = field.library.cast(h, z.dtype)[:, None]
        timed = field.time_slope is not None
        phis = phi_functions(field.library, width[..., None] * field.jacobian(t, z), 2 if timed else 1)
        move = width * applied(field.library, phis[1], slope)
        if field.time_slope is not None:
            move = move + width * width * applied(field.library, phis[2], field.time_slope(t, z))
        return z + move, memory


METHOD = ExponentialEuler()
