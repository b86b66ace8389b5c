"""The method of Levenberg and Marquardt: Newton's step, shortened and turned downhill by a damping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar

from ..array_library import ArrayLibrary
from ..dense_matrices import least_squares
from ..gain_ratio import ModelState, opened_model, renewed, tried
from ..merit import full_step, scaled_columns
from ..newton_matrix import newton_step
from ..parameter import Range
from ..root_problem import BoundMap
from ..root_solver import RootSolver


@dataclass(frozen=True)
class DampedModel(ModelState):
    """With the damping.

    factor (S,): lambda. backoff (S,): what it is multiplied by at the next step that is not kept. first (S,): |g| at
    the start.
    """

    factor: Any
    backoff: Any
    first: Any


@dataclass(frozen=True)
class LevenbergMarquardt(RootSolver):
    """(A^T A + mu D^2) d = A^T g, z <- z + d with A = I - J, g = f(z) - z, if |g| falls; A may be singular.

    D holds the greatest length of each column of A so far. mu = lambda |g| / |g_0|, so that the order is 2 where A is
    regular; lambda by the gain q, the actual over the predicted fall of |g|^2: times max(1/3, 1 - (2 q - 1)^3) after
    a step that was kept, times 2, 4, 8, ... after each in a row that was not. The equations are solved as the least
    squares |A d - g|^2 + mu |D d|^2, which does not square the condition of A.
    """

    damping: Annotated[float, Range(1e-10, 100.0, log=True, symbol="λ", help="the first damping")] = 1e-3

    name: ClassVar[str] = "levenberg_marquardt"
    title: ClassVar[str] = "Levenberg-Marquardt"
    citation: ClassVar[str] = (
        "K. Levenberg, Quart. Appl. Math. 2 (1944) 164; D. W. Marquardt, J. SIAM 11 (1963) 431; H. B. Nielsen, "
        "IMM-REP-1999-05, Technical University of Denmark (1999); J.-Y. Fan, Y.-X. Yuan, Computing 74 (2005) 23"
    )
    help: ClassVar[str] = "Newton with a damping that turns it downhill: goes on where the Jacobian is singular."
    family: ClassVar[str] = "Newton"
    opening: ClassVar[int] = 1

    def init(self, problem: BoundMap, z: Any, active: Any) -> DampedModel:
        """Evaluate f at the start."""
        library = problem.library
        fields = opened_model(problem, z, active)
        nothing = fields["fault"]
        length = library.norm(fields["f"] - z)
        return DampedModel(**fields, factor=nothing + self.damping, backoff=nothing + 2.0, first=length)

    def step(self, problem: BoundMap, state: DampedModel) -> DampedModel:
        """Try the damped step, and judge it and the damping."""
        library = problem.library
        state = renewed(problem, state)
        residual = state.f - state.z
        matrix, scale = scaled_columns(library, state.matrix, state.scale)
        step = damped_step(library, matrix, residual, self._damping(library, state)) / scale
        newton, singular = newton_step(library, state.matrix, residual)
        move = full_step(library, state.matrix, residual, newton, singular, step)
        after, kept = tried(problem, state, step, move)
        cubed = 1.0 - (2.0 * after.gain - 1.0) ** 3
        eased = state.factor * library.where(cubed > 1.0 / 3.0, cubed, 1.0 / 3.0)
        return replace(
            after,
            factor=library.where(kept, eased, state.factor * state.backoff),
            backoff=library.where(kept, 2.0, 2.0 * state.backoff),
        )

    def details(self, state: DampedModel) -> Mapping[str, Any]:
        """factor (S,): lambda. gain (S,): of the last step."""
        return {"factor": state.factor, "gain": state.gain}

    def _damping(self, library: ArrayLibrary, state: DampedModel) -> Any:
        """mu (S,), not so small that the least squares lose their rank."""
        length = library.norm(state.f - state.z)
        damping = state.factor * length / library.where(state.first > 0.0, state.first, 1.0)
        least = (4.0 * state.z.shape[1] * library.epsilon(length)) ** 2
        return library.where(damping > least, damping, least)


def damped_step(library: ArrayLibrary, matrix: Any, residual: Any, damping: Any) -> Any:
    """u (S, n) with the least |matrix u - residual|^2 + damping |u|^2."""
    identity = library.eye(matrix.shape[1], matrix)
    ridge = library.module.sqrt(damping)[:, None, None] * identity
    stacked = library.concatenate([matrix, ridge], axis=1)
    right = library.concatenate([residual, library.full_like(residual, 0.0)], axis=1)
    return least_squares(library, stacked, right)


SOLVER = LevenbergMarquardt
