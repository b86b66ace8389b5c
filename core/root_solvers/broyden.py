"""Broyden's good method: a secant method for many unknowns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..low_rank_inverse import InverseState, good_pair, moved_by_inverse, opened_inverse, shown_inverse, updated
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver


@dataclass(frozen=True)
class Broyden(RootSolver):
    """z <- z - H g, then H <- H + (dz - H dg) dz^T H / (dz^T H dg), with g = f - z and H = -I at first.

    Its inverse, the approximate derivative, is the nearest to the one before, in the Frobenius norm, that takes dz to
    dg. No update where the divisor is 0 to rounding. After `memory` updates H begins again from -I with the newest
    pair. q-superlinear near a root where I - J is regular; a regular linear problem of n unknowns takes at most 2 n
    steps (D. M. Gay, SIAM J. Numer. Anal. 16 (1979) 623). For one unknown it is the secant method.
    """

    memory: Annotated[int, Range(1, 200, symbol="m", help="updates that are kept before it begins again")] = 50

    name: ClassVar[str] = "broyden"
    title: ClassVar[str] = "Broyden"
    citation: ClassVar[str] = "C. G. Broyden, Math. Comp. 19 (1965) 577, method 1"
    help: ClassVar[str] = "Newton's method with a derivative learnt on the way: one evaluation, superlinear at a root."
    family: ClassVar[str] = "Accelerated"
    inside: ClassVar[str] = "jacobian_distance"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> InverseState:
        """Evaluate f at the start."""
        return opened_inverse(problem, z, active)

    def step(self, problem: BoundMap, state: InverseState) -> InverseState:
        """Move by the approximate inverse, evaluate there, and correct it."""
        library = problem.library
        state, move, change = moved_by_inverse(problem, state, self.memory)
        u, v = good_pair(library, state.left, state.right, move, change)
        return updated(library, state, u, v)

    def details(self, state: InverseState) -> Mapping[str, Any]:
        """inverse (S, n, n): H, of at most 32 unknowns."""
        return shown_inverse(state)


SOLVER = Broyden
