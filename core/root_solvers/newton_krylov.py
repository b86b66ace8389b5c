"""Newton's method without a matrix: its equation is solved by a Krylov method, as far as it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..armijo import backtrack
from ..array_library import ArrayLibrary
from ..bicgstab import bicgstab
from ..gmres import gmres
from ..linear_answer import LinearAnswer
from ..parameter import Choice, Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import LINE_SEARCH, LOCAL_MINIMUM, SINGULAR

_FIRST, _LARGEST, _GAMMA, _MEMORABLE = 0.5, 0.9, 0.9, 0.1
"""Forcing terms: the first, the largest, the factor, and from where on the last one holds back the next."""
_LEVEL = 1e-6
"""The slope of log |f - z|, per length max(|z|, 1), below which a place is a minimum."""
_FLOOR_ULPS = 64.0
"""A residual of at most that many roundings of |z| need not fall."""


@dataclass(frozen=True)
class KrylovState(State):
    """forcing, length (S,): the last forcing term, and |f - z| where it held. inner (S,): iterations of the last
    linear solve."""

    forcing: Any
    length: Any
    inner: Any


@dataclass(frozen=True)
class NewtonKrylov(RootSolver):
    """(I - J) d = f(z) - z with |f(z) - z - (I - J) d| <= eta |f(z) - z|, z <- z + t d.

    J enters by its products with vectors alone. eta is 0.9 (|g_k| / |g_(k-1)|)^2 for g = f - z, at most 0.9, and no
    less than 0.9 eta_(k-1)^2 while that exceeds 0.1; the first is 0.5. t <= 1 is shortened until |g| falls. Of order
    2 at a root where I - J is regular.

    What "step" measures is the length of Newton's whole step, |d| / (1 - |g - (I - J) d| / |g|), whatever t is.
    """

    linear: Annotated[str, Choice(("gmres", "bicgstab"), help="the Krylov method that solves for the step")] = "gmres"
    inner: Annotated[int, Range(1, 1000, log=True, help="iterations of the Krylov method in a step, at most")] = 60
    restart: Annotated[int, Range(1, 200, help="vectors that GMRES keeps before it begins anew")] = 30

    name: ClassVar[str] = "newton_krylov"
    title: ClassVar[str] = "Newton-Krylov"
    citation: ClassVar[str] = (
        "S. C. Eisenstat, H. F. Walker, SIAM J. Sci. Comput. 17 (1996) 16; "
        "D. A. Knoll, D. E. Keyes, J. Comput. Phys. 193 (2004) 357"
    )
    help: ClassVar[str] = (
        "Newton's step by products with the Jacobian alone, no more exact than pays, then cut to size."
    )
    family: ClassVar[str] = "Newton"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1
    evaluations: ClassVar[int] = 2

    def init(self, problem: BoundMap, z: Any, active: Any) -> KrylovState:
        """Evaluate f at the start."""
        library, zero = problem.library, problem.library.full_like(z[:, 0], 0.0)
        fields = {**opened(problem, z, active), "f": problem.value(z)}
        fields["spent"] = library.stack([zero + 1.0, zero], axis=-1)
        return KrylovState(**fields, forcing=zero, length=zero, inner=zero)

    def step(self, problem: BoundMap, state: KrylovState) -> KrylovState:
        """Solve the linearised equation inexactly, go along the step while |f - z| falls, and evaluate there."""
        library = problem.library
        residual = state.f - state.z
        length = library.norm(residual)
        forcing = _forcing(library, state, length)
        answer = self._solved(problem, state, residual, forcing * length)
        descends = state.active & ((answer.residual < length) | (length == 0.0))
        reached = backtrack(problem, state.z, state.f, answer.x, descends)
        fault, looks = _fault(problem, state, answer, descends & ~reached.accepted)
        part = 1.0 - answer.residual / library.where(length > 0.0, length, 1.0)
        move = answer.x / library.where(descends & (length > 0.0), part, 1.0)[:, None]
        evaluations = answer.products + reached.tries + looks
        return replace(
            state,
            z=reached.z,
            f=reached.f,
            move=move,
            fault=fault,
            spent=library.stack([evaluations, library.full_like(evaluations, 0.0)], axis=-1),
            forcing=forcing,
            length=length,
            inner=answer.iterations,
        )

    def details(self, state: KrylovState) -> Mapping[str, Any]:
        """inner (S,): iterations of the linear solve that led to this point."""
        return {"inner": state.inner}

    def _solved(self, problem: BoundMap, state: KrylovState, residual: Any, tolerance: Any) -> LinearAnswer:
        """The step, inexactly."""
        library, along = problem.library, problem.product(state.z)

        def product(v: Any) -> Any:
            return v - along(v)

        if self.linear == "gmres":
            return gmres(library, product, residual, tolerance, state.active, self.inner, self.restart)
        return bicgstab(library, product, residual, tolerance, state.active, self.inner)


def _forcing(library: ArrayLibrary, state: KrylovState, length: Any) -> Any:
    """How exact the next step is to be (S,): choice 2 of Eisenstat and Walker, with their safeguards."""
    known = state.length > 0.0
    ratio = length / library.where(known, state.length, 1.0)
    forcing, held = _GAMMA * ratio * ratio, _GAMMA * state.forcing * state.forcing
    forcing = library.where((held > _MEMORABLE) & (held > forcing), held, forcing)
    least = 4.0 * library.epsilon(length)
    forcing = library.where(forcing < _LARGEST, forcing, _LARGEST)
    return library.where(known, library.where(forcing > least, forcing, least), _FIRST)


def _fault(problem: BoundMap, state: KrylovState, answer: LinearAnswer, unmoved: Any) -> tuple[Any, Any]:
    """Why there was no step (S,), and the evaluations that it took to tell (S,).

    unmoved (S,): a step along which |f - z| did not fall. Where f is all rounding, that is no fault.
    """
    library = problem.library
    residual = state.f - state.z
    length, size = library.norm(residual), library.norm(state.z)
    zero = library.full_like(length, 0.0)
    aimless = state.active & ~(answer.residual < length) & (length > 0.0)
    singular = aimless & answer.broken
    failed = (aimless & ~answer.broken) | (unmoved & (length > _FLOOR_ULPS * library.epsilon(length) * size))
    fault = library.where(singular, float(SINGULAR), zero)
    if not bool(failed.any()):
        return fault, zero
    unit = residual / library.where(length > 0.0, length, 1.0)[:, None]
    slope = library.norm(unit - problem.pullback(state.z)(unit))
    level = slope * library.where(size > 1.0, size, 1.0) <= _LEVEL * length
    fault = library.where(failed, library.where(level, float(LOCAL_MINIMUM), float(LINE_SEARCH)), fault)
    return fault, library.where(failed, 1.0, zero)


SOLVER = NewtonKrylov
