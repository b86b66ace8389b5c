"""Cox's and Matthews's exponential Runge-Kutta method of order 4."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..bound_field import BoundField
from ..exponential_step import ExponentialMethod
from ..phi_functions import doubled, phi_functions
from ..small_systems import applied
from ..stepper import Memory

_SAME = 1e-11
"""Part of a step by which its size may differ: by so much the rounding of the times at its ends makes it another."""


@dataclass(frozen=True)
class Etdrk4(ExponentialMethod):
    """f(t, z) = L z + N(t, z) with L = df/dz where the trajectory begins. With P = phi_1(hL/2) / 2 and D_x = N at x
    less N at the step's start, so that the slope f there serves all stages:

    a = z + h P f, b = a + h P D_a, c = a + h P (f + L (a - z) + 2 D_b),
    z1 = z + h phi_1 f + h (2 phi_2 - 4 phi_3) (D_a + D_b) + h (4 phi_3 - phi_2) D_c, the phi_k of hL.

    Its memory beside the slope: L, the h of the matrices, and h P, h phi_1, h (2 phi_2 - 4 phi_3), h (4 phi_3 - phi_2).
    """

    name: str = "etdrk4"
    title: str = "ETDRK4"
    citation: str = (
        "S. M. Cox, P. C. Matthews, J. Comput. Phys. 176 (2002) 430, (26) to (29); A.-K. Kassam, L. N. Trefethen, "
        "SIAM J. Sci. Comput. 26 (2005) 1214"
    )
    help: str = (
        "Runge-Kutta 4 around the linear part at the start, which is solved exactly: stiff diffusion, slow rest."
    )
    order: int = 4

    @property
    def nodes(self) -> tuple[float, ...]:
        """Twice the middle, and twice the end."""
        return 0.5, 0.5, 1.0, 1.0

    @property
    def calls(self) -> int:
        """At a, b, c and the end."""
        return 4

    def opening(self, field: BoundField, t: Any, z: Any) -> Memory:
        """L, and matrices of no step yet."""
        linear = field.jacobian(t, z)
        return (linear, field.library.full_like(t, 0.0), *(field.library.full_like(linear, 0.0) for _ in range(4)))

    def move(self, field: BoundField, t: Any, h: Any, z: Any, slope: Any, memory: Memory) -> tuple[Any, Memory]:
        """Three stages; the matrices are made anew where h is another."""
        library = field.library
        linear, known, *matrices = memory
        other = abs(h - known) > _SAME * abs(h)
        if bool(other.any()):
            fresh = _matrices(field, linear, h)
            chosen = other[:, None, None]
            matrices = [library.where(chosen, new, old) for new, old in zip(fresh, matrices, strict=True)]
            known = library.where(other, h, known)
        half, whole, middle, late = matrices

        def rest(time: Any, state: Any) -> tuple[Any, Any]:
            """L (state - z), and N there less N at z."""
            along = applied(library, linear, state - z)
            return along, field.slope(time, state) - slope - along

        a = z + applied(library, half, slope)
        along, at_a = rest(t + 0.5 * h, a)
        _, at_b = rest(t + 0.5 * h, a + applied(library, half, at_a))
        _, at_c = rest(t + h, a + applied(library, half, slope + along + 2.0 * at_b))
        ends = applied(library, middle, at_a + at_b) + applied(library, late, at_c)
        return z + applied(library, whole, slope) + ends, (linear, known, *matrices)


def _matrices(field: BoundField, linear: Any, h: Any) -> list[Any]:
    width = field.library.cast(h, linear.dtype)[:, None, None]
    halves = phi_functions(field.library, 0.5 * width * linear, 3)
    _, one, two, three = doubled(field.library, halves)
    return [0.5 * width * halves[1], width * one, width * (2.0 * two - 4.0 * three), width * (4.0 * three - two)]


METHOD = Etdrk4()
