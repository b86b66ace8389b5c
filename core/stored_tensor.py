"""Tensors that belong to a document: weights, inputs, data. Immutable, comparable, and known without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .deferred import deferred

if TYPE_CHECKING:
    import numpy as np
    from jaxtyping import Float
else:
    np = deferred("numpy")  # the window is on the screen before it is needed

DTYPES = ("float32", "float64")
MOST_NUMBERS = 4_000_000
"""Of one tensor."""


@dataclass(frozen=True)
class StoredTensor:
    """shape; dtype, one of DTYPES; data: the numbers row by row, little-endian.

    Raises ValueError where they do not fit each other, or are too many or not finite.
    """

    shape: tuple[int, ...]
    dtype: str
    data: bytes

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise ValueError(f"a stored tensor is float32 or float64, not {self.dtype}")
        if any(size < 1 for size in self.shape) or math.prod(self.shape) > MOST_NUMBERS:
            raise ValueError(f"a stored tensor has between 1 and {MOST_NUMBERS:,} numbers, not the shape {self.shape}")
        if len(self.data) != math.prod(self.shape) * np.dtype(self.dtype).itemsize:
            raise ValueError(f"{len(self.data)} bytes are no {self.dtype} tensor of shape {self.shape}")
        if not np.isfinite(self.array()).all():
            raise ValueError("a stored tensor holds finite numbers only")

    def __len__(self) -> int:
        return self.shape[0] if self.shape else 0

    @classmethod
    def of(cls, values: Any) -> StoredTensor:
        """A copy of an array or tensor; numbers that are not float32 become float64. Raises ValueError."""
        plain = values.detach().cpu().numpy() if hasattr(values, "detach") else np.asarray(values)
        if plain.dtype.kind not in "fiub":
            raise ValueError(f"a stored tensor holds real numbers, not {plain.dtype}")
        dtype = "float32" if plain.dtype == np.float32 else "float64"
        return cls(plain.shape, dtype, np.ascontiguousarray(plain, dtype=f"<{np.dtype(dtype).str[1:]}").tobytes())

    def array(self) -> Float[np.ndarray, "..."]:
        """The numbers in float64, read-only where nothing had to be widened."""
        stored = np.frombuffer(self.data, dtype=f"<{np.dtype(self.dtype).str[1:]}").reshape(self.shape)
        return stored.astype(np.float64, copy=False)
