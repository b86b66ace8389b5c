"""Gradients of a loss through a fixed point, one per method, at the same z*."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from jaxtyping import Float, Int


@dataclass(frozen=True)
class MethodGradient:
    """One method's answer.

    gradient (P,); relative_error |g - g_ref| / |g_ref|; cosine between the two; backward_residual of its linear
    system, NaN where it solves none; products: vector-Jacobian products taken; exact: whether it claims to be the
    derivative of z* (not: of a truncated computation).
    """

    method: str
    title: str
    gradient: Float[np.ndarray, "P"]
    relative_error: float
    cosine: float
    backward_residual: float
    products: int
    seconds: float
    exact: bool


@dataclass(frozen=True)
class TermErrors:
    """Relative errors (M,) of one truncated method that sums `terms` (M,), ascending; rate: what each further term is
    expected to multiply the error by, NaN where nobody knows."""

    method: str
    title: str
    terms: Int[np.ndarray, "M"]
    error: Float[np.ndarray, "M"]
    rate: float = nan


@dataclass(frozen=True)
class LayerGradients:
    """d loss / d inputs of one sample, where the chosen solver ended.

    names (P,) of the inputs' components; sample: which; at (n,) the point; loss: its value; loss_text: in words.
    radius: spectral radius of df/dz there, the rate at which unrolling converges; solved: whether `at` is a root.
    methods: the reference (implicit, dense) first, then the unrolled and the Jacobian-free one, others that are not
    exact, and exact ones.
    unrolled_error (K,) relative error of the gradient through the last k = 1..K iterations.
    layer_norm (K,) |d loss / d z_k| along K unrolled layers, the last one at the end.
    adjoint: |u|, (I - J^T) u = d loss / dz, of the reference: how long it makes a gradient.
    by_terms: how the errors of other truncated methods fall.
    note: a sentence where a number is not to be trusted, with the cause; else empty.
    """

    names: tuple[str, ...]
    sample: int
    at: Float[np.ndarray, "n"]
    loss: float
    loss_text: str
    radius: float
    solved: bool
    methods: tuple[MethodGradient, ...]
    unrolled_error: Float[np.ndarray, "K"]
    layer_norm: Float[np.ndarray, "K"]
    note: str = ""
    adjoint: float = nan
    by_terms: tuple[TermErrors, ...] = ()
