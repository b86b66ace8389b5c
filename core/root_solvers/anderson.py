"""Anderson acceleration of type II."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..anderson_window import (
    WindowState,
    joined,
    mixture,
    opened_window,
    shown_weights,
    stacked,
    weights_of,
)
from ..array_library import ArrayLibrary
from ..filtered_least_squares import filtered_least_squares
from ..parameter import Choice, Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver
from ..small_systems import dot, solved_definite

_LEAST_SCALE = 1e-290
"""Squared residuals below this count as this much: their quotients must not overflow."""


@dataclass(frozen=True)
class AndersonState(WindowState):
    """The residuals g = f - z are in float64, and the products g_i . g_j (w, w, S), so that samples are side by side.

    used (S, w): which points of the window a sample uses; None without a safeguard: all. restarts (S,): since a
    newest point was the best.
    """

    used: Any
    restarts: Any


@dataclass(frozen=True)
class Anderson(RootSolver):
    """z <- sum_i alpha_i ((1 - beta) z_i + beta f(z_i)) over the last m points.

    alpha minimises |sum_i alpha_i g_i|^2 + lambda |alpha|^2 with sum_i alpha_i = 1 and g = f - z: alpha is
    proportional to (G G^T + lambda I)^-1 1. A relative ridge has lambda = ridge tr(G G^T) / w for w residuals, so
    that it shrinks with them; an absolute one, lambda = ridge, averages plainly once they are smaller. The first
    move is a damped Picard step, for the only point is the start.

    filter "angle": |g_w - sum_j gamma_j (g_(j+1) - g_j)| is made least instead, without the ridge, and without each
    difference whose angle to the newer ones has a sine of at most `sine` (S. Pollock, L. G. Rebholz, SIAM J. Sci.
    Comput. 45 (2023) A1571).

    safeguard "restart": where |g| at the newest point exceeds `growth` times the least |g_i| in the window, the
    window is emptied but for that best point, and z <- z_i + (beta / 2) g_i. The next restart takes beta / 4, and so
    on, until a newest point is the best of its window. Restarts keep the residual from growing as in N. C. Henderson,
    R. Varadhan, J. Comput. Graph. Stat. 28 (2019) 834, who also restart whenever the window is full. The criterion
    "step" measures beta g_i at a restart, however much it is shortened.
    """

    memory: Annotated[int, Range(1, 20, symbol="m", help="residuals that are combined")] = 5
    beta: Annotated[float, Range(0.01, 1.0, symbol="β", help="weight of f(z) against z in the mixture")] = 1.0
    ridge: Annotated[float, Range(1e-14, 1.0, log=True, symbol="λ", help="keeps the weights from growing")] = 1e-10
    ridge_kind: Annotated[
        str, Choice(("relative", "absolute"), help="whether the ridge shrinks with the residuals")
    ] = "relative"
    filter: Annotated[
        str, Choice(("off", "angle"), help="leaves out differences of residuals that hardly differ in direction")
    ] = "off"
    sine: Annotated[float, Range(1e-6, 0.9, log=True, help="of the least angle that the filter lets through")] = 0.1
    safeguard: Annotated[
        str, Choice(("off", "restart"), help="goes back to the best point when the residual grows too much")
    ] = "off"
    growth: Annotated[float, Range(1.0, 1e3, log=True, help="of the residual that the safeguard allows")] = 5.0

    name: ClassVar[str] = "anderson"
    title: ClassVar[str] = "Anderson"
    citation: ClassVar[str] = (
        "D. G. Anderson, J. ACM 12 (1965) 547; H. F. Walker, P. Ni, SIAM J. Numer. Anal. 49 (2011) 1715"
    )
    help: ClassVar[str] = "Mixes the last few points so that their residuals cancel: one evaluation an iteration."
    family: ClassVar[str] = "Accelerated"
    inside: ClassVar[str] = "weights"
    races: ClassVar[bool] = True
    opening: ClassVar[int] = 1
    strides: ClassVar[bool] = True

    def init(self, problem: BoundMap, z: Any, active: Any) -> AndersonState:
        """Evaluate f at the start."""
        restarts, used = None, None
        if self.safeguard == "restart":
            restarts = problem.library.full_like(z[:, 0], 0.0)
            used = restarts[:, None] > 0.0
        empty = AndersonState(**opened_window(problem, z, active), used=used, restarts=restarts)
        return self._remember(problem.library, empty, z, problem.value(z), empty.move, None)

    def step(self, problem: BoundMap, state: AndersonState) -> AndersonState:
        """Mix the last points, move there, and evaluate."""
        library = problem.library
        if self.safeguard == "restart":
            return self._guarded_step(problem, state)
        weights = self._weights(library, state)
        z = state.moved(library, mixture(state, weights, self.beta))
        return self._remember(library, state, z, problem.value(z), z - state.z, weights)

    def details(self, state: AndersonState) -> Mapping[str, Any]:
        """weights (S, m): alpha of the last move, newest point first, NaN where there are fewer."""
        return shown_weights(state, self.memory)

    def _guarded_step(self, problem: BoundMap, state: AndersonState) -> AndersonState:
        """A step, or where the residual has grown a damped Picard step from the best point."""
        library, origin = problem.library, state.z
        state, grown = self._restarted(library, state)
        weights = self._weights(library, state)
        beta = library.where(grown, self.beta * 0.5**state.restarts, self.beta)
        z = state.moved(library, mixture(state, weights, beta[:, None]))
        straight = library.cast(self.beta * state.residuals[-1], z.dtype)
        move = library.where(grown[:, None], straight, z - origin)
        weights = library.where(state.used, weights, float("nan"))
        return self._remember(library, state, z, problem.value(z), move, weights)

    def _restarted(self, library: ArrayLibrary, state: AndersonState) -> tuple[AndersonState, Any]:
        """Where the residual has grown, the best point alone, in the newest place; and where that is."""
        newest = state.products[-1, -1]
        best, least = (state.points[-1], state.values[-1], state.residuals[-1]), newest
        for place in range(len(state.points) - 1):
            square = state.products[place, place]
            better = state.used[:, place] & (square < least)
            least = library.where(better, square, least)
            older = state.points[place], state.values[place], state.residuals[place]
            best = tuple(library.where(better[:, None], *pair) for pair in zip(older, best, strict=True))
        grown = state.active & (newest > self.growth**2 * least)
        windows = (
            (*window[:-1], library.where(grown[:, None], chosen, window[-1]))
            for window, chosen in zip((state.points, state.values, state.residuals), best, strict=True)
        )
        points, values, residuals = windows
        last = library.eye(len(points), newest)[-1] > 0.0
        corner = grown & (last & last[:, None])[:, :, None]
        return replace(
            state,
            points=points,
            values=values,
            residuals=residuals,
            products=library.where(corner, least, state.products),
            used=library.where(grown[:, None], last, state.used),
            restarts=library.where(newest > least, state.restarts + library.cast(grown, newest.dtype), 0.0),
        ), grown

    def _weights(self, library: ArrayLibrary, state: AndersonState) -> Any:
        """alpha (S, w) in the dtype of z; of the newest point alone where the equations have no solution."""
        filtered = self.filter == "angle" and len(state.points) > 1
        return library.cast((self._filtered if filtered else self._ridged)(library, state), state.z.dtype)

    def _ridged(self, library: ArrayLibrary, state: AndersonState) -> Any:
        """alpha (S, w) with the ridge."""
        width, gram = len(state.points), state.products
        diagonal = gram.diagonal(0, 0, 1)
        right, count = library.full_like(gram[0], 1.0), width
        if state.used is not None:
            used = state.used.T
            right = library.where(used, right, 0.0)
            count = library.total(right.T)
            gram = library.where(used[:, None] & used, gram, 0.0)
            diagonal = diagonal * right.T
        scale = library.total(diagonal) / count
        scale = library.where(scale > _LEAST_SCALE, scale, _LEAST_SCALE)
        matrix = gram / scale
        for place in range(width):
            matrix[place, place] += self.ridge if self.ridge_kind == "relative" else self.ridge / scale
        shares = solved_definite(matrix, right).T
        whole = library.total(shares)
        good = (whole > 0.0) & (whole < float("inf"))
        return library.where(good[:, None], shares / whole[:, None], library.eye(width, gram)[-1])

    def _filtered(self, library: ArrayLibrary, state: AndersonState) -> Any:
        """alpha (S, w) without the differences that depend on newer ones."""
        window, flip = stacked(library, state.residuals), library.module.flip
        differences = flip(window[:, 1:] - window[:, :-1], (1,))
        usable = None if state.used is None else flip(state.used[:, :-1], (1,))
        gamma = filtered_least_squares(library, differences, window[:, -1], usable, self.sine)
        known = library.module.isfinite(gamma).all(-1)[:, None]
        return weights_of(library, flip(library.where(known, gamma, 0.0), (1,)))

    def _remember(
        self, library: ArrayLibrary, state: AndersonState, z: Any, f: Any, move: Any, weights: Any
    ) -> AndersonState:
        """The state at z with this pair in the window, and the oldest out of it."""
        fields = joined(state, z, f, self.memory)
        *older, newest = fields["residuals"]
        residuals = (*older, library.cast(newest, library.module.float64))
        fields["residuals"] = residuals
        row = library.stack([dot(library, residual, residuals[-1]) for residual in residuals])
        used = state.used
        if used is not None:
            used = library.concatenate([used, state.active[:, None] | True], axis=1)[:, -len(fields["points"]) :]
        products = _with_row(library, state.products, row)
        fields |= {"move": move, "weights": weights, "products": products, "used": used}
        return AndersonState(**(vars(state) | fields))  # `replace` takes several times as long


def _with_row(library: ArrayLibrary, old: Any, row: Any) -> Any:
    """The symmetric products (w, w, S) with a new last row (w, S), less the first if `old` is full."""
    width = len(row)
    if width == 1:
        return row[None]
    inner = old if len(old) < width else old[1:, 1:]
    upper = library.concatenate([inner, row[:-1, None]], axis=1)
    return library.concatenate([upper, row[None]], axis=0)


SOLVER = Anderson
