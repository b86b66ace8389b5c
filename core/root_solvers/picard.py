"""Picard's iteration: apply the map again and again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class Picard(RootSolver):
    """z <- f(z). It converges linearly, with the spectral radius of df/dz as its rate, where that is below 1."""

    name: ClassVar[str] = "picard"
    title: ClassVar[str] = "Picard"
    citation: ClassVar[str] = "E. Picard, J. Math. Pures Appl. 6 (1890) 145; S. Banach, Fund. Math. 3 (1922) 133"
    help: ClassVar[str] = "Applies the map again and again: one evaluation an iteration, no memory."
    family: ClassVar[str] = "Fixed point"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 0
    strides: ClassVar[bool] = True

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Nothing is evaluated."""
        return State(**opened(problem, z, active))

    def step(self, problem: BoundMap, state: State) -> State:
        """Evaluate f at what f was before."""
        z = state.moved(problem.library, state.f)
        return State(z, problem.value(z), None, state.active, state.fault, state.spent, state.everyone)


SOLVER = Picard
