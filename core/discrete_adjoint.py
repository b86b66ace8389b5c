"""The adjoint of the steps of a one-step method, from what was recorded of them.

It gives the same numbers as backpropagation through the solver, without a tape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .array_derivatives import ArrayDerivatives
from .dense_output import AcceptedSteps
from .implicit_tableau import ImplicitTableau
from .integration_method import IntegrationMethod
from .linear_rosenbrock import RosenbrockSteps
from .linear_steps import Begun, LinearSteps, RungeKuttaSteps, unit_losses
from .output_jumps import OutputJumps
from .rosenbrock_tableau import RosenbrockTableau
from .tableau import Tableau

if TYPE_CHECKING:
    from jaxtyping import Float, Int

_NUMBERS = 2_000_000
"""That the arrays of steps which go together hold, about."""


@dataclass(frozen=True)
class DiscreteAdjoint:
    """Of B trajectories with N steps in all, trajectory by trajectory.

    start (B, n): d loss / d start. before, after (N, n): d loss / d z where each step begins and where it ends, without
    what the loss sees of that state itself. parameters (P,): d loss / d p. held_bytes: of all that was kept.
    """

    start: Float[np.ndarray, "B n"]
    before: Float[np.ndarray, "N n"]
    after: Float[np.ndarray, "N n"]
    parameters: Float[np.ndarray, "P"]
    held_bytes: int


def follows_by_hand(method: IntegrationMethod) -> bool:
    """Whether `discrete_adjoint` knows the steps of `method`."""
    return isinstance(method, Tableau | ImplicitTableau | RosenbrockTableau)


def linear_steps(field: ArrayDerivatives, method: IntegrationMethod, steps: Begun) -> LinearSteps:
    """The steps of such a method; ValueError of others."""
    if isinstance(method, RosenbrockTableau):
        return RosenbrockSteps(field, method, steps)
    if not isinstance(method, Tableau | ImplicitTableau):
        raise ValueError(f"the adjoint of the steps of {method.title} is not written out")
    return RungeKuttaSteps(field, method, steps)


def discrete_adjoint(
    field: ArrayDerivatives,
    method: IntegrationMethod,
    steps: AcceptedSteps,
    v: Float[np.ndarray, "B n"],
    names: Sequence[str] = (),
    jumps: OutputJumps | None = None,
) -> DiscreteAdjoint:
    """Send v = d loss / d z at the end back through the steps, trajectory by trajectory as they are recorded.

    names: the parameters to differentiate by. jumps: what the loss sees of the way.
    A first pass finds every step's own dz1/dz0, many steps at once, so that only a product of matrices is left to go
    from step to step; a second one gives the parameters their shares.
    Overflow ends in infinity or NaN.
    """
    count, size = steps.z0.shape
    matrices, own = np.empty((count, size, size)), np.zeros((count, size))
    parts = _Parts(field, method, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        for part, linear in parts:
            rows = unit_losses(part.stop - part.start, size, jumps is not None)
            told = None
            if jumps is not None:
                told = np.zeros((*rows.shape[:2], *steps.stages.shape[1:]))
                told[:, size] = jumps.stages[part]
            found, _ = linear.back(rows, told)
            matrices[part] = found[:, :size]
            if jumps is not None:
                own[part] = found[:, size]
        start, before, after = _chained(matrices, own, steps.sample, v, jumps)
        parameters = np.zeros(len(names))
        if names:
            for part, linear in parts:
                ends = after[part] if jumps is None else after[part] + jumps.z1[part]
                told = None if jumps is None else jumps.stages[part, None]
                _, shares = linear.back(ends[:, None], told)
                parameters += linear.by_parameters(shares[:, 0], names).sum(axis=0)
    kept = (matrices, own, before, after, *(column for column in steps if column is not None))
    return DiscreteAdjoint(start, before, after, parameters, sum(array.nbytes for array in kept) + parts.bytes)


class _Parts:
    """The steps, as many at once as memory allows; linear once where all of them go together. bytes: of one part."""

    def __init__(self, field: ArrayDerivatives, method: IntegrationMethod, steps: AcceptedSteps) -> None:
        self._make: Callable[[Begun], LinearSteps] = lambda begun: linear_steps(field, method, begun)
        self._steps = steps
        self._count, stages, size = steps.stages.shape
        self._kept: LinearSteps | None = None
        each = stages * size * (stages * size if isinstance(method, ImplicitTableau) else 4 * (size + 1))
        self._share = max(1, _NUMBERS // each)
        self.bytes = 8 * each * min(self._share, self._count)

    def __iter__(self) -> Iterator[tuple[slice, LinearSteps]]:
        if self._kept is not None:
            yield slice(0, self._count), self._kept
            return
        steps = self._steps
        for begin in range(0, self._count, self._share):
            part = slice(begin, min(begin + self._share, self._count))
            width = steps.t1[part] - steps.t0[part]
            linear = self._make(Begun(steps.t0[part], width, steps.z0[part], steps.stages[part]))
            if part == slice(0, self._count):
                self._kept = linear
            yield part, linear


def _chained(
    matrices: Float[np.ndarray, "N n n"],
    own: Float[np.ndarray, "N n"],
    sample: Int[np.ndarray, "N"],
    v: Float[np.ndarray, "B n"],
    jumps: OutputJumps | None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """From step to step, the last first: trajectories side by side, those with the most steps first."""
    counts = np.bincount(sample, minlength=len(v))
    last = np.cumsum(counts) - 1
    order = np.argsort(-counts, kind="stable")
    counts, last, a = counts[order], last[order], v[order].astype(np.float64)
    before, after = np.empty_like(own), np.empty_like(own)
    for step in range(int(counts.max(initial=0))):
        among = len(v) if len(v) == 1 else int(np.count_nonzero(counts > step))
        rows, now = last[:among] - step, a[:among]
        after[rows] = now
        if jumps is not None:
            now = now + jumps.z1[rows]
        now = (now[:, None] @ matrices[rows])[:, 0] + own[rows]
        if jumps is not None:
            now = now + jumps.z0[rows]
        before[rows] = a[:among] = now
    start = np.empty_like(a)
    start[order] = a
    return (start if jumps is None else start + jumps.starts), before, after
