"""Damped Picard iteration: go a fraction of the way to the map's value."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened


@dataclass(frozen=True)
class Damped(RootSolver):
    """z <- (1 - beta) z + beta f(z). An eigenvalue lambda of df/dz becomes 1 - beta (1 - lambda)."""

    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="fraction of the way to f(z) that is gone; 1: Picard")] = (
        0.5
    )

    name: ClassVar[str] = "damped"
    title: ClassVar[str] = "damped Picard"
    citation: ClassVar[str] = (
        "M. A. Krasnoselskii, Uspekhi Mat. Nauk 10 (1955) 123; W. R. Mann, Proc. Amer. Math. Soc. 4 (1953) 506"
    )
    help: ClassVar[str] = "Goes a fraction of the way to f(z): tames a cycle, at the price of speed."
    family: ClassVar[str] = "Fixed point"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 0

    def init(self, problem: BoundMap, z: Any, active: Any) -> State:
        """Nothing is evaluated."""
        return State(**opened(problem, z, active))

    def step(self, problem: BoundMap, state: State) -> State:
        """Go the fraction beta towards the last f and evaluate there."""
        z = state.moved(problem.library, state.z + self.beta * (state.f - state.z))
        f = problem.value(z)
        return replace(state, z=z, f=f, move=self.beta * (f - z))


SOLVER = Damped
