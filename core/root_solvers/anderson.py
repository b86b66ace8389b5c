"""Anderson acceleration of type II."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..parameter import Choice, Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened

_LEAST_SCALE = 1e-290
"""Squared residuals below this count as this much: their quotients must not overflow."""


@dataclass(frozen=True)
class AndersonState(State):
    """With the last points, their values and residuals, oldest first, and the products of the residuals.

    points, values, residuals: up to m arrays (S, n) each. gram (S, w, w): g_i . g_j of the w residuals g = f - z.
    """

    points: tuple[Any, ...]
    values: tuple[Any, ...]
    residuals: tuple[Any, ...]
    gram: Any


@dataclass(frozen=True)
class Anderson(RootSolver):
    """z <- sum_i alpha_i ((1 - beta) z_i + beta f(z_i)) over the last m points.

    alpha minimises |sum_i alpha_i g_i|^2 + lambda |alpha|^2 with sum_i alpha_i = 1 and g = f - z: alpha is
    proportional to (G G^T + lambda I)^-1 1. A relative ridge has lambda = ridge tr(G G^T) / w for w residuals, so
    that it shrinks with them; an absolute one, lambda = ridge, averages plainly once they are smaller. The first
    move is a damped Picard step, for the only point is the start.
    """

    memory: Annotated[int, Range(1, 20, symbol="m", help="residuals that are combined")] = 5
    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="weight of f(z) against z in the mixture")] = 1.0
    ridge: Annotated[float, Range(1e-14, 1.0, log=True, symbol="λ", help="keeps the weights from growing")] = 1e-10
    ridge_kind: Annotated[
        str, Choice(("relative", "absolute"), help="whether the ridge shrinks with the residuals")
    ] = "relative"

    name: ClassVar[str] = "anderson"
    title: ClassVar[str] = "Anderson"
    citation: ClassVar[str] = (
        "D. G. Anderson, J. ACM 12 (1965) 547; H. F. Walker, P. Ni, SIAM J. Numer. Anal. 49 (2011) 1715"
    )
    help: ClassVar[str] = "Mixes the last few points so that their residuals cancel: one evaluation an iteration."
    family: ClassVar[str] = "Accelerated"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> AndersonState:
        """Evaluate f at the start."""
        f = problem.value(z)
        empty = AndersonState(**opened(problem, z, active), points=(), values=(), residuals=(), gram=None)
        return self._remember(problem, replace(empty, f=f))

    def step(self, problem: BoundMap, state: AndersonState) -> AndersonState:
        """Mix the last points, move there, and evaluate."""
        library = problem.library
        weights = self._weights(problem, state)
        z = 0.0
        for index, (point, value) in enumerate(zip(state.points, state.values, strict=True)):
            mixed = value if self.beta == 1.0 else (1.0 - self.beta) * point + self.beta * value
            z = z + weights[:, index, None] * mixed
        z = state.moved(library, z)
        return self._remember(problem, replace(state, z=z, f=problem.value(z), move=z - state.z))

    def _weights(self, problem: BoundMap, state: AndersonState) -> Any:
        """alpha (S, w) in the dtype of z; of the newest point alone where the equations have no solution."""
        library = problem.library
        width = len(state.points)
        diagonal = library.stack([state.gram[:, index, index] for index in range(width)], axis=-1)
        scale = (library.total(diagonal) / width)[:, None, None]
        scale = library.where(scale > _LEAST_SCALE, scale, _LEAST_SCALE)
        identity = library.eye(width, state.gram)
        ridge = self.ridge if self.ridge_kind == "relative" else self.ridge / scale
        shares, singular = library.solve(state.gram / scale + ridge * identity, library.full_like(diagonal, 1.0))
        whole = library.total(shares)
        singular = singular | ~(whole > 0.0)
        alone = library.full_like(diagonal, 0.0) + identity[-1]
        weights = library.where(singular[:, None], alone, shares / library.where(singular, 1.0, whole)[:, None])
        return library.cast(weights, state.z.dtype)

    def _remember(self, problem: BoundMap, state: AndersonState) -> AndersonState:
        """The state with its newest pair in the window, and the oldest out of it."""
        library = problem.library
        keep = slice(-self.memory, None)
        residuals = (*state.residuals, state.f - state.z)[keep]
        window = library.cast(library.stack(residuals, axis=1), library.module.float64)
        row = library.total(window * window[:, -1:])
        gram = row[:, None]
        if len(residuals) > 1:
            full = len(state.points) == self.memory
            old = state.gram[:, 1:, 1:] if full else state.gram
            gram = library.concatenate([library.concatenate([old, row[:, :-1, None]], axis=2), gram], axis=1)
        return replace(
            state,
            points=(*state.points, state.z)[keep],
            values=(*state.values, state.f)[keep],
            residuals=residuals,
            gram=gram,
        )


SOLVER = Anderson
