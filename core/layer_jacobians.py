"""The Jacobians of a layer at many points, as numpy arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .fixed_point_map import FixedPointMap

if TYPE_CHECKING:
    from jaxtyping import Float


def jacobians_at(
    layer: FixedPointMap, z: Float[np.ndarray, "S n"], rows: np.ndarray | None
) -> Float[np.ndarray, "S n n"]:
    """df/dz at the points z: symbolic, or of a large layer by torch."""
    if not layer.large:
        return layer.jacobian(rows)(z)
    from .root_problem import bind_torch  # noqa: PLC0415 - the catalogue lists probes without torch's loop

    bound = bind_torch(layer, rows, len(z), "cpu", "float64")
    return np.asarray(bound.library.host(bound.jacobian(bound.library.array(z, "cpu", "float64"))))
