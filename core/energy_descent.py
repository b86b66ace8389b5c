"""What descents on the energy E(z) = |f(z) - z|^2 / 2 share: its gradient, and when they rest at no root."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from .parameter import Range
from .root_problem import BoundMap
from .root_solver import RootSolver, State, opened
from .root_watch import FLOOR, LOCAL_MINIMUM
from .step_credit import credited, rests

_FLAT = 0.5
"""A gradient of at most epsilon^0.5 |f - z|, and a step as short, have vanished where f - z has not."""


@dataclass(frozen=True)
class EnergyState(State):
    """velocity (S, n): the last step. level (S,): see `step_credit`."""

    velocity: Any
    level: Any


@dataclass(frozen=True)
class EnergyDescent(RootSolver):
    """One evaluation of f and one product J^T (f - z) an iteration, for grad E = (J - I)^T (f - z).

    On a linear map E has the Hessian (I - J)^T (I - J), with eigenvalues lambda. A step counts for the criterion
    "step" only as far as |f - z| falls: at a minimum of E that is no root steps grow short as well.
    """

    eta: Annotated[
        float, Range(1e-6, 10.0, log=True, symbol="η", help="learning rate: below 2 / λ, or it moves away")
    ] = 0.3

    family: ClassVar[str] = "Energy"
    opening: ClassVar[int] = 1
    evaluations: ClassVar[int] = 2

    def init(self, problem: BoundMap, z: Any, active: Any) -> EnergyState:
        """Evaluate f at the start."""
        library = problem.library
        rest, level = library.full_like(z, 0.0), library.full_like(z[:, 0], float("inf"))
        return replace(EnergyState(**opened(problem, z, active), velocity=rest, level=level), f=problem.value(z))

    def _descended(
        self, problem: BoundMap, state: EnergyState, gradient: Any, velocity: Any, step: Any, reach: float
    ) -> EnergyState:
        """The state after `step` from z, where the gradient (S, n) was taken; it rests where that moves nothing.

        reach: the longest step that gradients like this one could ever add up to, per gradient.
        """
        library = problem.library
        residual, slope = library.norm(state.f - state.z), library.norm(gradient)
        epsilon = library.epsilon(gradient)
        still = (state.z + step == state.z) & (state.z + reach * gradient == state.z)
        small = epsilon**_FLAT * residual
        vanished = (slope <= small) & (library.norm(step) <= small)
        stays = (vanished | still.all(-1)) & ~rests(library, residual, library.norm(state.z))
        none = library.full_like(residual, 0.0)
        reason = library.where(vanished, none + float(LOCAL_MINIMUM), none + float(FLOOR))
        fault = library.where(stays, reason, none)
        z = state.moved(library, library.where(stays[:, None], state.z, state.z + step))
        f = problem.value(z)
        move, level = credited(library, step, library.norm(f - z), library.norm(z), state.move, state.level)
        return replace(state, z=z, f=f, move=move, fault=fault, velocity=velocity, level=level)


def energy_gradient(problem: BoundMap, state: State) -> Any:
    """(J - I)^T (f - z) (S, n) at z."""
    residual = state.f - state.z
    return problem.pullback(state.z)(residual) - residual
