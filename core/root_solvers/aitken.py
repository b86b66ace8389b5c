"""Aitken's relaxation: a damped Picard iteration that chooses its damping anew in every iteration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened

_LEAST_COSINE = 1e-3
"""Where residual and change are nearer to a right angle, the change says nothing of omega, which stays."""


@dataclass(frozen=True)
class AitkenState(State):
    """With the relaxation of the next move, omega (S,)."""

    omega: Any


@dataclass(frozen=True)
class Aitken(RootSolver):
    """z <- z + omega g, then omega <- -omega g . (g+ - g) / |g+ - g|^2 with g = f - z before and g+ after the move.

    The new omega makes |g + (omega / omega_old) (g+ - g)| least: along the last move, the residual is thought linear.
    For one unknown this is the secant method. omega stays where g+ = g, and where g and its change are at a right
    angle to a thousandth: no number in place of it would shorten the residual.
    """

    omega: Annotated[float, Range(0.01, 1.0, symbol="ω", help="relaxation of the first move; 1: Picard")] = 1.0

    name: ClassVar[str] = "aitken"
    title: ClassVar[str] = "Aitken relaxation"
    citation: ClassVar[str] = "B. M. Irons, R. C. Tuck, Int. J. Numer. Methods Eng. 1 (1969) 275"
    help: ClassVar[str] = "Damps each move as the last two residuals advise: one evaluation and hardly any memory."
    family: ClassVar[str] = "Accelerated"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> AitkenState:
        """Evaluate f at the start."""
        omega = problem.library.full_like(z[:, 0], self.omega)
        return replace(AitkenState(**opened(problem, z, active), omega=omega), f=problem.value(z))

    def step(self, problem: BoundMap, state: AitkenState) -> AitkenState:
        """Move, evaluate there, and choose the next relaxation."""
        library = problem.library
        before = state.f - state.z
        z = state.moved(library, state.z + state.omega[:, None] * before)
        f = problem.value(z)
        change = f - z - before
        length, size = library.norm(change), library.norm(before)
        cosine = library.total((change / length[:, None]) * (before / size[:, None]))
        omega = -state.omega * cosine * (size / length)
        told = (abs(cosine) > _LEAST_COSINE) & library.module.isfinite(omega)
        omega = library.where(told & state.active, omega, state.omega)
        return replace(state, z=z, f=f, move=z - state.z, omega=omega)


SOLVER = Aitken
