"""Hutchinson's estimate with random signs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..trace_estimator import HutchinsonEstimator, symmetric_square

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float


@dataclass(frozen=True)
class Rademacher(HutchinsonEstimator):
    """e of signs: the variance is 2 (|S|_F^2 - sum_i S_ii^2) / K, S = (J + J^T)/2, K the number of noise vectors."""

    name: ClassVar[str] = "rademacher"
    title: ClassVar[str] = "Random signs"
    citation: ClassVar[str] = (
        "M. F. Hutchinson, A stochastic estimator of the trace of the influence matrix for Laplacian smoothing "
        "splines, Communications in Statistics 18 (1989) 1059"
    )
    help: ClassVar[str] = "One product with the Jacobian, however many components; the diagonal comes out exactly."

    def noise(self, shape: tuple[int, ...], random: np.random.Generator) -> Float[np.ndarray, "*shape"]:
        """1 and -1, as likely."""
        return 2.0 * random.integers(0, 2, shape) - 1.0

    def variance(self, jacobian: Float[np.ndarray, "n n"]) -> float:
        """2 (|S|_F^2 - sum_i S_ii^2) / K."""
        diagonal = float((jacobian.diagonal() ** 2).sum())
        return 2.0 * (symmetric_square(jacobian) - diagonal) / self.probes


ESTIMATOR = Rademacher
