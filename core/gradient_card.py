"""What `core.gradient` returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

from .telemetry import host

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Card:
    """A loss of a solution, and its gradient by one method.

    value: the loss where the method took it. grads: by name, each of the shape of what it belongs to.
    backward_residual: |u - J^T u - v| / |v| of the adjoint u of a fixed point, |J^T u + v| / |v| of a steady state;
    else NaN.
    error_bound: of the gradient's relative error: its distance from the implicit gradient one Newton step after the
    last point, and what that step changes; NaN where it cannot be told, as of a large layer without a matrix. Of a
    trajectory it is an estimate and no bound, from `compare_gradients` alone: three times the distance of a finer
    run's gradient, and never less than `relative_error`; NaN where tolerances are too near to rounding for such a run.
    gap: how far the state that was solved backward missed the forward one; NaN where none was.
    seconds, peak_bytes: of the backward pass; peak_bytes counts the tensors that the tape held and matrices kept, and
    counting slows the pass by up to a half where they are many and small. allocated_bytes: the most that all tensors
    of the pass took at a time, from `compare_gradients` alone, in a pass of its own; NaN where it was not measured.
    evaluations of f by the forward solve; backward_evaluations and products with the Jacobian by the backward pass;
    recomputed: steps of the solve that it took without a tape, to come where it needed one.
    exact: whether it is the derivative of the solution, to rounding and error_bound; where not, note says why.
    relative_error, cosine: against a tight reference, where the card comes from `compare_gradients`; else NaN.
    """

    method: str
    title: str
    value: float
    grads: Mapping[str, Tensor]
    backward_residual: float
    error_bound: float
    gap: float
    seconds: float
    peak_bytes: int
    evaluations: int
    backward_evaluations: int
    products: int
    exact: bool
    note: str = ""
    recomputed: int = 0
    relative_error: float = nan
    cosine: float = nan
    allocated_bytes: float = nan

    def numpy(self) -> dict[str, np.ndarray]:
        """The gradients as plain numpy arrays, by name."""
        return {name: host(gradient) for name, gradient in self.grads.items()}

    def flat(self) -> np.ndarray:
        """All gradients as one vector in float64, in the order of `grads`."""
        return np.concatenate([host(gradient).astype(np.float64).reshape(-1) for gradient in self.grads.values()])
