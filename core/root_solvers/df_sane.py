"""DF-SANE: spectral residual steps with a nonmonotone line search, forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver, State, opened
from ..root_watch import FLOOR, LINE_SEARCH
from ..step_credit import credited, rests

_DECREASE = 1e-4
"""gamma of the line search."""
_LEAST_CUT, _LARGEST_CUT = 0.1, 0.5
"""tau: between which fractions a step is cut."""
_LEAST_SIGMA, _LARGEST_SIGMA = 1e-10, 1e10
_TRIES = 40
"""Pairs of trial points in one iteration."""


@dataclass(frozen=True)
class SpectralState(State):
    """sigma (S, 1): the next step's length. lately (S, k): |g| at the last points, newest last. first (S,): |g| at the
    start. level (S,): see `step_credit`. count: iterations so far.
    """

    sigma: Any
    lately: Any
    first: Any
    level: Any
    count: int


@dataclass(frozen=True)
class _Trial:
    """The search so far: accepted point (S, n), f there, where one is still sought (S,), and calls (S,)."""

    z: Any
    f: Any
    pending: Any
    calls: Any


@dataclass(frozen=True)
class DfSane(RootSolver):
    """z <- z + alpha sigma g or z - alpha sigma g with g = f - z, whichever is first to hold

        |g_new|^2 <= max |g_j|^2 + |g_0|^2 / (1 + k)^2 - gamma alpha^2 |g|^2,

    the maximum over the last m points; alpha is 1 and is then cut, in each direction by a parabola, between a tenth
    and a half. sigma = -|s|^2 / (s . y) of the last step s and change y of g, the spectral step; in iteration k = 0
    it is 1, Picard's step. Where |sigma| leaves [1e-10, 1e10] it is 1 / |g|, between 1 and 1e5.
    The full step |sigma g| counts for the criterion "step", and only as far as |g| falls.
    """

    memory: Annotated[int, Range(1, 100, symbol="m", help="the last residuals of which the largest may be kept")] = 10

    name: ClassVar[str] = "df_sane"
    title: ClassVar[str] = "DF-SANE"
    citation: ClassVar[str] = "W. La Cruz, J. M. Martinez, M. Raydan, Math. Comp. 75 (2006) 1429"
    help: ClassVar[str] = "Spectral steps along f - z, forwards or backwards: calls f alone, and needs no memory."
    family: ClassVar[str] = "Energy"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> SpectralState:
        """Evaluate f at the start."""
        library = problem.library
        f = problem.value(z)
        first, one = library.norm(f - z), library.full_like(z[:, :1], 1.0)
        level = library.full_like(first, float("inf"))
        common = opened(problem, z, active) | {"f": f}
        return SpectralState(**common, sigma=one, lately=first[:, None], first=first, level=level, count=0)

    def step(self, problem: BoundMap, state: SpectralState) -> SpectralState:
        """Search along sigma g and evaluate there."""
        library = problem.library
        g = state.f - state.z
        found = _searched(problem, state, g)
        s, y = found.z - state.z, found.f - found.z - g
        residual = library.norm(found.f - found.z)
        stuck = found.pending | ((s == 0.0).all(-1) & ~rests(library, residual, library.norm(found.z)))
        stuck = stuck & state.active
        step = state.sigma * g
        move, level = credited(library, step, residual, library.norm(found.z), state.move, state.level)
        none = library.full_like(residual, 0.0)
        reason = library.where(found.calls <= 1.0, none + float(FLOOR), none + float(LINE_SEARCH))
        return replace(
            state,
            z=found.z,
            f=found.f,
            move=library.where(stuck[:, None], state.move, move),
            fault=library.where(stuck, reason, none),
            spent=library.stack([found.calls, none], axis=1),
            sigma=_spectral(library, s, y, residual),
            lately=library.concatenate([state.lately, residual[:, None]], axis=1)[:, -self.memory :],
            level=library.where(stuck, state.level, level),
            count=state.count + 1,
        )


def _searched(problem: BoundMap, state: SpectralState, g: Any) -> _Trial:
    """The first point along +-sigma g that the line search accepts."""
    library = problem.library
    largest = library.largest(state.lately)[:, 0]
    scale = library.where(largest > 0.0, largest, 1.0)
    slack = state.first / scale / (1.0 + state.count)
    here = library.norm(g) / scale
    bound = 1.0 + slack * slack
    zero = library.full_like(scale, 0.0)
    trial = _Trial(state.z, state.f, state.active, zero)
    alphas = [zero + 1.0, zero + 1.0]
    for _ in range(_TRIES):
        for side, sign in enumerate((1.0, -1.0)):
            if not library.host(trial.pending).any():
                return trial
            alpha = alphas[side]
            z = library.where(trial.pending[:, None], state.z + (sign * alpha)[:, None] * (state.sigma * g), state.z)
            f = problem.value(z)
            there = library.norm(f - z) / scale
            accepted = trial.pending & (there * there <= bound - _DECREASE * (alpha * here) * (alpha * here))
            trial = _Trial(
                library.where(accepted[:, None], z, trial.z),
                library.where(accepted[:, None], f, trial.f),
                trial.pending & ~accepted,
                trial.calls + library.cast(trial.pending, scale.dtype),
            )
            alphas[side] = _cut(library, alpha, here, there)
    return trial


def _cut(library: ArrayLibrary, alpha: Any, here: Any, there: Any) -> Any:
    """The least point of the parabola through |g|^2 at 0 and at alpha, with the slope -2 |g|^2 at 0, within bounds."""
    ratio = there / library.where(here > 0.0, here, 1.0)
    shorter = alpha * alpha / (ratio * ratio + 2.0 * alpha - 1.0)
    shorter = library.where(shorter > _LEAST_CUT * alpha, shorter, _LEAST_CUT * alpha)
    return library.where(shorter < _LARGEST_CUT * alpha, shorter, _LARGEST_CUT * alpha)


def _spectral(library: ArrayLibrary, s: Any, y: Any, residual: Any) -> Any:
    """sigma (S, 1) of the step s and the change y of g (S, n)."""
    length = library.norm(s)[:, None]
    length = library.where(length > 0.0, length, 1.0)
    sigma = -1.0 / library.total(s / length * (y / length))
    one = library.full_like(sigma, 1.0)
    inverse = one / library.where(residual > 0.0, residual, 1.0)
    other = library.where(residual > 1.0, one, library.where(residual < 1e-5, 1e5 * one, inverse))
    usual = (abs(sigma) >= _LEAST_SIGMA) & (abs(sigma) <= _LARGEST_SIGMA)
    return library.where(usual, sigma, other)[:, None]


SOLVER = DfSane
