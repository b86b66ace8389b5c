"""The trace itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..deferred import deferred
from ..trace_estimator import TraceEstimator

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float

    from ..field_derivatives import FieldDerivatives
else:
    np = deferred("numpy")


@dataclass(frozen=True)
class Exact(TraceEstimator):
    """tr J = sum_i df_i/dz_i: of a formula in one pass, of a callable by n products with J."""

    name: ClassVar[str] = "exact"
    title: ClassVar[str] = "Exact trace"
    citation: ClassVar[str] = (
        "R. T. Q. Chen and others, Neural ordinary differential equations, NeurIPS 2018, theorem 1"
    )
    help: ClassVar[str] = "No noise; its cost grows with the number of components."

    def noise(self, shape: tuple[int, ...], random: np.random.Generator) -> Float[np.ndarray, "*shape"]:  # noqa: ARG002
        """None is asked for."""
        return np.zeros(shape)

    def rates_and_trace(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any]:  # noqa: ARG002
        """f and its divergence."""
        return field.divergence(t, z)

    def rates_trace_and_square(self, field: FieldDerivatives, t: Any, z: Any, noise: Any) -> tuple[Any, Any, Any]:  # noqa: ARG002
        """f, and the sums of J_ii and of J_ij^2."""
        rates, jacobian = field.jacobian(t, z)
        return rates, jacobian.diagonal(dim1=1, dim2=2).sum(-1), jacobian.square().sum((1, 2))

    def variance(self, jacobian: Float[np.ndarray, "n n"]) -> float:  # noqa: ARG002 - whatever it is
        """0."""
        return 0.0

    def estimates(
        self,
        jacobian: Float[np.ndarray, "n n"],
        count: int,
        random: np.random.Generator,  # noqa: ARG002
    ) -> Float[np.ndarray, "count"]:
        """The trace, again and again."""
        return np.full(count, np.trace(jacobian))


ESTIMATOR = Exact
