"""Steps that are tried, and kept or not by their gain: the actual over the predicted fall of |g|^2, g = f(z) - z.

The prediction is that of the linear model g - A d with A = I - J. The matrix is computed anew only after a step that
was kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, TypeVar

from .dense_matrices import product, transposed_product
from .merit import grown_scale, no_descent, rounding_floor, scaled_columns, unit
from .newton_matrix import newton_matrix
from .root_problem import BoundMap
from .root_solver import State, opened
from .root_watch import LOCAL_MINIMUM, RUNNING, SINGULAR

_LEAST_GAIN = 1e-4
"""A step is kept from here on."""
_LEAST_FALL = 16.0
"""A predicted fall of so many roundings cannot be seen."""


@dataclass(frozen=True)
class ModelState(State):
    """With the linear model at z.

    matrix (S, n, n): A. scale (S, n): D as in `merit`. stale (S,): whether z has moved since. gain (S,): of the last
    step, 0 at first.
    """

    matrix: Any
    scale: Any
    stale: Any
    gain: Any


AnyModel = TypeVar("AnyModel", bound=ModelState)


def opened_model(problem: BoundMap, z: Any, active: Any) -> dict[str, Any]:
    """The fields of a model state at the starts z, with f evaluated and no matrix yet."""
    library = problem.library
    fields = opened(problem, z, active)
    nothing = fields["fault"]
    matrix = library.eye(z.shape[1], z) + library.full_like(z, 0.0)[:, :, None]
    return fields | {
        "f": problem.value(z),
        "matrix": matrix,
        "scale": library.full_like(z, 0.0),
        "stale": nothing == nothing,
        "gain": nothing,
    }


def renewed(problem: BoundMap, state: AnyModel) -> AnyModel:
    """The state with its matrix at z; `spent` has the Jacobians."""
    library = problem.library
    matrix = state.matrix
    if bool((state.stale & state.active).any()):
        matrix = library.where(state.stale[:, None, None], newton_matrix(problem, state), matrix)
    nothing = library.full_like(state.fault, 0.0)
    return replace(
        state,
        matrix=matrix,
        scale=grown_scale(library, state.scale, matrix),
        spent=library.stack([nothing + 1.0, library.where(state.stale, 1.0, nothing)], axis=1),
    )


def flat(problem: BoundMap, state: ModelState) -> Any:
    """Where the gradient D^-1 A^T g is zero to rounding and g is not (S,): the model knows no way down."""
    library = problem.library
    matrix, _ = scaled_columns(library, state.matrix, state.scale)
    residual = unit(library, state.f - state.z)
    slope = library.norm(transposed_product(library, matrix, residual))
    return slope <= 4.0 * matrix.shape[1] * library.epsilon(slope)


def tried(problem: BoundMap, state: AnyModel, step: Any, move: Any) -> tuple[AnyModel, Any]:
    """The state after trying `step` (S, n), and where it was kept (S,). `state` comes from `renewed`.

    move (S, n): what the criterion "step" measures. A step that was not kept is a fault once the predicted fall is
    no more than rounding. Where the model is flat, a short step along g looks around instead: a fall leads on; a
    rise is a minimum, neither a singular matrix.
    """
    library = problem.library
    residual = state.f - state.z
    before, floor = library.norm(residual), rounding_floor(library, state.z)
    lost = flat(problem, state) & (before > floor)
    step = library.where(lost[:, None], _look(problem, state), step)
    trial = state.moved(library, state.z + step)
    f = problem.value(trial)
    after = library.norm(f - trial)
    length = library.where(before > 0.0, before, 1.0)
    fall = product(library, state.matrix, step) / length[:, None]
    predicted = library.total(fall * (2.0 * (residual / length[:, None]) - fall))
    actual = (1.0 - after / length) * (1.0 + after / length)
    gain = library.where(predicted > 0.0, actual, 0.0) / library.where(predicted > 0.0, predicted, 1.0)
    gain = library.where(library.module.isfinite(gain), gain, -1.0)
    gain = library.where(lost, 0.5, gain)  # it says nothing of the model, and changes no radius and no damping
    kept = state.active & (after < before) & ((gain >= _LEAST_GAIN) | lost)
    kept = kept | (state.active & (before <= floor) & (after <= floor))
    seen = predicted > _LEAST_FALL * library.epsilon(predicted)
    stuck = ~kept & ~seen & (before > floor)
    fault = no_descent(library, state.matrix, state.scale, state.z, residual, move)
    rises = after > (1.0 + 4.0 * library.epsilon(after)) * before
    fault = library.where(lost, library.where(rises, float(LOCAL_MINIMUM), float(SINGULAR)), fault)
    fault = library.where(library.module.isfinite(predicted), fault, float(SINGULAR))
    after_trial = replace(
        state,
        z=library.where(kept[:, None], trial, state.z),
        f=library.where(kept[:, None], f, state.f),
        move=move,
        fault=library.where(stuck, fault, float(RUNNING)),
        stale=kept,
        gain=gain,
    )
    return after_trial, kept


def _look(problem: BoundMap, state: ModelState) -> Any:
    """A step (S, n) along g so short that |g| is a parabola on it, and long enough that rounding does not hide it."""
    library = problem.library
    size = library.norm(state.z)
    length = library.epsilon(size) ** 0.25 * library.where(size > 1.0, size, 1.0)
    return unit(library, state.f - state.z) * length[:, None]
