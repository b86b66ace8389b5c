"""Broyden's bad method: the secant equation for the inverse of the derivative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from ..low_rank_inverse import InverseState, applied, moved_by_inverse, opened_inverse, shown_inverse, updated
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver


@dataclass(frozen=True)
class BadBroyden(RootSolver):
    """z <- z - H g, then H <- H + (dz - H dg) dg^T / |dg|^2, with g = f - z and H = -I at first.

    H is the nearest to the one before, in the Frobenius norm, that takes dg to dz. No update where dg is 0. After
    `memory` updates H begins again from -I with the newest pair. q-superlinear near a root where I - J is regular;
    it depends on the scaling of g where the good method depends on that of z. For one unknown it is the secant method.
    """

    memory: Annotated[int, Range(1, 200, symbol="m", help="updates that are kept before it begins again")] = 50

    name: ClassVar[str] = "bad_broyden"
    title: ClassVar[str] = "bad Broyden"
    citation: ClassVar[str] = "C. G. Broyden, Math. Comp. 19 (1965) 577, method 2"
    help: ClassVar[str] = "Broyden's other update, called bad; it is often as good, and never divides by nearly 0."
    family: ClassVar[str] = "Accelerated"
    inside: ClassVar[str] = "jacobian_distance"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> InverseState:
        """Evaluate f at the start."""
        return opened_inverse(problem, z, active)

    def step(self, problem: BoundMap, state: InverseState) -> InverseState:
        """Move by the approximate inverse, evaluate there, and correct it."""
        library = problem.library
        state, move, change = moved_by_inverse(problem, state, self.memory)
        length = library.norm(change)[:, None]
        miss = move - applied(library, state.left, state.right, change)
        return updated(library, state, miss / length, change / length)

    def details(self, state: InverseState) -> Mapping[str, Any]:
        """inverse (S, n, n): H, of at most 32 unknowns."""
        return shown_inverse(state)


SOLVER = BadBroyden
