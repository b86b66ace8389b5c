"""The forward solution at any time of any trajectory, many rows at once: what an adjoint is solved along."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .array_library import ArrayLibrary, placed
from .dense_output import AcceptedSteps, dense_coefficients
from .integration_method import IntegrationMethod

if TYPE_CHECKING:
    from jaxtyping import Float


class StatesBetween:
    """z(t) of trajectory i for rows of pairs (i, t), on arrays of `library` like `like`.

    steps: the accepted ones, trajectory by trajectory; span (t0, t1) of all `count` of them. A time outside a
    trajectory's steps gets what its nearest step says there; a trajectory without steps has no states.
    """

    def __init__(
        self,
        method: IntegrationMethod,
        steps: AcceptedSteps,
        span: tuple[float, float],
        count: int,
        library: ArrayLibrary,
        like: Any,
    ) -> None:
        self._library = library
        self._begin, self._scale = span[0], 0.5 / (span[1] - span[0])
        if not len(steps.t0):
            steps = _nowhere(method, span, like.shape[1])
        whole = np.zeros(0, like.dtype) if library.is_numpy else like.new_zeros(0).double()

        def exact(numbers: np.ndarray) -> Any:
            return placed(library, numbers, whole)

        def index(numbers: np.ndarray) -> Any:
            return library.cast(exact(numbers.astype(np.float64)), library.module.int64)

        self._coefficients = placed(library, polynomials(method, steps), like)
        self._t0, self._width = exact(steps.t0), exact(steps.t1 - steps.t0)
        # one rising row of numbers: the trajectory, and up to a half for how far it has come
        self._keys = exact(steps.sample + (steps.t0 - self._begin) * self._scale)
        sides = (np.searchsorted(steps.sample, np.arange(count), side) for side in ("left", "right"))
        first, after = (side.clip(max=len(steps.t0) - 1 + end) for side, end in zip(sides, (0, 1), strict=True))
        self._first, self._last = index(first), index(np.maximum(after - 1, first))

    @property
    def nbytes(self) -> int:
        """The memory of the polynomials."""
        found: int = self._coefficients.nbytes
        return found

    def __call__(self, sample: Any, t: Any) -> Any:
        """The states (L, n) at t (L,) of the trajectories `sample` (L,)."""
        library, module = self._library, self._library.module
        t = library.cast(t, self._t0.dtype)
        keys = library.cast(sample, t.dtype) + (t - self._begin) * self._scale
        step = module.searchsorted(self._keys, keys, side="right") - 1
        step = module.maximum(module.minimum(step, self._last[sample]), self._first[sample])
        share = library.cast((t - self._t0[step]) / self._width[step], self._coefficients.dtype)[:, None]
        powers = self._coefficients[step]
        state = powers[:, -1]
        for power in range(powers.shape[1] - 2, -1, -1):
            state = state * share + powers[:, power]
        return state


def polynomials(method: IntegrationMethod, steps: AcceptedSteps) -> Float[np.ndarray, "k p n"]:
    """The coefficients of z(t0 + theta h) = sum_p c_p theta^p inside each of k steps: those of `interpolate`."""
    h = (steps.t1 - steps.t0)[:, None, None]
    if method.dense is not None:
        higher = h * (dense_coefficients(method) @ steps.stages)
        return np.concatenate([steps.z0[:, None], higher], axis=1)
    first, last = (h[:, 0] * steps.stages[:, place] for place in (0, method.end_stage or 0))
    rise = steps.z1 - steps.z0
    cubic = [steps.z0, first, 3.0 * rise - 2.0 * first - last, first + last - 2.0 * rise]
    return np.stack(cubic, axis=1)


def _nowhere(method: IntegrationMethod, span: tuple[float, float], size: int) -> AcceptedSteps:
    """One step over the span that knows no state, of nobody."""
    state, stages = np.full((1, size), np.nan), np.full((1, method.stages, size), np.nan)
    begin, end = np.array(span)[:, None]
    return AcceptedSteps(np.zeros(1, dtype=np.int64), begin, end, state, state, stages)
