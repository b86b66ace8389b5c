"""Hutchinson's estimate with normal noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ..trace_estimator import HutchinsonEstimator, symmetric_square

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float


@dataclass(frozen=True)
class Gaussian(HutchinsonEstimator):
    """e normal: the variance is 2 |S|_F^2 / K, S = (J + J^T)/2, K the number of noise vectors."""

    name: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Normal noise"
    citation: ClassVar[str] = (
        "H. Avron, S. Toledo, Randomized algorithms for estimating the trace of an implicit symmetric positive "
        "semi-definite matrix, Journal of the ACM 58 (2011) 8"
    )
    help: ClassVar[str] = "One product with the Jacobian, however many components; the diagonal makes noise too."

    def noise(self, shape: tuple[int, ...], random: np.random.Generator) -> Float[np.ndarray, "*shape"]:
        """Standard normal numbers."""
        return random.standard_normal(shape)

    def variance(self, jacobian: Float[np.ndarray, "n n"]) -> float:
        """2 |S|_F^2 / K."""
        return 2.0 * symmetric_square(jacobian) / self.probes


ESTIMATOR = Gaussian
