"""A trajectory solved forward, and what a gradient method makes of it on the way back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from .layer_gradients import MethodGradient


@dataclass(frozen=True)
class AdjointGap:
    """One trajectory's gradient by the chosen method, beside that through its solver.

    trajectory: its index; t (N,) from the start of the span to its end; forward (N, n) the solution; backward (N, n)
    the state that the method took the adjoint along: what it solved back from the end, or the forward states
    themselves; adjoint (N, n) its a(t); gap (N,) |backward - forward|; NaN where the method did not come, or has none.
    names (P,) of what is differentiated by; reference (P,) a tight gradient; discrete: by backpropagation through the
    solver; chosen: by the method.
    loss, loss_text: what is differentiated. trusted: whether the state came back to its start and both gradients agree;
    note: a sentence that says why not. solves_back: whether the method solves the state backward.
    forward_evaluations of the field by the run; backward_evaluations of it, or of the augmented one, and kept, bytes,
    by the method: None while only its numbers are known. remedy: a method that follows the steps themselves, where the
    chosen one does not and is not to be trusted; else empty. recomputed: steps that the method took once more. steps:
    which are differentiated and why, where the run that is differentiated is not by the method of the experiment.
    """

    components: tuple[str, ...]
    trajectory: int
    t: Float[np.ndarray, "N"]
    forward: Float[np.ndarray, "N n"]
    backward: Float[np.ndarray, "N n"]
    adjoint: Float[np.ndarray, "N n"]
    gap: Float[np.ndarray, "N"]
    names: tuple[str, ...]
    reference: Float[np.ndarray, "P"]
    discrete: MethodGradient
    chosen: MethodGradient
    loss: float
    loss_text: str
    trusted: bool
    note: str = ""
    solves_back: bool = True
    forward_evaluations: int = 0
    backward_evaluations: int | None = None
    kept: int | None = None
    remedy: str = ""
    remedy_title: str = ""
    recomputed: int = 0
    steps: str = ""
