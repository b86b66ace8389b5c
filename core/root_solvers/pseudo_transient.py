"""Pseudo-transient continuation: implicit Euler steps along dz/dt = f(z) - z that grow into Newton's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..newton_matrix import marked_singular, newton_matrix, newton_step
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class TransientState(State):
    """With |g| at the start, and the step's reciprocal 1 / delta (S,), NaN before the first step."""

    first: Any
    rate: Any


@dataclass(frozen=True)
class PseudoTransient(RootSolver):
    """(I / delta + I - J) d = g, z <- z + d with g = f(z) - z and delta = delta_0 |g_0| / |g|, at most a growth
    factor times the delta before.

    It follows dz/dt = g, and so finds roots that attract its solutions, the more surely the smaller delta_0. With
    delta_0 -> infinity it is Newton's method; of order 2 once the growth is not limited. Where I / delta + I - J is
    singular, delta is halved once. The criterion "step" measures d + (g - (I - J) d), the step and what it leaves.
    """

    delta: Annotated[float, Range(1e-6, 1e12, log=True, symbol="δ", help="the first step in time")] = 1.0
    growth: Annotated[float, Range(1.5, 1e12, log=True, help="how many times longer than the last a step may be")] = 1e3

    name: ClassVar[str] = "pseudo_transient"
    title: ClassVar[str] = "pseudo-transient"
    citation: ClassVar[str] = (
        "W. A. Mulder, B. van Leer, J. Comput. Phys. 59 (1985) 232; "
        "C. T. Kelley, D. E. Keyes, SIAM J. Numer. Anal. 35 (1998) 508"
    )
    help: ClassVar[str] = "Marches dz/dt = f(z) - z to its rest, with steps that grow as the residual falls."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> TransientState:
        """Evaluate f at the start."""
        library, f = problem.library, problem.value(z)
        length = library.norm(f - z)
        fields = opened(problem, z, active) | {"f": f}
        return TransientState(**fields, first=length, rate=library.full_like(length, float("nan")))

    def step(self, problem: BoundMap, state: TransientState) -> TransientState:
        """Choose the step in time, solve for the move, and evaluate there."""
        library = problem.library
        residual = state.f - state.z
        matrix = newton_matrix(problem, state)
        rate = self._rate(library, state, library.norm(residual))
        step, singular = implicit_euler(library, matrix, residual, rate)
        if bool(singular.any()):
            rate = library.where(singular, 2.0 * rate, rate)
            step, singular = implicit_euler(library, matrix, residual, rate)
        z = state.moved(library, state.z + step)
        return replace(
            state,
            z=z,
            f=problem.value(z),
            move=step + rate[:, None] * step,
            fault=marked_singular(library, state, singular),
            rate=rate,
        )

    def details(self, state: TransientState) -> Mapping[str, Any]:
        """delta (S,): the last step in time."""
        return {"delta": 1.0 / state.rate}

    def _rate(self, library: ArrayLibrary, state: TransientState, length: Any) -> Any:
        """1 / delta (S,)."""
        wanted = length / library.where(state.first > 0.0, state.first, 1.0) / self.delta
        return library.where(wanted < state.rate / self.growth, state.rate / self.growth, wanted)


def implicit_euler(library: ArrayLibrary, matrix: Any, residual: Any, rate: Any) -> tuple[Any, Any]:
    """d (S, n) with (rate I + matrix) d = residual, and where there is none (S,)."""
    identity = library.eye(matrix.shape[1], matrix)
    return newton_step(library, matrix + rate[:, None, None] * identity, residual)


SOLVER = PseudoTransient
