"""What the gradient of one loss costs by every method, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float


@dataclass(frozen=True)
class MethodCost:
    """One method's line.

    gradient (P,), NaN where it has none; relative_error and cosine against the reference; gap: how far a state that was
    solved backward missed the forward one, residual of an adjoint's linear system, bound of the relative error: NaN
    where the method has no such thing. kept: bytes that its tapes and matrices held at most. evaluations of the field
    or layer, products with its Jacobian; recomputed: steps that were taken once more, None where there are none. exact:
    whether it claims to be the derivative of what was computed. doubtful: whether it is not to be trusted here. note:
    the reason, a sentence. late: whether there is no gradient because it took longer than it may.
    """

    method: str
    title: str
    gradient: Float[np.ndarray, "P"]
    relative_error: float
    cosine: float
    gap: float = nan
    residual: float = nan
    bound: float = nan
    kept: int = 0
    evaluations: int = 0
    products: int = 0
    recomputed: int | None = None
    seconds: float = nan
    exact: bool = True
    doubtful: bool = False
    note: str = ""
    late: bool = False


@dataclass(frozen=True)
class GradientCosts:
    """Every method so far, of `total`, on one loss of the trajectory or sample `index`.

    names (P,) of what is differentiated by; reference (P,) a tight gradient. about: "trajectory" or "fixed point".
    forward_evaluations: of the solve that is differentiated. note: why there is nothing to compare; else empty. steps:
    which are differentiated and why, where the run that is differentiated is not by the method of the experiment.
    """

    about: str
    index: int
    names: tuple[str, ...]
    reference: Float[np.ndarray, "P"]
    methods: tuple[MethodCost, ...]
    total: int
    loss: float
    loss_text: str
    forward_evaluations: int
    note: str = ""
    steps: str = ""
