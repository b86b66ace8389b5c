"""A trajectory solved forward, and solved back again by the continuous adjoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float

    from .layer_gradients import MethodGradient


@dataclass(frozen=True)
class AdjointGap:
    """One trajectory's gradients by backpropagation through the solver and by the continuous adjoint.

    trajectory: its index; t (N,) from the start of the span to its end; forward (N, n) the solution; backward (N, n)
    the state that the adjoint solved back from the end; adjoint (N, n) its a(t); gap (N,) |backward - forward|;
    NaN where the backward solve did not reach.
    names (P,) of what is differentiated by; reference (P,) a tight gradient; discrete and continuous: the methods.
    loss, loss_text: what is differentiated. trusted: whether the state came back to its start and
    both gradients agree;
    note: a sentence that says why not.
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
    continuous: MethodGradient
    loss: float
    loss_text: str
    trusted: bool
    note: str = ""
