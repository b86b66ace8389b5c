"""The contracts of what gives the trace of a field's Jacobian."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from .deferred import deferred
from .field_check import check_fields
from .parameter import Range

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from .field_derivatives import FieldDerivatives
else:
    np = deferred("numpy")


class TraceEstimator(ABC):
    """A frozen dataclass whose fields carry a `Range`, which it checks."""

    name: ClassVar[str]
    title: ClassVar[str]
    citation: ClassVar[str]
    help: ClassVar[str]

    def __post_init__(self) -> None:
        check_fields(self)

    @property
    def vectors(self) -> int:
        """How many noise vectors an estimate takes: 0 where it takes none."""
        return 0

    @abstractmethod
    def noise(self, shape: tuple[int, ...], random: np.random.Generator) -> Float[np.ndarray, "*shape"]:
        """Entries of noise vectors, independent, of mean 0 and variance 1."""

    @abstractmethod
    def rates_and_trace(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any]:
        """f (B, n) and its trace (B,), at t (B,) and z (B, n), tensors; noise (K, B, n): the vectors of every row."""

    @abstractmethod
    def rates_trace_and_square(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any, Any]:
        """f, its trace and |df/dz|^2 (B,), the square of Frobenius' norm: unbiased like the trace, and by the same
        products."""

    @abstractmethod
    def variance(self, jacobian: Float[np.ndarray, "n n"]) -> float:
        """That of an estimate of tr J."""

    @abstractmethod
    def estimates(
        self, jacobian: Float[np.ndarray, "n n"], count: int, random: np.random.Generator
    ) -> Float[np.ndarray, "count"]:
        """Independent estimates of tr J of a known matrix."""


@dataclass(frozen=True)
class HutchinsonEstimator(TraceEstimator):
    """tr J = E e^T J e for noise e of mean 0 and covariance I, the mean of a few e: a product with J for each.

    Source: M. F. Hutchinson, A stochastic estimator of the trace of the influence matrix for Laplacian smoothing
    splines, Communications in Statistics 18 (1989) 1059.
    """

    probes: Annotated[int, Range(1, 1000, log=True, help="noise vectors whose estimates are averaged")] = 1

    @property
    def vectors(self) -> int:
        """As many as are averaged."""
        return self.probes

    def rates_and_trace(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any]:
        """The mean of e^T J e."""
        rates, slopes = field.products(t, z, noise)
        return rates, (noise * slopes).sum(-1).mean(0)

    def rates_trace_and_square(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any, Any]:
        """The means of e^T J e and of |J e|^2."""
        rates, slopes = field.products(t, z, noise)
        return rates, (noise * slopes).sum(-1).mean(0), slopes.square().sum(-1).mean(0)

    def estimates(
        self, jacobian: Float[np.ndarray, "n n"], count: int, random: np.random.Generator
    ) -> Float[np.ndarray, "count"]:
        """Means of e^T J e."""
        noise = self.noise((count, self.probes, len(jacobian)), random)
        found: np.ndarray = np.einsum("cki,ij,ckj->ck", noise, jacobian, noise, optimize=True).mean(axis=1)
        return found


def symmetric_square(jacobian: Float[np.ndarray, "n n"]) -> float:
    """|S|_F^2 of the symmetric part S = (J + J^T)/2."""
    symmetric = 0.5 * (jacobian + jacobian.T)
    return float((symmetric * symmetric).sum())
