"""The secant method."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import FLOOR, SINGULAR
from ..step_credit import credited, rests


@dataclass(frozen=True)
class SecantState(State):
    """before, g_before (S, 1): the point before and g = f - z there. level (S,): see `step_credit`."""

    before: Any
    g_before: Any
    level: Any


@dataclass(frozen=True)
class Secant(RootSolver):
    """z <- z - g (z - z') / (g - g') with g = f - z and the point z' before. Order (1 + sqrt 5) / 2 at a simple root.

    The second point is the start + offset. A step counts for the criterion "step" only as far as |g| falls. Where
    g = g' there is no step, and rounding is the reason if z = z'.
    """

    offset: Annotated[
        float, Range(1e-8, 1e3, log=True, help="how far from the start the second point lies; it is no step to go by")
    ] = 0.1

    name: ClassVar[str] = "secant"
    title: ClassVar[str] = "secant"
    citation: ClassVar[str] = "R. L. Burden, J. D. Faires, Numerical Analysis, 9th ed., Brooks/Cole (2010), sec. 2.3"
    help: ClassVar[str] = "Follows the line through the last two points: no derivative; one unknown only."
    family: ClassVar[str] = "One unknown"
    opening: ClassVar[int] = 1
    scalar: ClassVar[bool] = True

    def init(self, problem: BoundMap, z: Any, active: Any) -> SecantState:
        """Evaluate f at the start."""
        none = problem.library.full_like(z, float("nan"))
        level = problem.library.full_like(z[:, 0], float("inf"))
        state = SecantState(**opened(problem, z, active), before=none, g_before=none, level=level)
        return replace(state, f=problem.value(z))

    def step(self, problem: BoundMap, state: SecantState) -> SecantState:
        """Move to where the line through the last two points is 0, at first by the offset, and evaluate there."""
        library = problem.library
        g = state.f - state.z
        first = library.module.isnan(state.before)
        rise = g - state.g_before
        flat = ~first & (rise == 0.0)
        none = library.full_like(g, 0.0)
        reason = library.where(state.z == state.before, none + float(FLOOR), none + float(SINGULAR))
        fault = library.where(flat & ~rests(library, abs(g), abs(state.z)), reason, none)
        step = -g * ((state.z - state.before) / library.where(flat, 1.0, rise))
        step = library.where(first, self.offset, library.where(flat, 0.0, step))
        z = state.moved(library, state.z + step)
        f = problem.value(z)
        residual, size = abs(f - z)[:, 0], abs(z)[:, 0]
        measured = library.where(first, float("nan"), step)
        move, level = credited(library, measured, residual, size, state.move, state.level)
        return replace(state, z=z, f=f, move=move, fault=fault[:, 0], before=state.z, g_before=g, level=level)


SOLVER = Secant
