"""Anderson acceleration of type I."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..anderson_window import (
    WindowState,
    bordered,
    joined,
    mixture,
    opened_window,
    shown_weights,
    stacked,
    weights_of,
)
from ..array_library import ArrayLibrary
from ..parameter import Choice, Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver

_RULED = 0.5
"""Where the ridge makes up more than this part of the equations, they say nothing, and the newest point is alone."""


@dataclass(frozen=True)
class AndersonOneState(WindowState):
    """The products are s_i . y_j of the differences s of points and y of residuals, each to the one before.

    lengths, shares (S, w - 1): |s_i| and s_i . g with the newest residual g.
    """

    lengths: Any
    shares: Any


@dataclass(frozen=True)
class AndersonOne(RootSolver):
    """z <- z + beta g - (S + beta Y) gamma with (S^T Y - lambda / beta I) gamma = S^T g over the last m points.

    The columns of S and Y are the differences of neighbouring points z_i and of their residuals g_i = f(z_i) - z_i.
    The step is Newton's with the matrix B that makes |B S - Y|^2 + lambda |B + I / beta|^2 least (Frobenius norms):
    Broyden's good update for several secant equations at once. A relative ridge has lambda = ridge, and columns
    scaled so that those of S have length 1; an absolute one has lambda = ridge, and the columns as they are. Type II
    makes the mixed residual least, type I makes it orthogonal to S: of a linear problem with all points kept, these
    are GMRES and Arnoldi's method (FOM), which ends after n + 1 moves.
    """

    memory: Annotated[int, Range(1, 20, symbol="m", help="points that are combined")] = 5
    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="weight of f(z) against z in the mixture")] = 1.0
    ridge: Annotated[float, Range(1e-14, 1.0, log=True, symbol="λ", help="keeps the weights from growing")] = 1e-10
    ridge_kind: Annotated[str, Choice(("relative", "absolute"), help="whether the ridge shrinks with the moves")] = (
        "relative"
    )

    name: ClassVar[str] = "anderson_one"
    title: ClassVar[str] = "Anderson type I"
    citation: ClassVar[str] = "H. Fang, Y. Saad, Numer. Linear Algebra Appl. 16 (2009) 197"
    help: ClassVar[str] = "Mixes the last few points as Broyden's good method would: one evaluation an iteration."
    family: ClassVar[str] = "Accelerated"
    inside: ClassVar[str] = "weights"
    opening: ClassVar[int] = 1
    strides: ClassVar[bool] = True

    def init(self, problem: BoundMap, z: Any, active: Any) -> AndersonOneState:
        """Evaluate f at the start."""
        empty = AndersonOneState(**opened_window(problem, z, active), lengths=None, shares=None)
        return self._remember(problem.library, empty, z, problem.value(z), empty.move, None)

    def step(self, problem: BoundMap, state: AndersonOneState) -> AndersonOneState:
        """Mix the last points, move there, and evaluate."""
        library = problem.library
        weights = self._weights(library, state)
        z = state.moved(library, mixture(state, weights, self.beta))
        return self._remember(library, state, z, problem.value(z), z - state.z, weights)

    def details(self, state: AndersonOneState) -> Mapping[str, Any]:
        """weights (S, m): alpha of the last move, newest point first, NaN where there are fewer."""
        return shown_weights(state, self.memory)

    def _weights(self, library: ArrayLibrary, state: AndersonOneState) -> Any:
        """alpha (S, w) in the dtype of z; of the newest point alone where the equations have no solution."""
        if state.products is None:
            return library.full_like(state.z[:, :1], 1.0)
        moved = state.lengths > 0.0
        scale = library.where(moved, state.lengths, 1.0)
        if self.ridge_kind == "absolute":
            scale = library.full_like(scale, 1.0)
        matrix = state.products / scale[:, :, None] / scale[:, None, :]
        ridge, right = self.ridge / self.beta, state.shares / scale
        gamma, _ = library.solve(matrix - library.eye(matrix.shape[1], matrix) * ridge, right)
        ruled = ridge * library.norm(gamma) > _RULED * library.norm(right)
        gamma = library.where(ruled[:, None], 0.0, gamma)
        return library.cast(weights_of(library, gamma / scale), state.z.dtype)

    def _remember(
        self, library: ArrayLibrary, state: AndersonOneState, z: Any, f: Any, move: Any, weights: Any
    ) -> AndersonOneState:
        """The state at z with this pair in the window, and the oldest out of it."""
        state = replace(state, **joined(state, z, f, self.memory), move=move, weights=weights)
        if len(state.points) == 1:
            return state
        points, residuals = stacked(library, state.points), stacked(library, state.residuals)
        s, y = points[:, 1:] - points[:, :-1], residuals[:, 1:] - residuals[:, :-1]
        row = library.total(y * s[:, -1:])
        column = library.total(s[:, :-1] * y[:, -1:])
        products = bordered(library, state.products, row, column)
        shares = library.total(s * residuals[:, -1:])
        return replace(state, products=products, lengths=library.norm(s), shares=shares)


SOLVER = AndersonOne
