"""Newton's method that shortens its step until the residual falls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..armijo import Halves, backtrack
from ..merit import full_step, grown_scale, no_descent, rounding_floor
from ..newton_matrix import newton_matrix, newton_step
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import SINGULAR


@dataclass(frozen=True)
class LineSearchState(State):
    """With what the search found.

    fraction (S,): of Newton's step that was taken, 0 where none was. scale (S, n): as in `merit`. stuck (S,): no
    fraction was short enough; the next step says so, after the criterion "step" has seen Newton's.
    """

    fraction: Any
    scale: Any
    stuck: Any


@dataclass(frozen=True)
class LineSearch(RootSolver):
    """z <- z + t d with Newton's step (I - J) d = g, g = f(z) - z, and the first t = 1, 1/2, 1/4, ... with
    |g(z + t d)|^2 <= (1 - 2 c t) |g(z)|^2.

    Where the map has no number, t is too long. A residual at its rounding need not fall.
    """

    slope: Annotated[
        float, Range(1e-8, 0.4, log=True, symbol="c", help="the part of the slope's descent that is asked for")
    ] = 1e-4
    halvings: Annotated[int, Range(0, 100, help="times that a step is halved, at most")] = 60

    name: ClassVar[str] = "line_search"
    title: ClassVar[str] = "Newton with line search"
    citation: ClassVar[str] = (
        "L. Armijo, Pacific J. Math. 16 (1966) 1; J. E. Dennis, R. B. Schnabel, Numerical Methods for Unconstrained "
        "Optimization and Nonlinear Equations, Prentice-Hall (1983), ch. 6"
    )
    help: ClassVar[str] = "Newton, its step halved until the residual falls: no cycles, and roots from further away."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1
    jacobians: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> LineSearchState:
        """Evaluate f at the start."""
        fields = opened(problem, z, active)
        nothing = problem.library.full_like
        state = LineSearchState(
            **fields, fraction=fields["fault"], scale=nothing(z, 0.0), stuck=nothing(fields["fault"], 0.0) > 0.0
        )
        return replace(state, f=problem.value(z))

    def step(self, problem: BoundMap, state: LineSearchState) -> LineSearchState:
        """Find Newton's step and how much of it to take."""
        library = problem.library
        residual = state.f - state.z
        matrix = newton_matrix(problem, state)
        newton, singular = newton_step(library, matrix, residual)
        scale = grown_scale(library, state.scale, matrix)
        move = full_step(library, matrix, residual, newton, singular, newton)
        seeking = state.active & ~singular & ~state.stuck
        floor = rounding_floor(library, state.z)
        resting = library.norm(residual) <= floor
        halves = Halves(library, self.slope, floor, resting)
        found = backtrack(problem, state.z, state.f, newton, seeking, self.halvings + 1, halves)
        nothing = library.full_like(found.tries, 0.0)
        without = library.where(state.stuck, no_descent(library, matrix, scale, state.z, residual, move), nothing)
        return replace(
            state,
            z=found.z,
            f=found.f,
            move=move,
            fault=library.where(singular, float(SINGULAR), without),
            spent=library.stack([found.tries, nothing + 1.0], axis=1),
            fraction=found.fraction,
            scale=scale,
            stuck=seeking & ~found.accepted & ~resting,
        )

    def details(self, state: LineSearchState) -> Mapping[str, Any]:
        """fraction (S,): of Newton's step that was taken."""
        return {"fraction": state.fraction}


SOLVER = LineSearch
