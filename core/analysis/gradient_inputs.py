"""What a fixed point is differentiated by, as tensors by name and as one row of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from ..adjoint_flow import parameter_values
from ..deferred import deferred
from ..fixed_point_map import FixedPointMap
from ..language.system import component_name
from ..nearest_name import suggestion
from ..vector_field import VectorField

if TYPE_CHECKING:
    import torch
    from jaxtyping import Float, Int
    from torch import Tensor
else:
    torch = deferred("torch")


def inputs_of(mapping: FixedPointMap, row: int, wrt: str) -> tuple[dict[str, Tensor], tuple[str, ...]]:
    """What is differentiated by as tensors, and a name for every number in it: every scalar parameter, the row `row` of
    batch data, and every stored vector; or `wrt` alone, which may be a stored matrix. Raises ValueError where there is
    none of the name."""
    chosen = _chosen(mapping, np.array([row]), wrt)
    names = []
    for name, values in chosen.items():
        shape = values.shape[1:] if name in mapping.data else values.shape
        names += [component_name(name, place) for place in np.ndindex(*shape)]
    inputs = {name: torch.as_tensor(np.array(values, dtype=np.float64)) for name, values in chosen.items()}
    return inputs, tuple(names)


def batch_inputs(mapping: FixedPointMap, rows: Int[np.ndarray, "S"] | None, wrt: str, dtype: str) -> dict[str, Tensor]:
    """The same for many samples together: of batch data the row that each of them sees. Raises ValueError likewise."""
    chosen = _chosen(mapping, np.zeros(1, dtype=np.int64) if rows is None else rows, wrt)
    return {name: torch.tensor(values).to(getattr(torch, dtype)) for name, values in chosen.items()}


def _chosen(mapping: FixedPointMap, rows: Int[np.ndarray, "S"], wrt: str) -> dict[str, np.ndarray]:
    known = {name: np.array(value) for name, value in mapping.parameters.items()}
    known |= {name: stored[rows] for name, stored in mapping.data.items() if stored.dtype.kind == "f"}
    stored = () if mapping.system is None else mapping.system.data
    fixed = {item.name: item.tensor.array() for item in stored if not item.batch}
    known |= {name: values for name, values in fixed.items() if name == wrt or values.ndim == 1}
    if wrt and wrt not in known:
        raise ValueError(f"there is no input {wrt!r} to differentiate by{suggestion(wrt, known)}")
    return {name: values for name, values in known.items() if wrt in ("", name)}


def parameter_inputs(field: VectorField) -> dict[str, Tensor]:
    """The scalar parameters of a differential equation as tensors."""
    return {name: torch.tensor(value, dtype=torch.float64) for name, value in parameter_values(field).items()}


def flat(grads: Mapping[str, Tensor], inputs: Mapping[str, Tensor]) -> Float[np.ndarray, "P"]:
    """One gradient by name as one row of numbers."""
    (row,) = columns({name: grads[name][None] for name in inputs}, inputs, 1)
    return np.asarray(row)


def columns(grads: Mapping[str, Tensor], inputs: Mapping[str, Tensor], count: int) -> Float[np.ndarray, "K P"]:
    """Gradients (K, ...) by name side by side."""
    if not inputs:
        return np.zeros((count, 0))
    columns: np.ndarray = torch.cat([grads[name].reshape(count, -1) for name in inputs], dim=1).numpy()
    return columns
